import { validate } from 'uuid'
import type { ListPlace } from './link-table.ts'

/** Opaque to clients, so that it may change. */
export function cursorAt({ createdAtMicros, id }: ListPlace): string {
  return Buffer.from(`${createdAtMicros}.${id}`).toString('base64url')
}

export function readCursor(cursor: string): ListPlace | 'invalid' {
  const [, micros, id] =
    /^(\d{1,16})\.(.+)$/u.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (micros === undefined || id === undefined || !validate(id)) return 'invalid'
  const place = { createdAtMicros: Number(micros), id }
  // Only what this service would write: base64 has several spellings of the same bytes.
  const ours = Number.isSafeInteger(place.createdAtMicros) && cursorAt(place) === cursor
  return ours ? place : 'invalid'
}
