// `docs/drills/<drill>.json`, and the page that tells of all of them.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from '../load/measure.ts'
import type { DrillRun } from './drill-run.ts'
import type { Plan } from './plan.ts'

export interface Drill {
  readonly drill: string
  readonly description: string
  readonly runs: readonly DrillRun[]
}

const folder = fileURLToPath(new URL('../../docs/drills/', import.meta.url))

const head = `# Drills

Made by \`npm run drill -- all --runs 5 --keep\`. Each run starts the stack from nothing, puts load on it (redirects, creations, edits,
deletions, reports), breaks it, lets it mend itself, and compares every answer with the databases. A checker that uses no code of the
product replays the history; before its zeros count, it has to find a lost, a doubled and a resurrected record that were planted into a copy of
the same history. What took so long is the median of the runs, and the worst in parentheses.

| Drill | Runs | Redirects | Failed | p99 before, during, after, ms | Writes acknowledged | Lost | Ambiguous, all settled | Longest gap of writes, s | Clicks | Lost | Doubled | Recovery, s | Alerts |
| --- | --: | --: | --: | --- | --: | --: | --: | --: | --: | --: | --: | --: | --- |
`

export function keepRuns({ name, description }: Plan, runs: readonly DrillRun[]): void {
  mkdirSync(folder, { recursive: true })
  const drill: Drill = { drill: name, description, runs }
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(drill, undefined, 2)}\n`)
  const names = readdirSync(folder).filter((file) => file.endsWith('.json'))
  const drills = names
    .toSorted()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Drill)
  writeFileSync(join(folder, 'README.md'), pageOf(drills))
}

export function pageOf(drills: readonly Drill[]): string {
  const said = drills.map(({ drill, description }) => `- **${drill}**: ${description}\n`)
  return `${head}${drills.map(rowOf).join('')}\n${said.join('')}`
}

function rowOf({ drill, runs }: Drill): string {
  const sum = (of: (run: DrillRun) => number) => runs.reduce((total, run) => total + of(run), 0)
  const typical = (of: (run: DrillRun) => number) => {
    const all = runs.map(of)
    return `${median(all)} (${Math.max(...all)})`
  }
  const asked = ({ redirects: { before, during, after } }: DrillRun) =>
    before.asked + during.asked + after.asked
  const alerts = new Set(
    runs.flatMap((run) => run.alerts.map(({ alert, receiver }) => `${alert} (${receiver})`)),
  )
  const p99 = (['before', 'during', 'after'] as const).map((phase) =>
    typical(({ redirects }) => redirects[phase].p99Ms),
  )
  const cells = [
    `[${drill}](${drill}.json)`,
    runs.length,
    sum(asked),
    sum(({ redirects }) => redirects.failed),
    p99.join(', '),
    sum(({ writes }) => writes.acknowledged),
    sum(({ lostWrites }) => lostWrites),
    sum(({ writes }) => writes.ambiguous),
    typical(({ writes }) => Math.round(writes.longestGapMs / 100) / 10),
    sum(({ clicks }) => clicks.answered),
    sum(({ clicks }) => clicks.lost),
    sum(({ clicks }) => clicks.doubled),
    typical(({ recoverySeconds }) => recoverySeconds),
    [...alerts].join(', '),
  ]
  return `| ${cells.join(' | ')} |\n`
}
