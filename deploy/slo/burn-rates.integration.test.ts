import { expect, test } from '@jest/globals'
import { type Slo, slos } from '@sleepwell/contracts/slo'
import { burnRateRules } from './burn-rate-rules.ts'
import { createDuration } from './duration.ts'
import { burnCases } from './test-burn-cases.ts'
import { burnEdges } from './test-burn-edges.ts'
import { allSlos } from './test-cases.ts'
import { objections } from './test-promtool.ts'

test.each(allSlos.map((slo) => [slo.id, slo] as const))(
  '%s: whoever burns its budget too fast is heard of, and nobody else',
  (_id, slo) => {
    expect(objections(burnRateRules(slo, createDuration(1)), burnCases(slo))).toBe('')
  },
)

test.each<[string, Slo]>([
  ['page', slos.redirectAvailability],
  ['ticket', slos.editPropagation],
])('where a %s begins and ends', (_severity, slo) => {
  expect(objections(burnRateRules(slo, createDuration(1)), burnEdges(slo))).toBe('')
})
