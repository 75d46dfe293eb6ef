import { z } from 'zod'
import type { Logger } from '@sleepwell/runtime/log'
import type { ClickLog } from './click-log.ts'
import { openPostgresClickLog } from './postgres-click-log.ts'

/** A setting that names a click log. */
export const clickLogUrl = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:\/\//u.test(text) && URL.canParse(text),
    'must be a URL of a supported scheme: postgres://',
  )

/** The adapter is chosen by the scheme. */
export function openClickLog(url: string, options: { readonly log: Logger }): ClickLog {
  return openPostgresClickLog({ url, ...options })
}
