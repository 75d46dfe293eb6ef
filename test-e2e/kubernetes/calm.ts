// A release is judged by how fast it answers: where all pods are slow, because so many of them start at once on so few cores, it would
// be taken back for nothing of its own.
import { slos } from '@sleepwell/contracts/slo'
import { badShare } from '@sleepwell/deploy-slo/canary-queries'
import { until } from './cluster.ts'
import type { Stage } from './stage.ts'

/** A fifth of what would take a release back. */
const slowShare = 0.01
const everyPod = 'job="redirect"'
const query = badShare(slos.redirectLatency, { canary: everyPod, stable: everyPod, window: '30s' })

export async function untilCalm({ scraping, stop }: Stage): Promise<void> {
  const isCalm = async () => ((await scraping.ask(query)) ?? 1) <= slowShare
  await until('redirects are fast', isCalm, { stop, minutes: 10 })
}
