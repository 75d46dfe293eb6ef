import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { serving } from '@sleepwell/testing/serving'
import { answerJson, runWith } from './test-command-line.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'sleepwell-files-'))
const nobody = 'http://127.0.0.1:9'

/** Answers each path with what it is told; the key is of whom `owner` says. */
function linksOf(owner: () => string, answer: (path: string) => unknown) {
  return (req: IncomingMessage, res: ServerResponse) => {
    const [path = ''] = (req.url ?? '').split('?')
    req.resume()
    if (path === '/v1/key') return answerJson(res, { ownerId: owner(), scopes: ['admin'] })
    const body = answer(path)
    if (body === undefined) req.socket.destroy()
    else answerJson(res, body)
  }
}

test.each(['import', 'export'])('%s takes the formats that there are', async (command) => {
  const file = join(folder(), 'links.csv')
  writeFileSync(file, 'destination\nhttps://example.com/\n')
  for (const format of ['CSV', 'xml'])
    expect(await runWith(nobody, [command, file, '--format', format])).toMatchObject({
      code: 2,
      err: expect.stringContaining('csv, ndjson'),
    })
})

test('an export goes on only as it began', async () => {
  const file = join(folder(), 'links.csv')
  let owner = 'acme'
  const pages = [
    { links: [{ id: 'a' }], nextCursor: 'c' },
    undefined,
    { links: [{ id: 'b' }], nextCursor: null },
  ]
  await using server = await serving(
    linksOf(
      () => owner,
      () => pages.shift(),
    ),
  )
  // The first page is written, the second never comes.
  pages.splice(1, 1, ...Array.from({ length: 5 }, () => undefined))
  const run = (...more: string[]) => runWith(server.origin, ['export', file, ...more])
  expect((await run()).code).toBe(3)
  const begun = readFileSync(`${file}.part`, 'utf8')
  for (const [other, words] of [
    ['another format', ['--format', 'ndjson']],
    ['another owner', []],
  ] as const) {
    owner = other === 'another owner' ? 'other' : 'acme'
    expect(await run(...words)).toMatchObject({ code: 1, err: expect.stringContaining(other) })
    expect(readFileSync(`${file}.part`, 'utf8')).toBe(begun)
  }
  owner = 'acme'
  expect((await run()).code).toBe(0)
  expect(readFileSync(file, 'utf8').split('\n').slice(1)).toEqual([
    expect.stringMatching(/^a,/u),
    expect.stringMatching(/^b,/u),
    '',
  ])
  expect(existsSync(`${file}.export`)).toBe(false)
})

test('what an import before refused is not told of the next one', async () => {
  const file = join(folder(), 'links.csv')
  writeFileSync(file, 'destination\nhttps://example.com/\n')
  let isRefused = true
  const problem = { code: 'destination_blocked', title: 'No' }
  await using server = await serving(
    linksOf(
      () => 'acme',
      (path) =>
        path.endsWith('/errors')
          ? { errors: isRefused ? [{ row: 1, problem }] : [], nextCursor: null }
          : {
              id: 'job',
              state: 'done',
              rows: 1,
              done: isRefused ? 0 : 1,
              failed: isRefused ? 1 : 0,
            },
    ),
  )
  expect((await runWith(server.origin, ['import', file])).code).toBe(1)
  expect(readFileSync(`${file}.errors.csv`, 'utf8')).toContain('destination_blocked')
  isRefused = false
  expect((await runWith(server.origin, ['import', file])).code).toBe(0)
  expect(existsSync(`${file}.errors.csv`)).toBe(false)
})
