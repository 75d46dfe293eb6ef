import type { LogRecord } from '@sleepwell/click-log/click-log'
import type { Click, DroppedClicks, OrphanClick, SpoolHeartbeat } from '@sleepwell/contracts/click'
import { probeLink } from '@sleepwell/contracts/probe-link'
import { dead, readRecord, type DeadRecord, type ReadRecord } from './read-record.ts'

/** A click as it is stored. */
export interface ArrivedClick {
  readonly id: string
  readonly at: Date
  readonly spool: string
  readonly seq: number
  readonly linkId: string
  readonly ownerId: string
  readonly policyVersion: number
  readonly bot: boolean
  /** Null: can never be unique. */
  readonly visitor: string | null
  readonly country: string
  readonly device: string
  readonly browser: string
  readonly os: string
  readonly referrer: string
  readonly utmSource: string | null
  readonly utmMedium: string | null
  readonly utmCampaign: string | null
  readonly utmTerm: string | null
  readonly utmContent: string | null
}

/** A number that stands for nothing in reports: an orphan's, or one of a click on the probe link. */
export interface CountedApart {
  readonly spool: string
  readonly seq: number
  readonly at: Date
  /** Absent: a click on the probe link. */
  readonly orphan?: OrphanClick
}

export interface DeadLetter extends Omit<DeadRecord, 'type'> {
  readonly offset: number
  readonly value: Uint8Array
}

/** What one read of a log brought, sorted by what is to be done with it. */
export interface ClickBatch {
  readonly clicks: ArrivedClick[]
  readonly apart: CountedApart[]
  readonly dropped: DroppedClicks[]
  readonly heartbeats: SpoolHeartbeat[]
  readonly deadLetters: DeadLetter[]
}

export interface Window {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** How long raw clicks are kept: an older one could be a duplicate that is not found any more. */
  readonly retentionMs: number
  /** A click that comes later than this is counted, but not as a visitor's first. */
  readonly uniqueWithinMs: number
}

const dayMs = 86_400_000

/** Clocks differ, but not by more than this. */
const futureMs = dayMs

export function sortRecords(records: readonly LogRecord[], window: Window): ClickBatch {
  const batch: ClickBatch = { clicks: [], apart: [], dropped: [], heartbeats: [], deadLetters: [] }
  for (const { offset, value } of records) {
    const record = within(window, readRecord(value))
    switch (record.type) {
      case 'click':
        if (record.linkId.toLowerCase() === probeLink.id) batch.apart.push(apart(record))
        else batch.clicks.push(arrived(record, window))
        break
      case 'orphan':
        batch.apart.push({ ...apart(record), orphan: record })
        break
      case 'dropped':
        batch.dropped.push(record)
        break
      case 'heartbeat':
        batch.heartbeats.push(record)
        break
      case 'dead':
        batch.deadLetters.push({ ...record, offset, value })
    }
  }
  return batch
}

export function mergeBatches(batches: readonly ClickBatch[]): ClickBatch {
  return {
    clicks: batches.flatMap(({ clicks }) => clicks),
    apart: batches.flatMap(({ apart }) => apart),
    dropped: batches.flatMap(({ dropped }) => dropped),
    heartbeats: batches.flatMap(({ heartbeats }) => heartbeats),
    deadLetters: batches.flatMap(({ deadLetters }) => deadLetters),
  }
}

function within(window: Window, record: ReadRecord): ReadRecord {
  if (record.type === 'dead') return record
  const times = [Date.parse(record.at)]
  const numbered = record.type === 'click' || record.type === 'orphan'
  if (numbered) times.push(timeOfId(record.id))
  if (times.some((time) => time > window.now + futureMs)) return dead('future', record)
  // Only these are deduplicated by what is still kept; the others may be told again at any time.
  if (numbered && times.some((time) => time < window.now - window.retentionMs))
    return dead('late', record)
  return record
}

function apart({ spool, seq, at }: Click | OrphanClick): CountedApart {
  return { spool, seq, at: new Date(at) }
}

/** A UUIDv7 begins with the milliseconds since the epoch. */
function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

function arrived(click: Click, { now, uniqueWithinMs }: Window): ArrivedClick {
  const at = new Date(click.at)
  const punctual = now - at.getTime() <= uniqueWithinMs
  const visitor = storable(click.visitor ?? '')
  return {
    id: click.id.toLowerCase(),
    at,
    spool: click.spool,
    seq: click.seq,
    linkId: click.linkId.toLowerCase(),
    ownerId: storable(click.ownerId),
    policyVersion: click.policyVersion,
    bot: click.bot,
    visitor: punctual && !click.bot && visitor !== '' ? visitor : null,
    country: storable(click.country) || 'unknown',
    device: click.device,
    browser: storable(click.browser) || 'unknown',
    os: storable(click.os) || 'unknown',
    referrer: storable(click.referrerHost ?? '') || 'direct',
    utmSource: storable(click.utm?.source ?? '') || null,
    utmMedium: storable(click.utm?.medium ?? '') || null,
    utmCampaign: storable(click.utm?.campaign ?? '') || null,
    utmTerm: storable(click.utm?.term ?? '') || null,
    utmContent: storable(click.utm?.content ?? '') || null,
  }
}

/** Postgres takes neither NUL nor half a surrogate pair; a click is counted all the same. */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed()
}
