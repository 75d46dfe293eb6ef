// Opaque to clients, so that they may change; and signed over the list that they are of, so that nobody makes one up or takes
// one to another list, another order or another owner.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { validate } from 'uuid'
import type { ListPlace } from './list-table.ts'

/** All that decides what a list shows, in JSON. */
export type ListIdentity = readonly unknown[]

export interface Cursors {
  readonly write: (list: ListIdentity, place: ListPlace) => Promise<string>
  readonly read: (list: ListIdentity, cursor: string) => Promise<ListPlace | 'invalid'>
}

const signatureBytes = 16

/** @param findKey the secret that all processes share; asked for once it is needed, and until it is answered */
export function createCursors(findKey: () => Promise<Buffer>): Cursors {
  let found: Promise<Buffer> | undefined
  const keyOf = () => {
    found ??= findKey().catch((error: unknown) => {
      found = undefined
      throw error
    })
    return found
  }
  const sign = async (list: ListIdentity, place: Buffer) =>
    createHmac('sha256', await keyOf())
      .update(`${JSON.stringify(list)}\n`)
      .update(place)
      .digest()
      .subarray(0, signatureBytes)
  return {
    write: async (list, { value, id }) => {
      const place = Buffer.from(JSON.stringify([value, id]))
      return Buffer.concat([await sign(list, place), place]).toString('base64url')
    },
    read: async (list, cursor) => {
      const bytes = Buffer.from(cursor, 'base64url')
      const [signature, place] = [bytes.subarray(0, signatureBytes), bytes.subarray(signatureBytes)]
      // base64 has several spellings of the same bytes.
      if (signature.length < signatureBytes || bytes.toString('base64url') !== cursor)
        return 'invalid'
      if (!timingSafeEqual(signature, await sign(list, place))) return 'invalid'
      return placeOf(JSON.parse(place.toString()))
    },
  }
}

function placeOf(parsed: unknown): ListPlace | 'invalid' {
  const [value, id] = Array.isArray(parsed) ? (parsed as unknown[]) : []
  const known = typeof value === 'string' || Number.isSafeInteger(value)
  return known && typeof id === 'string' && (id === '' || validate(id))
    ? { value: value as ListPlace['value'], id }
    : 'invalid'
}
