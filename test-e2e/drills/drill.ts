// `npm run drill -- <name>`: breaks the real thing under load, and judges what came of it.
import { parseArgs } from 'node:util'
import { ensureInstalled } from '@sleepwell/deploy-local/install-packages'
import { listenForStop } from '@sleepwell/deploy-local/stop-request'
import { plans } from './catalogue.ts'
import { keepRuns } from './drill-page.ts'
import type { DrillRun } from './drill-run.ts'
import type { Plan } from './plan.ts'
import { fullPace, runDrill } from './run-drill.ts'
import { verdictOf } from './verdict.ts'

const usage = `npm run drill -- <name>|all [--runs N] [--json] [--keep]
npm run drill -- --list
  --runs N  so many times, each from nothing (1)
  --json    print the runs as JSON; all else goes to stderr
  --keep    write them to docs/drills`

async function main(stop: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      runs: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return tell(usage, 0)
  if (values.list) return tell(plans.map(inALine).join('\n'), 0)
  const [name, ...others] = positionals
  const chosen = plans.filter((plan) => name === 'all' || plan.name === name)
  const runs = Number(values.runs)
  if (chosen.length === 0 || others.length > 0)
    return tell(
      `${name === undefined ? '' : `There is no drill ${positionals.join(' ')}.\n`}${usage}`,
      2,
    )
  if (!Number.isInteger(runs) || runs < 1 || runs > 100)
    return tell('--runs takes a number from 1 to 100.', 2)
  if (chosen.some(({ cluster }) => cluster))
    await ensureInstalled('drills', { say: console.error, stop })
  let held = true
  const all: Record<string, DrillRun[]> = {}
  for (const plan of chosen) {
    const done: DrillRun[] = []
    all[plan.name] = done
    for (let run = 1; run <= runs; run++) {
      const startedAt = performance.now()
      const say = (line: string) => {
        const at = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)
        console.error(`${plan.name} ${run}/${runs} ${at} s  ${line}`)
      }
      const result = await runDrill(plan, fullPace, say, stop)
      done.push(result)
      const verdict = verdictOf(plan, result)
      held &&= verdict.length === 0
      say(verdict.length === 0 ? 'held' : `NOT HELD: ${verdict.join('; ')}`)
      for (const example of result.examples) say(example)
      say(figuresOf(result))
    }
    if (values.keep) keepRuns(plan, done)
  }
  if (values.json) console.log(JSON.stringify(all, undefined, 2))
  return held ? 0 : 1
}

function figuresOf({ redirects, writes, clicks, alerts, ...run }: DrillRun): string {
  const { before, during, after } = redirects
  const told = alerts.map((one) => `${one.alert} (${one.receiver}, ${one.afterSeconds} s)`)
  return [
    `fault ${run.faultSeconds} s, recovered after ${run.recoverySeconds} s`,
    `redirects p99 ${before.p99Ms} / ${during.p99Ms} / ${after.p99Ms} ms, failed ${redirects.failed}`,
    `writes acknowledged ${writes.acknowledged}, lost ${run.lostWrites}, ambiguous ${writes.ambiguous}, longest gap ${writes.longestGapMs} ms`,
    `clicks ${clicks.answered}, lost ${clicks.lost}, doubled ${clicks.doubled}`,
    `alerts: ${told.join(', ') || 'none'}`,
    ...Object.entries(run.figures).map(([name, value]) => `${name} ${value}`),
  ].join('; ')
}

function inALine({ name, description }: Plan): string {
  return `${name.padEnd(16)} ${description}`
}

function tell(text: string, code: number): number {
  ;(code === 0 ? console.log : console.error)(text)
  return code
}

using request = listenForStop(console.error)
try {
  process.exitCode = await main(request.stop)
} catch (error) {
  // What was under way when it was interrupted fails for that reason; what it had started is stopped by now.
  if (!request.stop.aborted) throw error
  process.exitCode = 130
}
