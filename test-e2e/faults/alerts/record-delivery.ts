import { type AlertRun, recordRun } from '@sleepwell/testing/fault-run'
import { type Receiver, timeScale } from '../../watched-stack.ts'

export interface Delivery {
  readonly struckAt: Date
  readonly deliveredAt: Date
  readonly mendedAt: Date
  readonly resolvedAt: Date
}

/** For the page of faults: how long an alert took to come, and to go. */
export function recordDelivery(
  alert: string,
  receiver: Receiver,
  description: string,
  { struckAt, deliveredAt, mendedAt, resolvedAt }: Delivery,
): void {
  const run: AlertRun = {
    alert,
    receiver,
    timeScale,
    deliveredSeconds: seconds(struckAt, deliveredAt),
    resolvedSeconds: seconds(mendedAt, resolvedAt),
  }
  recordRun(`alert-${kebab(alert)}`, description, run)
}

function seconds(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 100) / 10
}

function kebab(name: string): string {
  return name.replaceAll(/(?!^)[A-Z]/gu, '-$&').toLowerCase()
}
