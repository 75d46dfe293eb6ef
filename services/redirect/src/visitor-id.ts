import { hash } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import type { VisitorSalt } from './link-table.ts'

export interface VisitorIds {
  readonly use: (salts: readonly VisitorSalt[]) => void
  /** Undefined while the day's salt is unknown. */
  readonly of: (visitor: Visitor) => string | undefined
}

export interface Visitor {
  readonly linkId: string
  readonly address: string
  readonly userAgent: string
  readonly at: Date
}

const idLength = 22 // of base64url: 132 bits

/**
 * Tells the visitors of one link on one day apart, and nothing more: the id depends on the link, on a random salt that
 * is deleted after 48 hours, and on a key outside the database. Two nested hashes, as HMAC has them, cost 1 us where
 * `createHmac` costs 13.
 */
export function createVisitorIds(key: string): VisitorIds {
  let salts: ReadonlyMap<string, string> = new Map()
  return {
    use: (found) => {
      salts = new Map(found.map(({ day, salt }) => [day, salt.toString('base64')]))
    },
    of: ({ linkId, address, userAgent, at }) => {
      const salt = salts.get(at.toISOString().slice(0, 10))
      if (salt === undefined) return undefined
      const inner = hash('sha256', JSON.stringify([salt, key, linkId, network(address), userAgent]))
      return hash('sha256', `${key}${salt}${inner}`, 'base64url').slice(0, idLength)
    },
  }
}

/** A household gets one IPv6 /64 and its devices change their addresses in it. */
function network(address: string): string {
  if (!address.includes(':') || !ipaddr.IPv6.isValid(address)) return address
  return ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toString()
}
