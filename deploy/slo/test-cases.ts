import { type Slo, slos } from '@sleepwell/contracts/slo'
import type { AlertCase } from './test-alert-case.ts'
import { analyticsCases } from './test-analytics-cases.ts'
import { backupCases } from './test-backup-cases.ts'
import { burnCases } from './test-burn-cases.ts'
import { otherCases } from './test-other-cases.ts'
import { redirectCases } from './test-redirect-cases.ts'
import { saturationCases } from './test-saturation-cases.ts'
import { spoolCases } from './test-spool-cases.ts'
import { trafficCases } from './test-traffic-cases.ts'

export const allSlos: readonly Slo[] = Object.values(slos)

/** With every alert, but those of burn rates. */
export const cases: readonly AlertCase[] = [
  ...redirectCases,
  ...trafficCases,
  ...spoolCases,
  ...analyticsCases,
  ...saturationCases,
  ...otherCases,
  ...backupCases,
]

export const allCases: readonly AlertCase[] = [...cases, ...allSlos.flatMap(burnCases)]
