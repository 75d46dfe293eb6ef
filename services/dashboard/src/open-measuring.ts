// By Prometheus where there is one; by the services themselves where there is none, or it does not answer.
import { every } from '@sleepwell/runtime/every'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import type { Config } from './config.ts'
import { measureByPrometheus } from './measure-by-prometheus.ts'
import { measureByServices } from './measure-by-services.ts'
import { createAsk } from './prometheus.ts'
import type { Measured } from './reliability.ts'
import { createWatch } from './watch-services.ts'

export type MeasuredBy = Pick<Config, 'PROMETHEUS_URL' | 'ADMIN_URLS'>

export interface Measuring extends AsyncDisposable {
  /** A sentence where nothing can be measured. */
  readonly measure: () => Promise<Measured | string>
}

const lookMs = 15_000

export function openMeasuring({ PROMETHEUS_URL, ADMIN_URLS }: MeasuredBy, log: Logger): Measuring {
  const services = watchServices(ADMIN_URLS, log)
  if (PROMETHEUS_URL === undefined)
    return { ...services, measure: async () => services.measure('No Prometheus is configured') }
  const ask = createAsk(new URL(PROMETHEUS_URL).origin, fetch)
  return {
    ...services,
    measure: async () => {
      try {
        return await measureByPrometheus(ask)
      } catch (error) {
        log.warn(errorFields(error), 'Prometheus cannot be asked')
        return services.measure('Prometheus does not answer')
      }
    },
  }
}

function watchServices(urls: Config['ADMIN_URLS'], log: Logger) {
  if (urls.length === 0)
    return {
      measure: (why: string) =>
        `${why}, and nobody said where the services tell how they are (ADMIN_URLS): nothing that is measured is known.`,
      [Symbol.asyncDispose]: async () => {},
    }
  const watch = createWatch(urls, { fetch, now: () => performance.now() })
  const looking = every(lookMs, watch.look, (error) =>
    log.warn(errorFields(error), 'the services cannot be asked'),
  )
  return {
    measure: (why: string) => measureByServices(watch.watched(), why),
    [Symbol.asyncDispose]: () => looking[Symbol.asyncDispose](),
  }
}
