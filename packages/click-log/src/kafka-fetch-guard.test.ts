import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { guardFetches } from './kafka-fetch-guard.ts'

/** kafkajs itself, with brokers that are played: one is slow, a third one comes, and then the consumer is stopped. */
const script = `
  import { createRequire } from 'node:module'
  import { setTimeout as sleep } from 'node:timers/promises'
  import { guardFetches } from ${JSON.stringify(fileURLToPath(new URL('kafka-fetch-guard.ts', import.meta.url)))}
  const require = createRequire(${JSON.stringify(import.meta.url)})
  const Runner = require('kafkajs/src/consumer/runner')
  if (process.argv[1] === 'guarded') guardFetches(Runner)
  const logger = { namespace: () => logger, debug() {}, info() {}, warn() {}, error() {} }
  let brokers = [1, 2]
  const consumerGroup = {
    connect: async () => {}, joinAndSync: async () => {}, leave: async () => {}, heartbeat: async () => {},
    getNodeIds: () => brokers,
    fetch: (broker) => sleep(broker === 2 ? 300 : 5, []),
  }
  const runner = new Runner({
    logger, consumerGroup, concurrency: 1, instrumentationEmitter: { emit() {} }, onCrash() {},
  })
  await runner.start()
  await sleep(20)
  brokers = [1, 2, 3]
  await sleep(30)
  await runner.stop()
  await sleep(600)
  process.exit(0)`

const run = (how: string, timeout: number) =>
  spawnSync(process.execPath, ['--input-type=module', '-e', script, how], {
    timeout,
    killSignal: 'SIGKILL',
  })

test('a consumer that is stopped while brokers change lets the process go on', () => {
  expect(run('guarded', 20_000).status).toBe(0)
})

test('without the guard it hangs for good', () => {
  expect(run('bare', 3_000).signal).toBe('SIGKILL')
})

test('a library without the method is refused', () => {
  expect(() => guardFetches({ prototype: {} })).toThrow('no fetch')
})
