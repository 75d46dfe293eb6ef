// A release is judged by how fast it answers: where all pods are slow, because so many of them start at once on so few cores, it would
// be taken back for nothing of its own.
import { until } from './cluster.ts'
import type { Stage } from './stage.ts'

/** A fifth of what would take a release back. */
const slowShare = 0.01
const of = 'job="redirect"'
const share = `(sum(rate(redirect_duration_seconds_count{${of}}[30s])) - sum(rate(redirect_duration_seconds_bucket{le="0.05",${of}}[30s])))
  / sum(rate(redirect_duration_seconds_count{${of}}[30s]))`

export async function untilCalm({ scraping, stop }: Stage): Promise<void> {
  const isCalm = async () => ((await scraping.ask(share)) ?? 1) <= slowShare
  await until('redirects are fast', isCalm, { stop, minutes: 10 })
}
