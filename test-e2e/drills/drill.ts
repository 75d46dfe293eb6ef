// `npm run drill -- <name>`: breaks the real thing under load, and judges what came of it.
import { CannotStart } from '@sleepwell/deploy-local/cannot-start'
import { ensureInstalled } from '@sleepwell/deploy-local/install-packages'
import { listenForStop } from '@sleepwell/deploy-local/stop-request'
import { readWords, tell } from '@sleepwell/deploy-local/words'
import { plans } from './catalogue.ts'
import { keepRuns, writePages } from './drill-page.ts'
import type { DrillRun } from './drill-run.ts'
import { fullPace } from './pace.ts'
import type { AnyPlan } from './plan.ts'
import { runDrill } from './run-drill.ts'
import { verdictOf } from './verdict.ts'

const usage = `npm run drill -- <name>|all [--runs N] [--seed N] [--json] [--keep]
npm run drill -- --list
  --runs N  so many times, each from nothing (1)
  --seed N  what game-day draws by (anything); each run adds one
  --json    print the runs as JSON; all else goes to stderr
  --keep    write them to docs/drills
npm run drill -- --pages
            write the pages that quote kept runs anew`

async function main(stop: AbortSignal): Promise<number> {
  const options = {
    list: { type: 'boolean', default: false },
    runs: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    pages: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  const { values, positionals } = readWords({ allowPositionals: true, options }, `\n${usage}`)
  if (values.help) return tell(usage, 0)
  if (values.list) return tell(plans.map(inALine).join('\n'), 0)
  if (values.pages) {
    writePages()
    return 0
  }
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
  const seed = Number(values.seed)
  if (!Number.isInteger(seed) || seed < 0) return tell('--seed takes a whole number.', 2)
  if (chosen.some((plan) => 'run' in plan || plan.cluster))
    await ensureInstalled('drills', { say: console.error, stop })
  let held = true
  const all: Record<string, DrillRun[]> = {}
  for (const plan of chosen) {
    const done: DrillRun[] = []
    const reason = 'run' in plan ? await plan.whyNot?.() : undefined
    if (reason !== undefined) {
      console.error(`${plan.name}: left out, as ${reason}`)
      held &&= name === 'all'
      continue
    }
    all[plan.name] = done
    for (let run = 1; run <= runs; run++) {
      const startedAt = performance.now()
      const say = (line: string) => {
        const at = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)
        console.error(`${plan.name} ${run}/${runs} ${at} s  ${line}`)
      }
      const context = { pace: fullPace, say, stop, seed: seed + run - 1 }
      const result = await ('run' in plan ? plan.run(context) : runDrill(plan, context))
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
    `redirects p50 ${before.p50Ms} / ${during.p50Ms} / ${after.p50Ms} ms, p99 ${before.p99Ms} / ${during.p99Ms} / ${after.p99Ms} ms, failed ${redirects.failed}${detailOf(redirects.failures)}`,
    `writes acknowledged ${writes.acknowledged}, lost ${run.lostWrites}, ambiguous ${writes.ambiguous}, longest gap ${writes.longestGapMs} ms`,
    `clicks ${clicks.answered}, lost ${clicks.lost}, doubled ${clicks.doubled}`,
    `alerts: ${told.join(', ') || 'none'}`,
    ...Object.entries(run.figures).map(([name, value]) => `${name} ${value}`),
  ].join('; ')
}

function detailOf(failures: DrillRun['redirects']['failures']): string {
  const all = failures.map(
    ({ how, count, firstSeconds, lastSeconds }) =>
      `${count} ${how} (${firstSeconds} to ${lastSeconds} s)`,
  )
  return all.length === 0 ? '' : `: ${all.join(', ')}`
}

function inALine({ name, description }: AnyPlan): string {
  return `${name.padEnd(16)} ${description}`
}

using request = listenForStop(console.error)
try {
  process.exitCode = await main(request.stop)
} catch (error) {
  // What was under way when it was interrupted fails for that reason; what it had started is stopped by now.
  if (request.stop.aborted) process.exitCode = 130
  else if (error instanceof CannotStart) process.exitCode = tell(error.message, error.exitCode)
  else throw error
}
