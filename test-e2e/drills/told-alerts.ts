import type { Receiver, WatchedStack } from '../watched-stack.ts'
import type { DrillRun } from './drill-run.ts'

/** Each alert that a receiver was told of since then, at its first time. */
export function toldSince(since: Date, delivered: WatchedStack['delivered']): DrillRun['alerts'] {
  const receivers: readonly Receiver[] = ['page', 'ticket']
  return receivers.flatMap((receiver) => {
    const firing = delivered(receiver, since).filter(({ status }) => status === 'firing')
    const first = Map.groupBy(firing, ({ labels }) => labels.alertname ?? '')
    return [...first].map(([alert, [one]]) => ({
      alert,
      receiver,
      afterSeconds: Math.round((Date.parse(one?.receivedAt ?? '') - since.getTime()) / 100) / 10,
    }))
  })
}
