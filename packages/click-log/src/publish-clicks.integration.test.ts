// As it is run: a program of its own that reads lines.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { ClickRecord, countingPolicyVersion } from '@sleepwell/contracts/click'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { pino } from 'pino'
import { openClickLog } from './open-click-log.ts'

const program = fileURLToPath(new URL('publish-clicks.ts', import.meta.url))
const at = '2026-03-01T10:00:00.000Z'
const fields = { at, policyVersion: countingPolicyVersion, bot: false }
const id = (n: number) => `019cb0e3-c45d-7c3a-9a55-${String(n).padStart(12, '0')}`
const click = {
  ...fields,
  type: 'click',
  linkId: id(0),
  ownerId: 'me',
  country: 'DE',
  device: 'mobile',
  browser: 'Safari',
  os: 'iOS',
}
const orphan = { ...fields, type: 'orphan', domain: '', slug: 'none' }

async function publish(url: string, lines: readonly object[]): Promise<number | null> {
  const child = spawn(process.execPath, [program], {
    env: { CLICK_LOG_URL: url },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin.end(lines.map((line) => JSON.stringify(line)).join('\n'))
  const [status] = (await once(child, 'close')) as [number | null]
  return status
}

test('clicks of the past get numbers of a spool that has ended, and lie on the log', async () => {
  await using database = await openTestDatabase('analytics')
  const lines = [
    { ...click, id: id(1) },
    { ...orphan, id: id(2) },
  ]
  expect(await publish(database.url('redirect'), lines)).toBe(0)

  await using log = openClickLog(database.url('analytics'), { log: pino({ level: 'silent' }) })
  const told = Promise.withResolvers<ClickRecord[]>()
  const found: ClickRecord[] = []
  await using _consumer = log.consume({
    startAt: async () => 'earliest',
    handle: async (_partition, records) => {
      for (const { value } of records)
        found.push(ClickRecord.parse(JSON.parse(Buffer.from(value).toString())))
      if (found.length === 3) told.resolve(found)
      return (records.at(-1)?.offset ?? -1) + 1
    },
  })
  const records = await told.promise
  const [first] = records
  const spool = first?.spool
  expect(records).toEqual([
    { ...lines[0], spool, seq: 1 },
    { ...lines[1], spool, seq: 2 },
    { type: 'heartbeat', spool, lastSeq: 2, shippedSeq: 2, at: expect.any(String), closed: true },
  ])
})

test('what is no click is refused', async () => {
  await using database = await openTestDatabase('analytics')
  expect(await publish(database.url('redirect'), [{ ...click, id: 'none' }])).toBe(1)
})
