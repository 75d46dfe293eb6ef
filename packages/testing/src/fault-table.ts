// `docs/faults/README.md`: what the faults did the last time that all of them were run.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AlertRun, Fault, FaultRun, RedirectRun } from './fault-run.ts'

const head = `# Faults, and what they cost

Made by \`npm run faults\`, one file for each fault, with the figures of each run. Where a guard can be switched off, the test first
shows that the fault bites without it. One fault alone: \`SLEEPWELL_FAULTS=full npm test -- --tests-only redirects-survive-a-frozen-redis\`,
with a part of the name of its test file in \`test-e2e/faults\` or in \`faults\` of a service; without \`SLEEPWELL_FAULTS\` it takes seconds, and no figures
are kept.
`

const clicksHead = `
## Clicks

Each ends with a recount: what visitors were answered, or a click log acknowledged, against
the rows of the database, by SQL. **Lost**: answered and not stored. **Doubled**: stored or summed more often than once.

| Fault | What is done | Lost, doubled without the guard | Runs | Lost | Doubled |
| --- | --- | --- | --: | --: | --: |
`

const redirectsHead = `
## Redirects

Visitors come at a steady rate, to thousands of links of which not all fit into memory, and know where each one leads. **Right in time**:
answered rightly within 200 ms of when the visitor wanted to come, while the fault lasted, in percent; **without the guard**, the same
with a deadline or a store taken out, or of a client that has no deadline. **Wrong**: led elsewhere, or a living link called absent. **Failed**: 503 or 429, or no answer. Of several runs, the
worst.

| Fault | What is done | Right in time without the guard | Right in time | Wrong | Failed | Worst, ms |
| --- | --- | --: | --: | --: | --: | --: |
`

const alertsHead = `
## Alerts

In \`npm run stack\` with its Prometheus and Alertmanager, with the durations of all rules shortened: at a scale of 30, ten seconds are five
minutes of a rule. What is not of a rule is as long as ever, such as the start of a process. **Told**: seconds from the fault until
the pager or the tickets had it; **over**: from the mending until they knew of that.

| Fault | What is done | Alert | Receiver | Scale | Told, s | Over, s |
| --- | --- | --- | --- | --: | --: | --: |
`

/** Writes the tables anew from the files beside it. */
export function writeFaultTable(folder: string): void {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  const faults = names
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Fault)
  const redirects = faults.filter(isOfRedirects)
  const alerts = faults.filter(isOfAlerts)
  const clicks = faults.filter(
    (fault): fault is Fault<FaultRun> => !isOfRedirects(fault) && !isOfAlerts(fault),
  )
  const tables = [
    clicksHead,
    ...clicks.map(clicksRow),
    redirectsHead,
    ...redirects.map(redirectRow),
    alertsHead,
    ...alerts.flatMap(alertRows),
  ]
  writeFileSync(join(folder, 'README.md'), `${head}${tables.join('')}`)
}

function isOfRedirects(fault: Fault): fault is Fault<RedirectRun> {
  return [fault.guardOff, ...fault.runs].some((run) => run !== undefined && 'okPercent' in run)
}

function isOfAlerts(fault: Fault): fault is Fault<AlertRun> {
  return fault.runs.some((run) => 'deliveredSeconds' in run)
}

function alertRows({ fault, description, runs }: Fault<AlertRun>): string[] {
  return runs.map(({ alert, receiver, timeScale, deliveredSeconds, resolvedSeconds }) =>
    row(fault, description, [alert, receiver, timeScale, deliveredSeconds, resolvedSeconds]),
  )
}

function clicksRow({ fault, description, guardOff, runs }: Fault<FaultRun>): string {
  const sum = (of: (run: FaultRun) => number) => runs.reduce((total, run) => total + of(run), 0)
  const bites = guardOff === undefined ? '' : `${guardOff.lost}, ${guardOff.doubled}`
  return row(fault, description, [
    bites,
    runs.length,
    sum(({ lost }) => lost),
    sum(({ doubled }) => doubled),
  ])
}

function redirectRow({ fault, description, guardOff, runs }: Fault<RedirectRun>): string {
  const worst = (of: (run: RedirectRun) => number) => Math.max(...runs.map(of))
  const cells = [
    Math.min(...runs.map((run) => run.okPercent)),
    worst(({ wrong }) => wrong),
    worst(({ failed }) => failed),
    worst(({ worstMs }) => worstMs),
  ]
  return row(fault, description, [guardOff?.okPercent ?? '', ...(runs.length > 0 ? cells : [])])
}

function row(fault: string, description: string, cells: readonly (number | string)[]): string {
  const all = [`[${fault}](${fault}.json)`, description.replaceAll('|', '\\|'), ...cells]
  return `| ${all.join(' | ')} |\n`
}
