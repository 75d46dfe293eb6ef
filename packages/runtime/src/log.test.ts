import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { errorFields } from './log.ts'

test('each message is one line of JSON that names the service', () => {
  const lines = printed(`
    log.info({ ms: 3 }, 'a message\\nof two lines')
    log.error({ error: 'TypeError' }, 'failed')
  `)
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ service: 'redirect', msg: 'a message\nof two lines', ms: 3 }),
    expect.objectContaining({ service: 'redirect', msg: 'failed', error: 'TypeError' }),
  ])
})

test('what is logged last before the end is not lost', () => {
  expect(printed(`log.info('last'); process.exit(3)`)).toEqual([expect.stringContaining('last')])
})

test('a reader that goes away does not take the process with it', () => {
  const script = `
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
    await sleep(200)
    for (let i = 0; i < 100; i++) { log.info('x'.repeat(5000)); await sleep(1) }
    process.stderr.write('still here')`
  const { stderr } = run(script, '| true')
  expect(stderr).toBe('still here')
})

test('an error is logged by its name and code, never by a message that may quote a visitor', () => {
  const secret = 'https://example.com/?token=1'
  class OddError extends Error {
    override name = 'OddError'
    code = 'EODD'
  }
  expect(errorFields(new OddError(secret))).toEqual({ error: 'OddError', code: 'EODD' })
  expect(errorFields(new TypeError(secret))).toEqual({ error: 'TypeError' })
  expect(errorFields(secret)).toEqual({ error: 'string' })
})

function printed(script: string): string[] {
  return run(script, '').stdout.trim().split('\n')
}

function run(script: string, into: string) {
  const log = fileURLToPath(new URL('log.ts', import.meta.url))
  const head = `import { createLog } from ${JSON.stringify(log)}; const log = createLog('redirect');`
  const command = `"$0" --input-type=module -e "$1" ${into}`
  return spawnSync('/bin/sh', ['-c', command, process.execPath, head + script], {
    encoding: 'utf8',
  })
}
