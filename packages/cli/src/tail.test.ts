import { expect, test } from '@jest/globals'
import { serving } from '@sleepwell/testing/serving'
import { runWith } from './test-command-line.ts'

const clicks = (id: number) =>
  `id: ${id}\nevent: clicks\ndata: ${JSON.stringify({ at: 'now', links: [] })}\n\n`

test('tail ends where analytics never could be reached', async () => {
  const { code, err } = await runWith('http://127.0.0.1:9', ['tail'])
  expect([code, err]).toEqual([3, 'http://127.0.0.1:9 cannot be reached'])
})

test('tail goes on where it was cut off, and says so', async () => {
  let asked = 0
  await using server = await serving((req, res) => {
    if (++asked === 2) return req.socket.destroy()
    res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(clicks(asked))
    if (asked === 1) setTimeout(() => res.destroy(), 100)
  })
  const { code, err } = await runWith(server.origin, ['tail', '--events', '2'])
  expect(code).toBe(0)
  expect(err).toMatch(/tried again\nconnected again\n$/u)
})
