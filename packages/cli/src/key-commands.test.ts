import { expect, test } from '@jest/globals'
import { serving } from '@sleepwell/testing/serving'
import { answerJson, runWith } from './test-command-line.ts'

const id = '01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e14'

test.each([
  ['was made', ['keys', 'create', '--name', 'ci', '--scopes', 'links:read']],
  ['was made', ['keys', 'create', '--name', 'ci', '--scopes', 'links:read', '-o', 'json']],
  ['was rotated', ['keys', 'rotate', id]],
])('a key that %s is no success without its secret', async (what, words) => {
  // The answer to the first attempt is lost; that to the second is a replay, which has no secret.
  let asked = 0
  await using server = await serving((req, res) => {
    if (++asked === 1) req.socket.destroy()
    else answerJson(res, { id, name: 'ci' })
  })
  const { code, out, err } = await runWith(server.origin, words)
  expect([code, out]).toEqual([1, ''])
  expect(err).toContain(`The key ${id} ${what}`)
  expect(err).toContain(`sleepwell keys rotate ${id}`)
})
