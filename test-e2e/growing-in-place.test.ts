import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { Link } from '@sleepwell/contracts/link'
import { createLink, follow, report, until } from './api.ts'
import { newDataDirectory, startSystem, type Form, type System } from './system.ts'
import { storedClicks, visitors } from './visitors.ts'

jest.setTimeout(240_000)

let data: string
beforeAll(() => {
  data = newDataDirectory()
})
afterAll(() => rmSync(dirname(data), { recursive: true }))

const links: Link[] = []
/** Ids of all clicks on the first link that a visitor has got an answer to. */
const answered: string[] = []

test.each<[Form, string]>([
  ['start', 'begins with nothing but Postgres'],
  ['stack', 'grows to Kafka, Redis and a replica'],
  ['start', 'shrinks again'],
])('%s: %s, and no link and no click is lost on the way', async (form) => {
  await using system = await startSystem({ form, data })
  links.push(await createLink(system.access, `https://example.com/${links.length}`))
  await everyLinkResolves(system)
  await untilAllCounted(system)

  const crowd = visitors(addressOf(system, links[0]))
  await until(
    async () => crowd.answered.length,
    (count) => count >= 100,
  )
  // What it has not read yet is on the log that the next form does not publish to.
  process.kill(system.pidOf('analytics'), 'SIGKILL')
  expect(await system.stop()).toBe(0)
  await crowd.stop()
  answered.push(...crowd.answered)
  expect(system.output()).not.toMatch(/counted yet/u)
})

test('clicks that were left in Kafka are told of, and counted once Kafka is there again', async () => {
  await using grown = await startSystem({ form: 'stack', data })
  await untilAllCounted(grown)
  // It reads nothing from now on, and there is no time to wait for it.
  process.kill(grown.pidOf('analytics'), 'SIGSTOP')
  answered.push(...(await clickSome(grown)))
  await grown.cutShort()
  expect(grown.output()).toContain('not counted yet')

  await using back = await startSystem({ form: 'start', data })
  expect(back.output()).toContain(`npm run stack -- --data ${data} counts them`)
  answered.push(...(await clickSome(back)))
  await back.stop()

  await using again = await startSystem({ form: 'stack', data })
  await everyLinkResolves(again)
  await untilAllCounted(again)
})

function addressOf(system: System, link: Link | undefined): string {
  // Each start has ports of its own.
  return `${system.access.redirect}/${link?.slug}`
}

async function everyLinkResolves(system: System): Promise<void> {
  for (const link of links.slice(1))
    expect(await follow(addressOf(system, link))).toMatchObject({ location: link.destination })
}

async function clickSome(system: System): Promise<string[]> {
  const followed = await Promise.all(
    Array.from({ length: 30 }, () => follow(addressOf(system, links[0]))),
  )
  expect(followed.map(({ status }) => status)).toEqual(followed.map(() => 302))
  return followed.flatMap(({ requestId }) => requestId ?? [])
}

/** Every answered click is stored, none of them twice, and the report counts what is stored. */
async function untilAllCounted(system: System): Promise<void> {
  const [link] = links
  if (link === undefined) throw new Error('no link')
  const stored = await until(
    () => storedClicks(system, link),
    (clicks) => answered.every((id) => clicks.has(id)),
  )
  expect([...stored.values()].filter((times) => times > 1)).toEqual([])
  const { totals } = await report(system.access, `linkId=${link.id}`)
  expect(totals.total).toBe(stored.size)
}
