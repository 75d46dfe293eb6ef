// What the kept runs of a drill say, in the words and numbers of the pages that quote them. A page marks the place:
// `<!-- drill redis-crash -->` or `<!-- drills -->`, and below it `<!-- end -->`.
import { median } from '../load/measure.ts'
import type { DrillRun } from './drill-run.ts'

export interface Drill {
  readonly drill: string
  readonly description: string
  readonly runs: readonly DrillRun[]
}

/** The page with what stands between its marks written anew. @throws {Error} for a mark of a drill that was never kept */
export function quoteDrills(page: string, drills: readonly Drill[]): string {
  return page.replace(
    /(<!-- drill(?:s| (?<name>[a-z-]+)) -->\n)[^]*?(<!-- end -->)/gu,
    (_, begin: string, name: string | undefined, end: string) => {
      const drill = drills.find((one) => one.drill === name)
      if (name !== undefined && drill === undefined) throw new Error(`no run of ${name} is kept`)
      return `${begin}\n${drill === undefined ? drills.map(inShort).join('\n') : sentenceOf(drill)}\n\n${end}`
    },
  )
}

export function asked({ redirects: { before, during, after } }: DrillRun): number {
  return before.asked + during.asked + after.asked
}

export function sum(runs: readonly DrillRun[], of: (run: DrillRun) => number): number {
  return runs.reduce((total, run) => total + of(run), 0)
}

/** The median of the runs, and the worst if it differs. */
export function typical(runs: readonly DrillRun[], of: (run: DrillRun) => number): string {
  const all = runs.map(of)
  const [middle, worst] = [median(all), Math.max(...all)]
  return middle === worst ? String(middle) : `${middle} (${worst})`
}

export function gapSeconds({ writes }: DrillRun): number {
  return Math.round(writes.longestGapMs / 100) / 10
}

/** Each figure that a drill has of its own: `promotedSeconds` becomes "promoted, s 15.2 (16)". */
export function ownFigures({ runs }: Drill): string[] {
  const names = new Set(runs.flatMap(({ figures }) => Object.keys(figures)))
  names.delete('seed')
  return [...names].map(
    (name) => `${inWords(name)} ${typical(runs, ({ figures }) => figures[name] ?? 0)}`,
  )
}

function inWords(name: string): string {
  return name
    .replace(/Seconds$/u, ', s')
    .replaceAll('_', ' ')
    .replace(/[a-z](?=[A-Z])/gu, '$& ')
    .replace(/ [A-Z](?=[a-z])/gu, (letter) => letter.toLowerCase())
}

function sentenceOf(drill: Drill): string {
  const { runs } = drill
  const parts = [
    `${sum(runs, ({ redirects }) => redirects.failed)} of ${sum(runs, asked)} redirects failed`,
    `${sum(runs, ({ writes }) => writes.acknowledged)} writes acknowledged, ${sum(runs, ({ lostWrites }) => lostWrites)} lost`,
    `longest time without a write, s ${typical(runs, gapSeconds)}`,
    `${sum(runs, ({ clicks }) => clicks.answered)} clicks, ${sum(runs, ({ clicks }) => clicks.lost)} lost, ${sum(runs, ({ clicks }) => clicks.doubled)} counted twice`,
    ...ownFigures(drill),
  ]
  return `Measured ([${drill.drill}](drills/${drill.drill}.json), ${runs.length} runs; the median, in parentheses the worst): ${parts.join('; ')}.`
}

function inShort({ drill, runs }: Drill): string {
  const lost = sum(runs, ({ lostWrites }) => lostWrites)
  const parts = [
    `${sum(runs, ({ redirects }) => redirects.failed)} of ${sum(runs, asked)} redirects failed`,
    `${lost} of ${sum(runs, ({ writes }) => writes.acknowledged)} acknowledged writes lost`,
    `${sum(runs, ({ clicks }) => clicks.lost)} of ${sum(runs, ({ clicks }) => clicks.answered)} clicks lost and ${sum(runs, ({ clicks }) => clicks.doubled)} counted twice`,
  ]
  return `- [${drill}](docs/drills/${drill}.json), ${runs.length} runs: ${parts.join(', ')}.`
}
