// From the bytes of a log to what can be counted. Nothing here trusts who wrote them: whatever Postgres would
// refuse must be found now, or it would hold up everything behind it.
import {
  Click,
  countingPolicyVersion,
  DroppedClicks,
  OrphanClick,
  SpoolHeartbeat,
} from '@sleepwell/contracts/click'
import { z } from 'zod'

export type DeadLetterReason =
  | 'not_json'
  | 'wrong_shape'
  | 'unknown_type'
  | 'future_version'
  | 'late'
  | 'future'
  | 'refused'

/** A click whose number is known is accounted for, although it cannot be counted. */
export interface Numbered {
  readonly id: string
  readonly spool: string
  readonly seq: number
  readonly at: Date | null
}

export type ReadRecord = Click | OrphanClick | DroppedClicks | SpoolHeartbeat | DeadRecord

export interface DeadRecord {
  readonly type: 'dead'
  readonly reason: DeadLetterReason
  readonly click?: Numbered
}

/** Beside it a key of the rollups must fit into a page of the index. */
const maxOwnerLength = 200

const StoredClick = Click.extend({
  ownerId: z.string().min(1).max(maxOwnerLength),
  policyVersion: z.int().min(1),
})
const StoredOrphan = OrphanClick.extend({ policyVersion: z.int().min(1) })
const StoredDropped = DroppedClicks.refine(({ from, to }) => from <= to)
/** Of a click, or of something yet unknown that has a number too. */
const ClickNumber = Click.pick({ id: true, spool: true, seq: true }).extend({
  at: Click.shape.at
    .transform((text) => new Date(text))
    .nullable()
    .catch(null),
})
const Typed = z.object({ type: z.string() })

const utf8 = new TextDecoder('utf-8', { fatal: true })

export function readRecord(value: Uint8Array): ReadRecord {
  const json = parse(value)
  if (json === undefined) return dead('not_json', undefined)
  const typed = Typed.safeParse(json)
  if (!typed.success) return dead('wrong_shape', json)
  switch (typed.data.type) {
    case 'click':
      return readCounted(StoredClick, json)
    case 'orphan':
      return readCounted(StoredOrphan, json)
    case 'dropped':
      return StoredDropped.safeParse(json).data ?? dead('wrong_shape', json)
    case 'heartbeat':
      return SpoolHeartbeat.safeParse(json).data ?? dead('wrong_shape', json)
    default:
      return dead('unknown_type', json)
  }
}

function readCounted<T extends { readonly policyVersion: number }>(
  schema: z.ZodType<T>,
  json: unknown,
): T | DeadRecord {
  const click = schema.safeParse(json).data
  if (click === undefined) return dead('wrong_shape', json)
  // Its rules are not known here, and counted wrongly it could not be found again.
  if (click.policyVersion > countingPolicyVersion) return dead('future_version', json)
  return click
}

export function dead(reason: DeadLetterReason, json: unknown): DeadRecord {
  const click = ClickNumber.safeParse(json).data
  return click === undefined ? { type: 'dead', reason } : { type: 'dead', reason, click }
}

/** The same bytes, known to be good for nothing. */
export function deadRecord(reason: DeadLetterReason, value: Uint8Array): DeadRecord {
  return dead(reason, parse(value))
}

function parse(value: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(value)) as unknown
  } catch {
    return undefined
  }
}
