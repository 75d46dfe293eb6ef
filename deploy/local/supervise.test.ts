import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { pauseMs, supervise, type Program } from './supervise.ts'

const patient = `setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(0)); `
const stubborn = `setInterval(() => {}, 1000); process.on('SIGTERM', () => {}); `

test('a program that is killed is started again, and somebody hears of it', async () => {
  await using it = start(patient)
  await it.running.ready
  it.children[0]?.kill('SIGKILL')
  await it.says('test is ready again')
  expect(it.said[0]).toMatch(/^test ended \(SIGKILL\), starting again in 0\.2 s$/u)
  expect(it.children).toHaveLength(2)
})

test('a program that ends before it was ever ready is not started again', async () => {
  await using it = start(`process.exit(7)`)
  await expect(it.running.ready).rejects.toThrow('test could not start: exit code 7.')
  expect(it.children).toHaveLength(1)
})

test('of a program that does not write to the terminal, its last error is told', async () => {
  await using it = start(`console.error('2026 FATAL:  no room'); process.exit(1)`, { piped: true })
  await expect(it.running.ready).rejects.toThrow('exit code 1, FATAL:  no room')
})

test('a program that cannot be found is a failure like any other', async () => {
  await using it = start('', { file: '/nowhere/node' })
  await expect(it.running.ready).rejects.toThrow('ENOENT')
})

test('what a person has to mend ends the first start', async () => {
  await using it = start(patient, {
    isReady: () => Promise.reject(new Error('wrong password')),
  })
  await expect(it.running.ready).rejects.toThrow('wrong password')
})

test('stopping asks, waits for the end, and starts nothing again', async () => {
  const it = start(patient)
  await it.running.ready
  const [child] = it.children
  await it.running[Symbol.asyncDispose]()
  expect(child?.exitCode).toBe(0)
  expect(it.children).toHaveLength(1)
  expect(it.said).toEqual(['test stopped'])
})

test('stopping during a pause starts nothing again', async () => {
  const it = start(patient)
  await it.running.ready
  it.children[0]?.kill('SIGKILL')
  await it.says('starting again')
  await it.running[Symbol.asyncDispose]()
  expect(it.children).toHaveLength(1)
})

test('a program that does not heed the stop is killed once patience is over', async () => {
  const it = start(stubborn, { patienceMs: 50 })
  await it.running.ready
  await it.running[Symbol.asyncDispose]()
  expect(it.children[0]?.signalCode).toBe('SIGKILL')
})

test('in a hurry nobody is asked', async () => {
  const it = start(stubborn)
  await it.running.ready
  const stopped = it.running[Symbol.asyncDispose]()
  it.hurry.abort()
  await stopped
  expect(it.children[0]?.signalCode).toBe('SIGKILL')
})

test('a kill reaches whatever the program has started', async () => {
  const inner = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })`
  const it = start(stubborn + inner, { piped: true })
  await it.running.ready
  const { stderr } = it.children[0] ?? {}
  if (!stderr) throw new Error('not piped')
  const silent = once(stderr, 'close') // open as long as one of the two has it
  it.hurry.abort()
  await it.running[Symbol.asyncDispose]()
  await silent
  expect(it.children[0]?.signalCode).toBe('SIGKILL')
})

test('pauses double from 0.2 s to 10 s, spread by a quarter', () => {
  const pauses = [0, 1, 2, 3, 4, 5, 6, 7, 100].map((failures) => pauseMs(failures, 0))
  expect(pauses).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000])
  expect(pauseMs(0, 1)).toBe(250)
})

interface StartOptions {
  readonly file?: string
  readonly piped?: boolean
  readonly patienceMs?: number
  readonly isReady?: Program['isReady']
}

function start(script: string, options: StartOptions = {}) {
  const children: ChildProcess[] = []
  const isUp = new Set<ChildProcess | undefined>()
  const said: string[] = []
  const hurry = new AbortController()
  const program: Program = {
    name: 'test',
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
    spawn: () => {
      const ready = `process.stdout.write('ready')`
      const child = spawn(options.file ?? process.execPath, ['-e', `${script}\n${ready}`], {
        detached: true,
        stdio: ['ignore', 'pipe', options.piped ? 'pipe' : 'ignore'],
      })
      child.stdout?.once('data', () => isUp.add(child))
      children.push(child)
      return child
    },
    isReady: options.isReady ?? (async () => isUp.has(children.at(-1))),
  }
  const say = (line: string) => void said.push(line)
  const { patienceMs = 60_000 } = options
  const running = supervise(program, { say, hurry: hurry.signal, patienceMs })
  return {
    running,
    children,
    said,
    hurry,
    says: async (part: string) => {
      while (!said.some((line) => line.includes(part)))
        await new Promise((resolve) => setTimeout(resolve, 5))
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}
