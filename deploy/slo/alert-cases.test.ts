// That there are cases. What becomes of them is in the integration tests, which need promtool.
import { expect, test } from '@jest/globals'
import { alertGroups, sloGroups } from './rules.ts'
import type { AlertRule } from './rule-file.ts'
import { allCases } from './test-cases.ts'
import { unreportedIn } from './test-metric-names.ts'

const rules = [...alertGroups(), ...sloGroups()]
  .flatMap((group) => group.rules)
  .filter((rule): rule is AlertRule => 'alert' in rule)

test.each(rules.map((rule) => [rule.alert, rule.labels.severity, rule] as const))(
  '%s (%s) is tried with what makes it fire, and with what nearly does',
  (name, severity, { expr, for: lasting }) => {
    const own = allCases.filter(({ alert }) => alert === name)
    const fires = ({ firing = [] }: (typeof own)[number]) =>
      firing.some((one) => (one.severity ?? severity) === severity)
    expect(own.some(fires)).toBe(true)
    if (lasting !== undefined) expect(own.some((one) => one.notYetAt !== undefined)).toBe(true)
    if (name === 'Watchdog') return
    const silent = own.filter((one) => !fires(one))
    expect(silent.length).toBeGreaterThan(0)
    // Beside a share there is a number below which it says nothing.
    const hasFloor = /and on \(\) \(?sum|clamp_min/u.test(expr)
    if (hasFloor) expect(silent.some(({ quiet }) => quiet)).toBe(true)
  },
)

test('what a case is made of is what processes report', () => {
  const series = allCases.flatMap((one) => Object.keys(one.series))
  expect([...new Set(series)].flatMap(unreportedIn)).toEqual([])
})

test('no case is of an alert that is gone', () => {
  const names = new Set(rules.map(({ alert }) => alert))
  expect(allCases.map(({ alert }) => alert).filter((name) => !names.has(name))).toEqual([])
})
