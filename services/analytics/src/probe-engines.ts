import { probeClickLog } from '@sleepwell/click-log/open-click-log'
import type { Logger } from '@sleepwell/runtime/log'
import { probe, probePostgres } from '@sleepwell/runtime/probe'
import type { readConfig } from './config.ts'

type Engines = Pick<
  ReturnType<typeof readConfig>,
  'ANALYTICS_URL' | 'CLICK_LOG_URLS' | 'LINKS_URL' | 'LINKS_REPLICA_URLS'
>

/** @throws {ConfigError} when one refuses us, or we must refuse its certificate */
export async function probeEngines(config: Engines, log: Logger): Promise<void> {
  const postgres = (setting: string) => (url: string) =>
    probe(setting, () => probePostgres(url), log)
  await Promise.all([
    postgres('ANALYTICS_URL')(config.ANALYTICS_URL),
    postgres('LINKS_URL')(config.LINKS_URL),
    ...config.LINKS_REPLICA_URLS.map(postgres('LINKS_REPLICA_URLS')),
    ...config.CLICK_LOG_URLS.map((url) =>
      probe('CLICK_LOG_URLS', () => probeClickLog(url, log), log),
    ),
  ])
}
