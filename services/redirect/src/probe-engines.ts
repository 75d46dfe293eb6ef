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
 * @param withinMs for a process that can serve without them: an engine that has not answered by then is taken for away
 * @throws {ConfigError} when one refuses us, or we must refuse its certificate
 */
export async function probeEngines(config: Engines, log: Logger, withinMs?: number): Promise<void> {
  const { LINKS_URL, LINKS_REPLICA_URLS, REDIS_URL, CLICK_LOG_URL } = config
  const postgres = (setting: string) => (url: string) =>
    probe(setting, () => probePostgres(url), log)
  const probed = Promise.all([
    postgres('LINKS_URL')(LINKS_URL),
    ...LINKS_REPLICA_URLS.map(postgres('LINKS_REPLICA_URLS')),
    probe('CLICK_LOG_URL', () => probeClickLog(CLICK_LOG_URL, log), log),
    REDIS_URL !== undefined && probe('REDIS_URL', () => probeRedis(REDIS_URL), log),
  ])
  if (withinMs === undefined) return void (await probed)
  const late = (error: unknown) => log.error(errorFields(error), 'an engine refuses us')
  const patience = sleep(withinMs, 'late', { ref: false })
  if ((await Promise.race([probed, patience])) === 'late') probed.catch(late)
}
