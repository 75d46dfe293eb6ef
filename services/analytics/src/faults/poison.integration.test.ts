import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { click, encode, uuidv7At } from '../test-clicks.ts'
import { openGround, type Ground } from './test-ground.ts'
import { balanced, recount, recountNaively } from './test-recount.ts'

jest.setTimeout(300_000)

const fault = 'poison'
const description =
  'Among good clicks there are records that nobody can count: garbage, huge, old, of the future, of unknown versions and types.'

const dayMs = 86_400_000
const rounds = full ? 20 : 2
const at = (time: number) => ({ id: uuidv7At(time), at: new Date(time).toISOString() })
const own = () => ({ spool: randomUUID(), seq: 1 })

/** Each with the reason that it has to be set aside for. */
function poisonous(): [string, Uint8Array][] {
  const now = Date.now()
  const json = (value: unknown) => encode(JSON.stringify(value))
  return [
    ['not_json', randomBytes(300)],
    ['not_json', new Uint8Array(0)],
    ['not_json', encode('{"type":"click"')],
    // As much as a broker takes, and nothing that could be read.
    ['not_json', Buffer.alloc(1_000_000, 'x')],
    ['wrong_shape', json({ ...click(own()), browser: 'b'.repeat(1_000_000) })],
    ['wrong_shape', encode('null')],
    ['wrong_shape', json({ ...click(own()), seq: '1' })],
    ['wrong_shape', json({ ...click(own()), linkId: 'home\0' })],
    ['wrong_shape', json({ type: 'dropped', spool: randomUUID(), from: 5, to: 4, at: at(now).at })],
    ['unknown_type', json({ ...click(own()), type: 'visit' })],
    ['late', json(click({ ...own(), ...at(now - 40 * dayMs) }))],
    ['future', json(click({ ...own(), ...at(now + 3 * dayMs) }))],
  ]
}

/** Counted, although a database takes none of it as it is. */
const odd = () => ({ browser: 'a\0b', os: '\ud800', referrerHost: '\udfff\0' })

test('a consumer that reads what it is given stands still at the first one', async () => {
  await using ground = await openGround('one broker', 1)
  const traffic = ground.traffic()
  await traffic.ship(30)
  await using _consumer = ground.start({ guarded: false })
  await ground.drained()
  await ground.publish([randomBytes(300)])
  await traffic.ship(30)
  // It comes back to the same record again and again.
  await sleep(3_000)
  const counts = await recountNaively(ground.query, [traffic])
  recordGuardOff(fault, description, { ...counts, acknowledged: traffic.clicks.length })
  expect(counts.lost).toBe(30)
})

test('each is set aside alone, with its reason, its bytes and its offset; all others are counted', async () => {
  await using ground = await openGround('one broker', 1)
  const traffic = ground.traffic()
  await using _consumer = ground.start()
  const sent: [string, Uint8Array][] = []
  let oddOnes = 0
  let longestPauseMs = 0
  for (let round = 0; round < rounds; round++) {
    await traffic.ship(30)
    const poison = poisonous()
    sent.push(...poison)
    for (const [, value] of poison) await ground.publish([value])
    await ground.publish([encode(click({ ...own(), ...odd(), visitor: `v${round}` }))])
    oddOnes++
    await traffic.ship(30)
    const shippedAt = performance.now()
    await ground.drained()
    longestPauseMs = Math.max(longestPauseMs, performance.now() - shippedAt)
  }
  const letters = await lettersOf(ground)
  expect(letters.map(({ reason }) => reason)).toEqual(sent.map(([reason]) => reason))
  // Not by toEqual: what is not equal would be printed, a megabyte each.
  expect(letters.every(({ value }, i) => value.equals(sent[i]?.[1] ?? Buffer.of(0)))).toBe(true)
  const offsets = letters.map(({ offset }) => offset)
  expect(new Set(offsets).size).toBe(sent.length)

  // Delivered again they are known.
  await ground.query('update offsets set next = 0')
  for (const [, value] of sent.slice(0, 12)) await ground.publish([value])
  await ground.drained()
  const again = await lettersOf(ground)
  const numbered = again.filter(({ id }) => id !== null)
  expect(new Set(numbered.map(({ id }) => id)).size).toBe(numbered.length)
  expect(again.slice(0, letters.length).map(({ offset }) => offset)).toEqual(offsets)

  const [counted] = await ground.query<{ count: number }>(
    `select count(*)::int as count from clicks where browser = E'a\ufffdb' and os = E'\ufffd'`,
  )
  expect(counted?.count).toBe(oddOnes)
  await forget(ground)
  const { wrong, ...counts } = await recount(ground.query, [traffic])
  recordRun(fault, description, {
    ...counts,
    poison: sent.length,
    setAside: letters.length,
    acknowledged: traffic.clicks.length,
    longestPauseSeconds: Number((longestPauseMs / 1000).toFixed(1)),
  })
  expect({ ...counts, wrong }).toEqual(balanced)
})

test('more than a broker takes is refused where it is published, and what follows goes on', async () => {
  await using ground = await openGround('one broker', 1)
  await expect(ground.publish([Buffer.alloc(2_000_000, 'x')])).rejects.toHaveProperty('message')
  const traffic = ground.traffic()
  await traffic.ship(30)
  await using _consumer = ground.start()
  await ground.drained()
  const { wrong, ...counts } = await recount(ground.query, [traffic])
  expect({ ...counts, wrong }).toEqual(balanced)
})

function lettersOf({ query }: Ground) {
  return query<{ offset: number; reason: string; id: string | null; value: Buffer }>(
    `select "offset", reason, click_id as id, value from dead_letters
     where reason <> 'future_version' order by "offset"`,
  )
}

/** The odd ones are not of the traffic that is counted again. */
async function forget({ query }: Ground): Promise<void> {
  await query(`with odd as (delete from clicks where os = E'\ufffd' returning link_id)
    delete from rollups where link_id in (select link_id from odd)`)
}
