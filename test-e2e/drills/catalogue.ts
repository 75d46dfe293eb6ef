import { analyticsDown } from './analytics-down.ts'
import { badConfig, badMigration, badSecret } from './cannot-start.ts'
import { badRelease } from './canary/bad-release.ts'
import { gameDay } from './game-day.ts'
import { kafkaOutage } from './kafka-outage.ts'
import { postgresRestart } from './postgres-restart.ts'
import type { AnyPlan } from './plan.ts'
import { primaryCrash } from './primary-crash.ts'
import { regionOutage } from './region/region-outage.ts'
import { redisCrash } from './redis-crash.ts'
import { replicaLoss } from './replica-loss.ts'
import { restore } from './restore/restore.ts'

export const plans: readonly AnyPlan[] = [
  redisCrash,
  postgresRestart,
  primaryCrash,
  replicaLoss,
  kafkaOutage,
  regionOutage,
  restore,
  analyticsDown,
  badSecret,
  badConfig,
  badMigration,
  badRelease,
  gameDay,
]
