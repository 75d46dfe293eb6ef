// `docs/drills/<drill>.json`, the page that tells of all of them, and the pages that quote them.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  asked,
  gapSeconds,
  ownFigures,
  quoteDrills,
  sum,
  typical,
  type Drill,
} from './drill-figures.ts'
import type { DrillRun } from './drill-run.ts'
import type { AnyPlan } from './plan.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = join(root, 'docs/drills')
const quoting = ['README.md', 'docs/disaster-recovery.md', 'docs/backups.md']

const head = `# Drills

Made by \`npm run drill -- all --runs 5 --keep\`. Each run starts the stack from nothing, puts load on it (redirects, creations, edits,
deletions, reports), breaks it, lets it mend itself, and compares every answer with the databases. A checker that uses no code of the
product replays the history; before its zeros count, it has to find a lost, a doubled and a resurrected record that were planted into a copy of
the same history. What took so long is the median of the runs, and the worst in parentheses. Times of alerts are in the JSON; the rules run in
shortened time (a minute of theirs takes two seconds, with two regions six), so that what would be a ticket or nobody's business may page here.

| Drill | Runs | Redirects | Failed | p99 before, during, after, ms | Writes acknowledged | Lost | Ambiguous, all settled | Longest gap of writes, s | Clicks | Lost | Doubled | Recovery, s | Alerts |
| --- | --: | --: | --: | --- | --: | --: | --: | --: | --: | --: | --: | --: | --- |
`

export function keepRuns({ name, description }: AnyPlan, runs: readonly DrillRun[]): void {
  mkdirSync(folder, { recursive: true })
  const drill: Drill = { drill: name, description, runs }
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(drill, undefined, 2)}\n`)
  writePages()
}

/** Anew, from the runs that are kept. */
export function writePages(): void {
  for (const [file, text] of pages()) writeFileSync(join(root, file), text)
}

/** By their path below the root, as they have to be. */
export function pages(): ReadonlyMap<string, string> {
  const drills = keptDrills()
  const quotes = quoting
    .filter((file) => existsSync(join(root, file)))
    .map((file) => [file, quoteDrills(readFileSync(join(root, file), 'utf8'), drills)] as const)
  return new Map([['docs/drills/README.md', pageOf(drills)], ...quotes])
}

function keptDrills(): Drill[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Drill)
}

export function pageOf(drills: readonly Drill[]): string {
  const said = drills.map((drill) => {
    const own = ownFigures(drill)
    const figures = own.length === 0 ? '' : ` Measured: ${own.join('; ')}.`
    return `- **${drill.drill}**: ${drill.description}${figures}\n`
  })
  return `${head}${drills.map(rowOf).join('')}\n${said.join('')}`
}

function rowOf({ drill, runs }: Drill): string {
  const alerts = new Set(
    runs.flatMap((run) => run.alerts.map(({ alert, receiver }) => `${alert} (${receiver})`)),
  )
  const p99 = (['before', 'during', 'after'] as const).map((phase) =>
    typical(runs, ({ redirects }) => redirects[phase].p99Ms),
  )
  const cells = [
    `[${drill}](${drill}.json)`,
    runs.length,
    sum(runs, asked),
    sum(runs, ({ redirects }) => redirects.failed),
    p99.join(', '),
    sum(runs, ({ writes }) => writes.acknowledged),
    sum(runs, ({ lostWrites }) => lostWrites),
    sum(runs, ({ writes }) => writes.ambiguous),
    typical(runs, gapSeconds),
    sum(runs, ({ clicks }) => clicks.answered),
    sum(runs, ({ clicks }) => clicks.lost),
    sum(runs, ({ clicks }) => clicks.doubled),
    typical(runs, ({ recoverySeconds }) => recoverySeconds),
    [...alerts].join(', '),
  ]
  return `| ${cells.join(' | ')} |\n`
}
