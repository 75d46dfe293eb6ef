import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { trustAuthorities } from '@sleepwell/runtime/probe'
import { engineUrl } from '@sleepwell/testing/engine'
import { openFaultProxy, through } from '@sleepwell/testing/fault-proxy'
import { testKafkaUrl, type TestKafka } from '@sleepwell/testing/kafka'
import { pino } from 'pino'
import { withAdmin } from './kafka-click-log.ts'

trustAuthorities(engineUrl('TEST_CA_FILE'))

function startCreateTopics(url: string, ...words: string[]) {
  return spawn(process.execPath, ['src/create-topics.ts', ...words], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { CLICK_LOG_URL: url, CA_FILE: engineUrl('TEST_CA_FILE') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function createTopics(url: string, ...words: string[]) {
  const child = startCreateTopics(url, ...words)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => (said += String(text)))
  const [code] = (await once(child, 'close')) as [number]
  return { code, said }
}

const newTopic = (kafka: TestKafka) => `${testKafkaUrl(kafka)}?topic=test.${randomUUID()}`

const remove = (url: string) =>
  withAdmin(url, pino({ level: 'silent' }), (admin, topic) =>
    admin.deleteTopics({ topics: [topic] }),
  )

test('made once, and found as it should be ever after', async () => {
  const url = newTopic('with TLS')
  const first = await createTopics(url)
  expect(first.said).toContain('made the topic')
  expect(first.said).toMatch(/"partitions":6,"replication":1,"min.insync.replicas":1/u)
  expect(first.said).toContain(`"retention.ms":${7 * 86_400_000}`)
  const second = await createTopics(url)
  expect(second.said).toContain('the topic is there')
  expect([first.code, second.code]).toEqual([0, 0])
  await remove(url)
})

test('of three copies two must be there', async () => {
  const url = newTopic('three brokers')
  const { code, said } = await createTopics(url, '--partitions', '3')
  expect(said).toMatch(/"partitions":3,"replication":3,"min.insync.replicas":2/u)
  expect(code).toBe(0)
  await remove(url)
})

test('a topic that is not as wished is left alone, and every difference named', async () => {
  const url = newTopic('three brokers')
  await createTopics(url, '--partitions', '2', '--replication', '1')
  const { code, said } = await createTopics(url)
  expect(code).toBe(1)
  for (const difference of [
    'partitions is 2, and should be 6',
    'replication is 1, and should be 3',
    'min.insync.replicas is 1, and should be 2',
  ])
    expect(said).toContain(difference)
  expect((await createTopics(url, '--partitions', '2', '--replication', '1')).code).toBe(0)
  await remove(url)
})

test('what cannot be done is one line', async () => {
  const mistakes: [string, string[], string][] = [
    ['postgres://a@db/x', [], 'CLICK_LOG_URL'],
    ['kafka://127.0.0.1:1', [], 'ECONNREFUSED'],
    [newTopic('one broker'), ['--replication', '3'], 'eplication'],
    [newTopic('one broker'), ['--partitions', 'many'], 'partitions'],
  ]
  for (const [url, words, reason] of mistakes) {
    const { code, said } = await createTopics(url, ...words)
    expect(said).toContain(reason)
    expect(said).not.toContain('    at ')
    expect(code).toBe(1)
  }
})

test('a job that has given up ends, also when Kafka answers a moment later', async () => {
  const url = newTopic('with TLS')
  const { port } = new URL(url)
  await using proxy = await openFaultProxy(Number(port))
  await proxy.set('black hole')
  const child = startCreateTopics(through(proxy, url))
  const ended = once(child, 'close')
  let said = ''
  for await (const text of child.stdout) {
    said += String(text)
    if (said.includes('could not go on')) await proxy.set('pass')
  }
  expect(said).toContain('no answer within')
  expect(await ended).toEqual([1, null])
})
