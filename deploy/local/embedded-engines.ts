// Postgres alone: clicks travel through it too, and links are cached in memory.
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabases, openPostgres, placeOf, type OpenEngines } from './engines.ts'
import { tellOfUncounted } from './uncounted.ts'

/** What analytics may still read of the clicks that the redirect has just shipped; the rest keeps until the next start. */
const lastClicksMs = 500

export const openEmbeddedEngines: OpenEngines = async (context) => {
  const { step, options, supervision } = context
  const postgres = await step('Postgres', () => openPostgres(context))
  const urlOf = await step('Databases', () => openDatabases(context, postgres))
  tellOfUncounted(options.data, supervision.say)
  return {
    urlOf,
    settings: { redirect: { CLICK_LOG_URL: urlOf('analytics', 'redirect') } },
    places: { Postgres: placeOf(postgres.url) },
    lastClicks: () => sleep(lastClicksMs),
  }
}
