// Runs cases through `promtool test rules`, which reads rules and numbers as Prometheus does.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type AlertRule, type RuleGroup, ruleFile } from './rule-file.ts'
import { type AlertCase, type Firing, everySeconds } from './test-alert-case.ts'

/** What promtool objects to; empty if every case ends as it says. */
export function objections(groups: readonly RuleGroup[], cases: readonly AlertCase[]): string {
  return inScratch((directory) => {
    writeFileSync(join(directory, 'rules.yml'), ruleFile(groups))
    const files = [...Map.groupBy(cases, evaluateSeconds)].map(([seconds, alike]) => {
      const file = join(directory, `${seconds}.test.yml`)
      writeFileSync(file, stringify(testFile(groups, alike, seconds), { lineWidth: 0 }))
      return file
    })
    return promtool(['test', 'rules', ...files])
  })
}

/** What promtool says of those that are no PromQL; empty if all are. */
export function refusedQueries(queries: readonly string[]): string {
  const rules = queries.map((expr, i) => ({ record: `query:${i}`, expr }))
  return inScratch((directory) => {
    const file = join(directory, 'rules.yml')
    writeFileSync(file, ruleFile([{ name: 'queries', rules }]))
    return promtool(['check', 'rules', file])
  })
}

function inScratch(work: (directory: string) => string): string {
  const directory = mkdtempSync(join(tmpdir(), 'sleepwell-rules-'))
  try {
    return work(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** What it says if it fails; empty if it succeeds. */
export function promtool(words: readonly string[]): string {
  // It lives for a second or two, and would spend half of that on collecting garbage.
  const { error, status, stdout, stderr } = spawnSync('env', ['GOGC=400', 'promtool', ...words], {
    encoding: 'utf8',
  })
  if (error !== undefined) throw error
  return status === 0 ? '' : stdout + stderr
}

function evaluateSeconds({ steps }: AlertCase): number {
  return steps?.evaluate ?? everySeconds
}

function testFile(
  groups: readonly RuleGroup[],
  cases: readonly AlertCase[],
  seconds: number,
): object {
  return {
    rule_files: ['rules.yml'],
    evaluation_interval: `${seconds}s`,
    // Otherwise in any order, and what a group reads of another one is older at times.
    group_eval_order: groups.map(({ name }) => name),
    tests: cases.map((one) => ({
      name: `${one.alert}: ${one.when}`,
      interval: `${one.steps?.scrape ?? everySeconds}s`,
      input_series: Object.entries(one.series).map(([series, values]) => ({ series, values })),
      alert_rule_test: [
        ...(one.notYetAt === undefined
          ? []
          : [{ eval_time: one.notYetAt, alertname: one.alert, exp_alerts: [] }]),
        {
          eval_time: one.at,
          alertname: one.alert,
          exp_alerts: (one.firing ?? []).map((firing) => expected(groups, one.alert, firing)),
        },
      ],
    })),
  }
}

function expected(groups: readonly RuleGroup[], alert: string, firing: Firing): object {
  const { severity, labels, summary, description } = firing
  const rule = groups
    .flatMap(({ rules }) => rules)
    .filter((one): one is AlertRule => 'alert' in one)
    .find((one) => one.alert === alert && (severity ?? one.labels.severity) === one.labels.severity)
  if (rule === undefined) throw new Error(`there is no ${severity ?? 'alert'} ${alert}`)
  return {
    exp_labels: { ...rule.labels, ...labels },
    exp_annotations: {
      ...rule.annotations,
      ...(summary !== undefined && { summary }),
      ...(description !== undefined && { description }),
    },
  }
}
