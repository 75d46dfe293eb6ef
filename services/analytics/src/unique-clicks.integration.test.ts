import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Click } from '@sleepwell/contracts/click'
import { click, dayMs, now, openCounting, recordsFrom, type Counting } from './test-clicks.ts'

let counting: Counting
beforeEach(async () => {
  counting = await openCounting()
})
afterEach(async () => {
  await counting[Symbol.asyncDispose]()
})

async function uniquesOf(...clicks: Click[]): Promise<string[]> {
  await counting.deliver(0, recordsFrom(0, ...clicks))
  const rows = await counting.query<{ id: string }>('select id from clicks where is_unique')
  return rows.map(({ id }) => id)
}

const at = (time: number) => new Date(time).toISOString()
const noon = Math.floor(now / dayMs) * dayMs - dayMs / 2

test('of a visitor’s clicks on a link the first of the day is unique', async () => {
  const clicks = [3, 1, 2].map((minute) => click({ visitor: 'v', at: at(noon + minute * 60_000) }))
  expect(await uniquesOf(...clicks)).toEqual([clicks[1]?.id])
})

test('a second batch knows the visitors of the first', async () => {
  await counting.deliver(0, recordsFrom(0, click({ visitor: 'v' })))
  await counting.deliver(1, recordsFrom(0, click({ visitor: 'v' })))
  expect(await counting.query('select from clicks where is_unique')).toHaveLength(1)
})

test('another link, another visitor and another day (UTC) are each unique', async () => {
  const midnight = noon + dayMs / 2
  const clicks = [
    click({ visitor: 'v', at: at(midnight - 1) }),
    click({ visitor: 'v', at: at(midnight) }),
    click({ visitor: 'v', at: at(midnight - 1), linkId: randomUUID() }),
    click({ visitor: 'w', at: at(midnight - 1) }),
  ]
  expect((await uniquesOf(...clicks)).sort()).toEqual(clicks.map(({ id }) => id).sort())
})

test('a bot is never unique and hides no visitor', async () => {
  const bot = click({ visitor: 'v', bot: true, at: at(noon) })
  const person = click({ visitor: 'v', at: at(noon + 1000) })
  expect(await uniquesOf(bot, person)).toEqual([person.id])
})

test('a click without a visitor is counted, never unique', async () => {
  const { visitor: _, ...anonymous } = click()
  expect(await uniquesOf(anonymous)).toEqual([])
  expect(await counting.query('select from clicks')).toHaveLength(1)
})

test('a click more than 48 hours late is counted, never unique', async () => {
  const late = click({ at: at(now - 2 * dayMs - 1) })
  const punctual = click({ at: at(now - 2 * dayMs) })
  expect(await uniquesOf(late, punctual)).toEqual([punctual.id])
})

test('visitors are not kept with their clicks', async () => {
  const columns = await counting.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = 'clicks'::regclass and attnum > 0`,
  )
  expect(columns.map(({ name }) => name)).not.toContain('visitor')
})
