import { probeClickLog } from '@sleepwell/click-log/open-click-log'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import { probe, probePostgres } from '@sleepwell/runtime/probe'
import type { readConfig } from './config.ts'
import { probeRedis } from './shared-cache.ts'

type Engines = Pick<
  ReturnType<typeof readConfig>,
  'LINKS_URL' | 'LINKS_REPLICA_URLS' | 'REDIS_URL' | 'CLICK_LOG_URL'
>

/**
 * For a process that can serve without them: an engine that has not answered by then is taken for away.
 *
 * @throws {ConfigError} when one refuses us, or we must refuse its certificate
 */
export type Probed = (withinMs: number | undefined) => Promise<void>

/** Asks them all, at once; resolves whenever asked what came of it. */
export function probeEngines(config: Engines, log: Logger): Probed {
  const { LINKS_URL, LINKS_REPLICA_URLS, REDIS_URL, CLICK_LOG_URL } = config
  const postgres = (setting: string) => (url: string) =>
    probe(setting, () => probePostgres(url), log)
  const probed = Promise.all([
    postgres('LINKS_URL')(LINKS_URL),
    ...LINKS_REPLICA_URLS.map(postgres('LINKS_REPLICA_URLS')),
    probe('CLICK_LOG_URL', () => probeClickLog(CLICK_LOG_URL, log), log),
    REDIS_URL !== undefined && probe('REDIS_URL', () => probeRedis(REDIS_URL), log),
  ])
  const late = (error: unknown) => log.error(errorFields(error), 'an engine refuses us')
  let isLate = false
  probed.catch((error: unknown) => isLate && late(error))
  return async (withinMs) => {
    if (withinMs === undefined) return void (await probed)
    const patience = sleep(withinMs, 'late', { ref: false })
    isLate = (await Promise.race([probed, patience])) === 'late'
  }
}
