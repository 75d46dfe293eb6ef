import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { lockDirectory } from './directory-lock.ts'

const scratch = mkdtempSync(join(tmpdir(), 'lock-'))
const racers: ChildProcess[] = []

beforeAll(() => {
  for (let i = 0; i < 4; i++) racers.push(start())
})
afterAll(() => {
  for (const racer of racers) racer.kill('SIGKILL')
  rmSync(scratch, { recursive: true })
})

test('one process holds a directory until it leaves it', async () => {
  const directory = join(scratch, 'plain', 'made', 'on', 'the', 'way')
  const [first, second] = racers
  expect(await take(first, directory)).toBe('held')
  expect(await take(second, directory)).toBe('in use')
  expect(await take(first, directory)).toBe('in use')
  await leave(first, directory)
  expect(await take(second, directory)).toBe('held')
  expect(readdirSync(directory)).toHaveLength(1)
})

test('two directories are two locks', async () => {
  expect(await take(racers[0], join(scratch, 'a'))).toBe('held')
  expect(await take(racers[1], join(scratch, 'b'))).toBe('held')
})

test('a process that was killed holds nothing', async () => {
  const directory = join(scratch, 'killed')
  await killHolding([directory])
  expect(await take(racers[0], directory)).toBe('held')
  expect(await take(racers[1], directory)).toBe('in use')
})

test('whoever races for the lock of a killed process, exactly one gets it', async () => {
  const directories = Array.from({ length: 40 }, (_, i) => join(scratch, `race-${i}`))
  await killHolding(directories)
  for (const directory of directories) {
    // Each round meets what the last one left: first a killed holder's lock, then that of one who went.
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(racers.map((racer) => take(racer, directory)))
      expect(answers.filter((answer) => answer === 'held')).toHaveLength(1)
      expect(answers.filter((answer) => answer === 'in use')).toHaveLength(racers.length - 1)
      await leave(racers[answers.indexOf('held')], directory)
    }
  }
})

test('whoever races for a directory that nobody has locked yet, exactly one gets it', async () => {
  for (let round = 0; round < 50; round++) {
    const directory = join(scratch, `new-${round}`)
    const answers = await Promise.all(racers.map((racer) => take(racer, directory)))
    expect(answers.filter((answer) => answer === 'held')).toHaveLength(1)
  }
})

test('a frozen process keeps its lock, however many ask', async () => {
  const directory = join(scratch, 'frozen')
  const holder = start()
  try {
    await take(holder, directory)
    holder.kill('SIGSTOP')
    // More than the kernel queues for a listener that does not accept.
    for (let i = 0; i < 1100; i++) expect(await lockDirectory(directory)).toBe('in use')
  } finally {
    holder.kill('SIGKILL')
  }
})

test('a path longer than a socket may have is locked all the same', async () => {
  const directory = join(scratch, 'long-'.repeat(30), 'long-'.repeat(30))
  expect(await take(racers[0], directory)).toBe('held')
  expect(await take(racers[1], directory)).toBe('in use')
  expect(statSync(join(directory, 'lock.1')).isSocket()).toBe(true)
})

test('two names of one directory are one lock', async () => {
  const directory = join(scratch, 'real')
  mkdirSync(directory)
  symlinkSync(directory, join(scratch, 'alias'))
  expect(await take(racers[0], directory)).toBe('held')
  expect(await take(racers[1], join(scratch, 'alias'))).toBe('in use')
})

test('nothing but the lock is left in the directory, and what was in it stays', async () => {
  const directory = join(scratch, 'others')
  mkdirSync(join(directory, 'lock.mine'), { recursive: true })
  expect(await take(racers[0], directory)).toBe('held')
  expect(await take(racers[1], directory)).toBe('in use')
  expect(readdirSync(directory).toSorted()).toEqual(['lock.1', 'lock.mine'])
})

function start(): ChildProcess {
  const racer = fileURLToPath(new URL('test-lock-racer.ts', import.meta.url))
  return fork(racer, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

async function take(racer: ChildProcess | undefined, directory: string): Promise<unknown> {
  return ask(racer, { take: directory })
}

async function leave(racer: ChildProcess | undefined, directory: string): Promise<void> {
  expect(await ask(racer, { leave: directory })).toBe('left')
}

async function ask(racer: ChildProcess | undefined, message: object): Promise<unknown> {
  if (racer === undefined) throw new Error('no such racer')
  racer.send(message)
  const [answer] = await once(racer, 'message')
  return answer
}

async function killHolding(directories: readonly string[]): Promise<void> {
  const corpse = start()
  for (const directory of directories) expect(await take(corpse, directory)).toBe('held')
  corpse.kill('SIGKILL')
  await once(corpse, 'exit')
}
