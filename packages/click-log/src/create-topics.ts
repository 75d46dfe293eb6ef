// A job that makes the topic that clicks travel on; no client ever does. It can be run again and again:
// `CLICK_LOG_URL=kafka://... node src/create-topics.ts [--partitions 6] [--replication N]`
import { parseArgs } from 'node:util'
import { ConfigError, readEnv } from '@sleepwell/runtime/env'
import { createLog } from '@sleepwell/runtime/log'
import { probe, trustAuthorities } from '@sleepwell/runtime/probe'
import { run } from '@sleepwell/runtime/process'
import { z } from 'zod'
import { probeKafka, withAdmin } from './kafka-click-log.ts'
import { ensureTopic } from './kafka-topic.ts'
import { readKafkaUrl } from './kafka-url.ts'

const log = createLog('create-topics')

const settings = {
  CLICK_LOG_URL: z
    .string()
    .refine((text) => readKafkaUrl(text) !== 'invalid', 'must be a kafka:// or kafkas:// URL'),
  /** PEM file of further certificate authorities. */
  CA_FILE: z.string().optional(),
}

const whole = z.coerce.number().int().min(1)

await run(log, async () => {
  const { CLICK_LOG_URL: url, CA_FILE } = readEnv(settings, process.env)
  const { partitions, replication } = readWords()
  trustAuthorities(CA_FILE)
  await probe('CLICK_LOG_URL', () => probeKafka(url, log), log)
  const outcome = await withAdmin(url, log, async (admin, topic) => {
    const done = await ensureTopic(admin, { topic, partitions, replication })
    log.info({ topic, ...done.settings }, done.made ? 'made the topic' : 'the topic is there')
    return done
  })
  if (outcome.wrong.length > 0) throw new ConfigError(outcome.wrong.join('\n'))
})

function readWords() {
  const { values } = parseArgs({
    options: {
      partitions: { type: 'string', default: '6' },
      replication: { type: 'string' },
    },
  })
  return z.object({ partitions: whole, replication: whole.optional() }).parse(values)
}
