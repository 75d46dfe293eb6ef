import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const here = (name: string) => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)))
const head = `
  import { createLog } from ${here('log.ts')}
  import { ConfigError } from ${here('env.ts')}
  import { run, stopRequested } from ${here('process.ts')}
  const log = createLog('test')
`
const waiting = `
  await run(log, async () => {
    // Open like a server: only the stop may end it.
    const open = setInterval(() => {}, 1000)
    const stop = stopRequested(log)
    log.info('waiting')
    await stop
    clearInterval(open)
  })
`

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s stops a service, which then exits by itself',
  async (signal) => {
    const service = start(waiting)
    await service.says('waiting')
    service.child.kill(signal)
    expect(await service.exit()).toBe(0)
    expect(service.lines().map((line) => line.msg)).toEqual(['waiting', 'stopping', 'stopped'])
  },
)

test('a second signal while stopping does not cut it short', async () => {
  const service = start(`
    await run(log, async () => {
      const stop = stopRequested(log)
      log.info('waiting')
      await stop
      for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 10))
    })
  `)
  await service.says('waiting')
  service.child.kill('SIGINT')
  await service.says('stopping')
  service.child.kill('SIGINT')
  service.child.kill('SIGTERM')
  expect(await service.exit()).toBe(0)
  expect(service.lines().at(-1)).toMatchObject({ msg: 'stopped' })
})

test.each([
  ['SIGTERM', [], false],
  ['SIGTERM', ['SIGTERM'], false],
  ['SIGTERM', ['SIGINT'], true],
  ['SIGINT', [], true],
] as const)('after %s and %j, is there a hurry? %p', async (first, then, hurried) => {
  const service = start(`
    await run(log, async () => {
      const stop = stopRequested(log)
      log.info('waiting')
      const hurry = await stop
      for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 10))
      log.info({ hurried: hurry.aborted }, 'ended')
    })
  `)
  await service.says('waiting')
  service.child.kill(first)
  await service.says('stopping')
  for (const signal of then) service.child.kill(signal)
  expect(await service.exit()).toBe(0)
  expect(service.lines().find(({ msg }) => msg === 'ended')).toMatchObject({ hurried })
})

test('a service stops when its supervisor is gone', async () => {
  const service = start(waiting)
  await service.says('waiting')
  service.child.disconnect()
  expect(await service.exit()).toBe(0)
  expect(service.lines()).toContainEqual(expect.objectContaining({ reason: 'supervisor gone' }))
})

test('a service stops when its supervisor went before it was ready', async () => {
  const service = start(`
    log.info('starting')
    while (process.connected) await new Promise((resolve) => setTimeout(resolve, 10))
    ${waiting}
  `)
  await service.says('starting')
  service.child.disconnect()
  expect(await service.exit()).toBe(0)
})

test('a service without a supervisor does not miss one', async () => {
  const service = start(waiting, 'alone')
  await service.says('waiting')
  service.child.kill('SIGTERM')
  expect(await service.exit()).toBe(0)
})

test('a wrong configuration is one line with every mistake, and exit code 1', async () => {
  const service = start(`await run(log, async () => { throw new ConfigError('A: b\\nC: d') })`)
  expect(await service.exit()).toBe(1)
  expect(service.lines()).toEqual([
    expect.objectContaining({ msg: 'wrong configuration', mistakes: ['A: b', 'C: d'] }),
  ])
})

test('a failed start closes what is open, says why in one line, and exits with 1', async () => {
  const service = start(`
    await run(log, async () => {
      await using open = new AsyncDisposableStack()
      open.defer(() => log.info('closed'))
      throw Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' })
    })
  `)
  expect(await service.exit()).toBe(1)
  // Last is last by its time, which may be the same: a pipe that is busy makes pino write the others after it.
  const lines = service.lines()
  const closed = lines.find(({ msg }) => msg === 'closed')
  const failed = lines.find(({ code }) => code === 'EADDRINUSE')
  expect([lines.length, failed?.message]).toEqual([2, 'listen EADDRINUSE'])
  expect(Number(closed?.time)).toBeLessThanOrEqual(Number(failed?.time))
})

function start(script: string, alone?: 'alone') {
  const channel = alone === undefined ? 'ipc' : 'ignore'
  const child = spawn(process.execPath, ['--input-type=module', '-e', head + script], {
    stdio: ['ignore', 'pipe', 'inherit', channel],
  })
  const { stdout } = child
  if (stdout === null) throw new Error('not piped')
  let text = ''
  stdout.setEncoding('utf8').on('data', (more: string) => (text += more))
  // Not 'close', which Node withholds after a disconnect.
  const exited = Promise.all([once(child, 'exit'), once(stdout, 'end')])
  return {
    child,
    says: async (message: string) => {
      while (!text.includes(`"${message}"`)) await once(stdout, 'data')
    },
    exit: async () => (await exited)[0][0] as number | null,
    lines: () =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}
