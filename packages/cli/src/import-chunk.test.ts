import { expect, test } from '@jest/globals'
import { createClient } from '@sleepwell/client/client'
import { answering, json } from '@sleepwell/client/test-server'
import { importChunk } from './import-chunk.ts'

const job = (done: number, failed: number, state = 'running') =>
  json({ id: 'job', state, rows: 2, done, failed })
const destination = 'https://example.com/'
const rows = [
  { destination },
  { destination, title: 'a\0b' },
  { destination: 'ftp://example.com/' },
].map((raw, i) => ({ number: i + 11, raw }))

async function chunkOn(server: ReturnType<typeof answering>) {
  const told: (readonly [number, number])[] = []
  const client = createClient({ links: 'http://links.test', apiKey: 'k', fetch: server.fetch })
  const refused = await importChunk(client, { number: 1, rows }, 'ndjson', [], 'key', (...more) => {
    told.push(more)
  })
  return { told, refused }
}

test('a chunk is one import, whose refusals are those of its rows', async () => {
  const problem = { code: 'destination_scheme', title: 'No' }
  const errors = json({ errors: [{ row: 2, problem }], nextCursor: null })
  const server = answering(job(0, 0), job(1, 0), job(1, 1), errors)
  const { told, refused } = await chunkOn(server)
  expect(told).toEqual([
    [1, 1],
    [1, 0],
    [1, 1],
  ])
  expect(refused.map(({ row, code }) => [row.number, code])).toEqual([
    [12, 'row_invalid'],
    [13, 'destination_scheme'],
  ])
  expect(server.asked[0]?.headers.get('idempotency-key')).toBe('key')
})

test('an import that the service gave up does not look like one that is done', async () => {
  const server = answering(job(0, 0), job(1, 0, 'failed'))
  await expect(chunkOn(server)).rejects.toThrow('as failed, 1 of them done')
})
