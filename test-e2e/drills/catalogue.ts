import { analyticsDown } from './analytics-down.ts'
import { badConfig, badMigration, badSecret } from './bad-release.ts'
import { kafkaOutage } from './kafka-outage.ts'
import { postgresRestart } from './postgres-restart.ts'
import type { Plan } from './plan.ts'
import { primaryCrash } from './primary-crash.ts'
import { redisCrash } from './redis-crash.ts'
import { replicaLoss } from './replica-loss.ts'

export const plans: readonly Plan[] = [
  redisCrash,
  postgresRestart,
  primaryCrash,
  replicaLoss,
  kafkaOutage,
  analyticsDown,
  badSecret,
  badConfig,
  badMigration,
]
