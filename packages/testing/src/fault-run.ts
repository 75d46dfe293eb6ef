// Fault tests run short in `npm test` and at full length in `npm run faults`, which also keeps what they measured.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { writeFaultTable } from './fault-table.ts'

/** At full length, as the published figures were made. */
export const full = process.env.SLEEPWELL_FAULTS === 'full'

/** What became of clicks. */
export interface FaultRun {
  /** Answered redirects that are not stored. */
  readonly lost: number
  /** Stored more often than once. */
  readonly doubled: number
  /** Whatever else the run tells, with units in the names. */
  readonly [figure: string]: number | string | boolean
}

/** How redirects fared while something that they lean on was away. */
export interface RedirectRun {
  /** Requests while it was. */
  readonly asked: number
  /** Of them, those answered rightly within 200 ms; in percent. */
  readonly okPercent: number
  /** Led elsewhere, or a living link called absent or gone. */
  readonly wrong: number
  /** 503 or 429, or no answer at all. */
  readonly failed: number
  readonly worstMs: number
  readonly [figure: string]: number | string | boolean
}

/** Whom an alert told of a fault, and when. */
export interface AlertRun {
  readonly alert: string
  readonly receiver: 'page' | 'ticket'
  /** By so much the durations of its rule were shortened. */
  readonly timeScale: number
  /** From the fault until the receiver was told. */
  readonly deliveredSeconds: number
  /** From the mending until it was told that it is over. */
  readonly resolvedSeconds: number
}

type Run = FaultRun | RedirectRun | AlertRun

export interface Fault<Kind = Run> {
  readonly fault: string
  readonly description: string
  /** The same fault with its guard switched off: that it bites. */
  readonly guardOff?: Kind
  readonly runs: readonly Kind[]
}

const folder = fileURLToPath(new URL('../../../docs/faults/', import.meta.url))
const begun = new Set<string>()

/**
 * Keeps a run in `docs/faults/<fault>.json`, at full length only. The first run of a process begins the file anew.
 *
 * @param fault kebab-case, such as `leader-moves`
 */
export function recordRun(fault: string, description: string, run: Run): void {
  const { guardOff, runs = [] } = read(fault)
  write({ fault, description, ...(guardOff && { guardOff }), runs: [...runs, run] })
}

/** The run that shows the fault biting while the guard against it is switched off. */
export function recordGuardOff(
  fault: string,
  description: string,
  run: FaultRun | RedirectRun,
): void {
  write({ fault, description, guardOff: run, runs: read(fault).runs ?? [] })
}

function read(fault: string): Partial<Fault> {
  if (!full || !begun.has(fault)) return {}
  return JSON.parse(readFileSync(`${folder}${fault}.json`, 'utf8')) as Fault
}

function write(fault: Fault): void {
  if (!full) return
  begun.add(fault.fault)
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}${fault.fault}.json`, `${JSON.stringify(fault, undefined, 2)}\n`)
  writeFaultTable(folder)
}
