// A job that tells how far the log reaches on Kafka, as a line of its log: who compares it with the offsets in
// the analytics database knows whether everything was read. `CLICK_LOG_URL=kafka://... node src/show-ends.ts`
import { readEnv } from '@sleepwell/runtime/env'
import { createLog } from '@sleepwell/runtime/log'
import { trustAuthorities } from '@sleepwell/runtime/probe'
import { run } from '@sleepwell/runtime/process'
import { z } from 'zod'
import { withAdmin } from './kafka-click-log.ts'
import { readKafkaUrl } from './kafka-url.ts'

const log = createLog('show-ends')

const settings = {
  CLICK_LOG_URL: z
    .string()
    .refine((text) => readKafkaUrl(text) !== 'invalid', 'must be a kafka:// or kafkas:// URL'),
  /** PEM file of further certificate authorities. */
  CA_FILE: z.string().optional(),
}

await run(log, async () => {
  const { CLICK_LOG_URL: url, CA_FILE } = readEnv(settings, process.env)
  trustAuthorities(CA_FILE)
  const shown = await withAdmin(url, log, async (admin, topic) => {
    const { clusterId: cluster } = await admin.describeCluster()
    const partitions = await admin.fetchTopicOffsets(topic)
    const ends = partitions.map(({ partition, low, high }) => ({
      partition,
      first: Number(low),
      next: Number(high),
    }))
    return { cluster, topic, ends }
  })
  log.info(shown, 'how far the log reaches')
})
