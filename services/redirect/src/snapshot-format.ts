// What the snapshot and its journal look like, byte by byte: frames as in the spool. Each carries the generation of its
// file and its place in it, so that a record that is damaged, missing or from another file is recognised.
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { z } from 'zod'
import { decodeLinkRecord } from './link-record.ts'
import { decodeFrame, frameRoom, writeFrame } from './spool-frame.ts'

/** How far back what a process knew lay, and when it said so. */
export interface Knowledge {
  /** Milliseconds since the epoch by the database's clock: what changed before then is known. */
  readonly throughMs: number
  /** So long ago, by a clock that does not jump. */
  readonly ageMs: number
  /** When that was said, milliseconds since the epoch. */
  readonly at: number
}

/** A change of a link, as the journal keeps it. */
export interface JournalChange {
  readonly key: string
  readonly position: number
  readonly deleted: boolean
  readonly blocked: boolean
}

export interface DecodedSnapshot {
  readonly generation: number
  readonly knowledge: Knowledge
  /** Hottest first. */
  readonly links: readonly (readonly [key: string, link: CachedLink])[]
  /** Whether all that was written is there. */
  readonly whole: boolean
}

export interface DecodedJournal {
  readonly changes: readonly JournalChange[]
  /** The last that was said. */
  readonly knowledge: Knowledge | undefined
  readonly records: number
  /** Bytes that are sound. */
  readonly end: number
  /** Something in the midst of it is gone, and nobody knows what it said. */
  readonly damaged: boolean
}

const version = 1

const KnowledgeRecord = z.object({
  throughMs: z.number(),
  ageMs: z.number().min(0),
  at: z.number(),
})
const Header = z.object({
  format: z.literal('sleepwell.links'),
  version: z.literal(version),
  ...KnowledgeRecord.shape,
})
const ChangeRecord = z.object({
  key: z.string(),
  position: z.int(),
  deleted: z.boolean(),
  blocked: z.boolean().default(false), // earlier releases did not say
})
const JournalRecord = z.union([ChangeRecord, KnowledgeRecord])
const endMark = 'end'

export function encodeHeader(knowledge: Knowledge): string {
  return JSON.stringify({ format: 'sleepwell.links', version, ...knowledge })
}

export function encodeEnd(): string {
  return endMark
}

export function encodeJournalRecord(record: JournalChange | Knowledge): string {
  return JSON.stringify(record)
}

/** Frames of these records, which begin at place `first` of their file. */
export function encodeRecords(
  generation: number,
  first: number,
  records: readonly string[],
): Buffer {
  const room = records.reduce((sum, record) => sum + frameRoom(record), 0)
  const bytes = Buffer.allocUnsafe(room)
  let end = 0
  for (const [i, record] of records.entries())
    end = writeFrame(bytes, end, generation, first + i, record)
  return bytes.subarray(0, end)
}

/** What stands before any damage can be used: each link is whole by itself. Undefined: not one of ours. */
export function decodeSnapshot(bytes: Buffer): DecodedSnapshot | undefined {
  const first = bytes.length === 0 ? undefined : decodeFrame(bytes, 0)
  if (first?.kind !== 'frame' || first.frame.to !== 0) return undefined
  const header = Header.safeParse(parse(first.frame.value))
  if (!header.success) return undefined
  const generation = first.frame.from
  const { format: _format, version: _version, ...knowledge } = header.data
  const links: [string, CachedLink][] = []
  let whole = false
  for (let at = first.end, place = 1; at < bytes.length; place++) {
    const decoded = decodeFrame(bytes, at)
    if (decoded.kind !== 'frame') break
    const { from, to, value } = decoded.frame
    if (from !== generation || to !== place) break
    const text = value.toString()
    if (text === endMark) {
      whole = true
      break
    }
    const record = decodeLinkRecord(text)
    if (record !== undefined) links.push([record.key, record.link])
    at = decoded.end
  }
  return { generation, knowledge, links, whole }
}

/** A last record that is not whole is what a killed process leaves; one in the midst is damage. */
export function decodeJournal(bytes: Buffer, generation: number): DecodedJournal {
  const changes: JournalChange[] = []
  let knowledge: Knowledge | undefined
  let records = 0
  let end = 0
  let damaged = false
  while (end < bytes.length) {
    const decoded = decodeFrame(bytes, end)
    const isNext =
      decoded.kind === 'frame' &&
      decoded.frame.from === generation &&
      decoded.frame.to === records + 1
    const parsed = isNext ? JournalRecord.safeParse(parse(decoded.frame.value)) : undefined
    if (!isNext || parsed?.success !== true) {
      damaged = isNext || goesOn(bytes, end + 1, generation)
      break
    }
    if ('key' in parsed.data) changes.push(parsed.data)
    else knowledge = parsed.data
    records += 1
    end = decoded.end
  }
  return { changes, knowledge, records, end, damaged }
}

function goesOn(bytes: Buffer, start: number, generation: number): boolean {
  for (let at = start; at < bytes.length; at++) {
    const decoded = decodeFrame(bytes, at)
    if (decoded.kind === 'frame' && decoded.frame.from === generation) return true
  }
  return false
}

function parse(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString())
  } catch {
    return undefined
  }
}
