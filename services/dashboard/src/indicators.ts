import { metrics } from '@sleepwell/contracts/metrics'
import { createInstruments } from '@sleepwell/runtime/instruments'
import { observeProcess } from '@sleepwell/runtime/observe-process'
import type { SignInOutcome } from './sign-in.ts'

const instruments = createInstruments('dashboard', metrics)
const requests = instruments.counter('dashboard_requests_total')
const duration = instruments.histogram('dashboard_duration_seconds')
const signIns = instruments.counter('dashboard_sign_ins_total')

const own = [
  'GET /api/session',
  'POST /api/session',
  'DELETE /api/session',
  'GET /api/reliability',
] as const
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
/** How long one of these takes, the API says and not we. */
const passedOn = ['links', 'reports'].flatMap((api) =>
  methods.map((method) => `${method} /api/${api}/*path`),
)
const known = new Set<string>([...own, ...passedOn])

// A series that begins with its first failure hides that failure from rate().
for (const route of [...own, 'none'])
  for (const status of ['200', '500', '503']) requests.add(0, { route, status })
for (const outcome of ['accepted', 'refused', 'limited', 'unavailable']) signIns.add(0, { outcome })

/** One request answered; the page and its files count as `none`. */
export function answered(route: string, status: number, seconds: number): void {
  const label = known.has(route) ? route : 'none'
  requests.add(1, { route: label, status: String(status) })
  if (!passedOn.includes(label)) duration.record(seconds, { route: label })
}

export function signedIn(outcome: SignInOutcome): void {
  signIns.add(1, { outcome })
}

export function observeStreams(count: () => number): void {
  instruments.gauge('dashboard_streams', count)
}

/** Until disposed. */
export const observeOwnProcess = (): Disposable => observeProcess(instruments)
