// Visits one address at a steady pace, so that a release that few people come to can be judged at all:
// `VISIT_URL=http://redirect-canary/… VISIT_EVERY_MS=833 node src/traffic-floor.ts`
import { once } from 'node:events'
import { request } from 'node:http'
import { z } from 'zod'
import { duration, readEnv } from './env.ts'
import { every } from './every.ts'
import { createLog, errorFields } from './log.ts'
import { run, stopRequested } from './process.ts'

const log = createLog('traffic-floor')
const timeoutMs = 2000

const settings = {
  VISIT_URL: z.url({ protocol: /^http$/u }),
  VISIT_EVERY_MS: duration,
  /** API key, where one is asked for. */
  VISIT_KEY: z.string().optional(),
}

await run(log, async () => {
  const config = readEnv(settings, process.env)
  const stop = stopRequested(log)
  const headers = config.VISIT_KEY && { Authorization: `Bearer ${config.VISIT_KEY}` }

  // On a connection of its own each time: the address leads somewhere else once there is a canary.
  const visit = async () => {
    const signal = AbortSignal.timeout(timeoutMs)
    const sent = request(config.VISIT_URL, { agent: false, signal, ...(headers && { headers }) })
    const [response] = await once(sent.end(), 'response')
    response.resume()
    if (response.statusCode >= 500) throw new Error(`answered ${response.statusCode}`)
  }
  await using _visits = every(config.VISIT_EVERY_MS, visit, (error) =>
    log.warn(errorFields(error), 'a visit failed'),
  )
  await stop
})
