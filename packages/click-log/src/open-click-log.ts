import { postgresUrl } from '@sleepwell/runtime/env'
import type { Logger } from '@sleepwell/runtime/log'
import { probePostgres } from '@sleepwell/runtime/probe'
import { z } from 'zod'
import type { ClickLog } from './click-log.ts'
import { openKafkaClickLog, probeKafka } from './kafka-click-log.ts'
import { readKafkaUrl } from './kafka-url.ts'
import { openPostgresClickLog } from './postgres-click-log.ts'

const isKafka = (url: string) => /^kafkas?:/u.test(url)

/** A setting that names a click log. */
export const clickLogUrl = z
  .string()
  .refine(
    (text) => postgresUrl.safeParse(text).success || readKafkaUrl(text) !== 'invalid',
    'must be a URL of a supported scheme: postgres://…, kafka://broker,broker or kafkas://user:password@broker,broker',
  )

/** Several of them, separated by commas; one comma that no scheme follows separates the brokers of one log. */
export const clickLogUrls = z
  .string()
  .transform((text) => text.split(/,(?=\s*[a-z]+:\/\/)/u).map((part) => part.trim()))
  .pipe(z.array(clickLogUrl))

/** The adapter is chosen by the scheme. */
export function openClickLog(url: string, options: { readonly log: Logger }): ClickLog {
  return isKafka(url)
    ? openKafkaClickLog({ url, ...options })
    : openPostgresClickLog({ url, ...options })
}

/** Asks the log once whether it takes us; rejects if not, or if it is away. */
export function probeClickLog(url: string, log: Logger): Promise<void> {
  return isKafka(url) ? probeKafka(url, log) : probePostgres(url)
}
