// `docs/drills/README.md`: what the faults did the last time that all of them were run.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Drill, FaultRun } from './fault-run.ts'

const head = `# Faults, and what they cost

Made by \`npm run faults\`, one file for each fault, with the figures of each run. Where a guard can be switched off, the test first
shows that the fault bites without it. Each ends with a recount: what visitors were answered, or a click log acknowledged, against
the rows of the database, by SQL. **Lost**: answered and not stored. **Doubled**: stored or summed more often than once.

| Fault | What is done | Lost, doubled without the guard | Runs | Lost | Doubled |
| --- | --- | --- | --: | --: | --: |
`

/** Writes the table anew from the files beside it. */
export function writeDrillTable(folder: string): void {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  const rows = names.sort().map((name) => {
    const drill = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Drill
    return `${rowOf(drill, name)}\n`
  })
  writeFileSync(join(folder, 'README.md'), `${head}${rows.join('')}`)
}

function rowOf({ fault, description, guardOff, runs }: Drill, file: string): string {
  const sum = (of: (run: FaultRun) => number) => runs.reduce((total, run) => total + of(run), 0)
  const bites = guardOff === undefined ? '' : `${guardOff.lost}, ${guardOff.doubled}`
  const cells = [
    `[${fault}](${file})`,
    description.replaceAll('|', '\\|'),
    bites,
    runs.length,
    sum(({ lost }) => lost),
    sum(({ doubled }) => doubled),
  ]
  return `| ${cells.join(' | ')} |`
}
