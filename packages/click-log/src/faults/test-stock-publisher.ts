// For tests: kafkajs as its manual has it, without our rules: each send goes over all partitions. Publishes clicks until
// SIGTERM, and prints the ids of those that it was told are durable.
import { randomBytes, randomUUID } from 'node:crypto'
import type { Click } from '@sleepwell/contracts/click'
import { Kafka, logLevel } from 'kafkajs'
import { readKafkaUrl } from '../kafka-url.ts'

const address = readKafkaUrl(process.argv[2] ?? '')
if (address === 'invalid') throw new TypeError('not the URL of a Kafka')
const { topic, brokers } = address
const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })

const publishers = 3
const clicksOfSend = 24
let stopped = false
process.once('SIGTERM', () => (stopped = true))

await Promise.all(Array.from({ length: publishers }, publish))

async function publish(): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  const spool = randomUUID()
  for (let seq = 0; !stopped;) {
    const clicks = Array.from({ length: clicksOfSend }, () => newClick(spool, ++seq))
    const messages = clicks.map((click) => ({ value: JSON.stringify(click) }))
    const taken = await producer.send({ topic, messages }).then(
      () => true,
      () => false,
    )
    if (taken) process.stdout.write(`${clicks.map(({ id }) => id).join('\n')}\n`)
  }
  await producer.disconnect()
}

function newClick(spool: string, seq: number): Click {
  const time = Date.now().toString(16).padStart(12, '0')
  const chance = randomBytes(10).toString('hex')
  return {
    type: 'click',
    id: `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(0, 3)}-8${chance.slice(3, 6)}-${chance.slice(6, 18)}`,
    spool,
    seq,
    linkId: spool,
    ownerId: 'owner',
    at: new Date().toISOString(),
    policyVersion: 1,
    bot: false,
    country: 'unknown',
    device: 'desktop',
    browser: 'Firefox',
    os: 'Linux',
  }
}
