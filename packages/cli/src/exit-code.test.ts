import { spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { serving } from '@sleepwell/testing/serving'
import { answerJson, runWith } from './test-command-line.ts'

const nobody = 'http://127.0.0.1:9'
const main = fileURLToPath(new URL('main.ts', import.meta.url))

test.each([502, 503, 504])('%i of a proxy is a service that cannot be reached', async (status) => {
  await using proxy = await serving((_req, res) => {
    res.writeHead(status, { 'Content-Type': 'text/html', 'Retry-After': '99' }).end('<h1>Bad</h1>')
  })
  expect((await runWith(proxy.origin, ['links', 'list'])).code).toBe(3)
  const doctor = await runWith(proxy.origin, ['doctor', '--admin', proxy.origin, '-o', 'json'])
  const found = doctor.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { where: string; state: string })
    .filter(({ where }) => where === 'link-write' || where === 'analytics')
  expect(found.map(({ state }) => state)).toEqual(['down', 'down'])
  expect(doctor.code).toBe(3)
})

test('a slug that no link has is refused as an id is, and what is no short link at all was said wrongly', async () => {
  await using server = await serving((_req, res) => {
    answerJson(res, { links: [], nextCursor: null })
  })
  for (const reference of ['nothing', 'https://go.example.com/nothing'])
    expect(await runWith(server.origin, ['links', 'show', reference])).toMatchObject({
      code: 1,
      err: `No link of yours is ${reference}.`,
    })
  expect((await runWith(server.origin, ['links', 'show', 'http://'])).code).toBe(2)
})

test.each([
  ['sleepwell', []],
  ['sleepwell links', ['links']],
  ['sleepwell keys', ['keys']],
  ['sleepwell spool', ['spool']],
])('%s alone says what it takes', async (name, words) => {
  const { code, out, err } = await runWith(nobody, words)
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(`Usage: ${name} [options]`)
})

test('a word that is none of its commands is named', async () => {
  const { code, err } = await runWith(nobody, ['links', 'lst'])
  expect([code, err]).toEqual([2, expect.stringContaining("unknown command 'lst'")])
})

test('what cannot be printed is no success', () => {
  const full = openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(process.execPath, [main, 'completion', 'bash'], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  })
  closeSync(full)
  expect([status, stderr]).toEqual([1, expect.stringContaining('ENOSPC')])
})

test('who has read enough of it ends it well', () => {
  const { stdout } = spawnSync(
    'bash',
    ['-c', '"$0" "$1" completion bash | true; echo "${PIPESTATUS[0]}"', process.execPath, main],
    { encoding: 'utf8' },
  )
  expect(stdout).toBe('0\n')
})
