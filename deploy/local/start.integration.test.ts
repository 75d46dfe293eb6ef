import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { lockDirectory } from '@sleepwell/runtime/directory-lock'
import { freePort } from './ports.ts'
import { portsOf } from './services.ts'

let data: string
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'sleepwell-start-'))
  chmodSync(data, 0o755)
})
afterEach(() => rmSync(data, { recursive: true }))

test('a directory in use is one sentence, and nothing in it changes', async () => {
  const lock = await lockDirectory(data)
  if (lock === 'in use') throw new Error('a new directory cannot be in use')
  await using _lock = lock
  expect(await start(['--data', data, '--fresh'])).toEqual({
    status: 1,
    stdout: '',
    stderr: `${data} is in use by another sleepwell.\n`,
  })
  expect(readdirSync(data)).toEqual(['lock.1'])
})

test.each([
  [0, 'redirect'],
  [1, 'link-write'],
  [1002, 'analytics admin'],
])('a taken port is named, and nothing is touched: %i, %s', async (offset, name) => {
  const first = await firstPort()
  const port = first + offset
  await using taken = createServer().listen(port, '127.0.0.1')
  await once(taken, 'listening')
  writeFileSync(join(data, 'access.json'), 'of an earlier start')
  expect(await start(['--data', data, '--fresh', '--ports', String(first)])).toEqual({
    status: 1,
    stdout: '',
    stderr: `Port ${port} is taken (${name}). Choose others with --ports N.\n`,
  })
  expect(existsSync(join(data, 'access.json'))).toBe(true)
})

test('an unknown flag is one sentence and exit code 2', async () => {
  expect(await start(['--prots', '80'])).toEqual({
    status: 2,
    stdout: '',
    stderr: `Unknown option '--prots'; see npm start -- --help.\n`,
  })
})

test('help is help, not a failure', async () => {
  const { status, stdout, stderr } = await start(['--help'])
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toContain('--data DIR')
})

test('a stop during the start leaves nothing running, and what was made is used by the next start', async () => {
  const child = open(['--data', data, '--ports', String(await firstPort())])
  while (!existsSync(join(data, 'postgres'))) await once(child.process.stdout, 'data')
  child.process.kill('SIGINT')
  const { status, stdout } = await child.end()
  expect(status).toBe(0)
  expect(stdout).toMatch(/Postgres stopped\n$/u)
  expect(existsSync(join(data, 'postgres', 'postmaster.pid'))).toBe(false)
  expect(existsSync(join(data, 'access.json'))).toBe(false)
})

test('whoever started it by a channel takes it along when gone', async () => {
  const child = open(['--data', data, '--ports', String(await firstPort())])
  while (!existsSync(join(data, 'postgres'))) await once(child.process.stdout, 'data')
  child.process.disconnect()
  expect((await child.end()).stdout).toMatch(/Postgres stopped\n$/u)
})

/** Of a row that is free. */
function firstPort() {
  return freePort([...portsOf(0).keys()])
}

function start(words: readonly string[]) {
  return open(words).end()
}

function open(words: readonly string[]) {
  const file = fileURLToPath(new URL('start.ts', import.meta.url))
  const child = spawn(process.execPath, [file, ...words], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw new Error('not piped')
  const said = { stdout: '', stderr: '' }
  stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  // Not 'close', which Node withholds after a disconnect.
  const ended = Promise.all([once(child, 'exit'), once(stdout, 'end'), once(stderr, 'end')])
  return {
    process: Object.assign(child, { stdout }),
    end: async () => ({ status: (await ended)[0][0] as number | null, ...said }),
  }
}
