// A link as bytes, for the packed cache: about its destination and 50 more.
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { maxDestinationLength } from '@sleepwell/contracts/destination'
import type { Preview } from '@sleepwell/contracts/link'
import type { Remembered } from './link-cache.ts'

const flags = {
  starts: 1,
  expires: 2,
  limited: 4,
  forwardQuery: 8,
  caches: 16,
  blocked: 32,
  deleted: 64,
  outdated: 128,
} as const

/** Beside the status, which needs half a byte. */
const rareFlags = {
  forwardPath: 16,
  noindex: 32,
  expiredDestination: 64,
  preview: 128,
} as const

const firstStatus = 300
const statusBits = 15
const noEpoch = 0xffffffff
const idBytes = 16
const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/u

/** Of one link at a time: what is packed is copied away before the next one is. */
const scratch = Buffer.alloc(70_000)

/** Undefined: it cannot be packed so that the same link comes out again. */
export function packLink({ link, epoch, checkedAt, outdated }: PackedLink): Buffer | undefined {
  if (!uuid.test(link.id) || link.ownerId.length > 0xff) return undefined
  if (link.destination.length > maxDestinationLength * 4) return undefined
  if ((link.expiredDestination?.length ?? 0) > maxDestinationLength * 4) return undefined
  // Its text is at most 700 characters, in JSON of up to six bytes each.
  if ((link.preview?.image?.length ?? 0) > maxDestinationLength * 4) return undefined
  scratch[0] =
    (link.startsAt === null ? 0 : flags.starts) |
    (link.expiresAt === null ? 0 : flags.expires) |
    (link.limited ? flags.limited : 0) |
    (link.forwardQuery ? flags.forwardQuery : 0) |
    (link.cacheSeconds === 0 ? 0 : flags.caches) |
    (link.blocked ? flags.blocked : 0) |
    (link.deleted ? flags.deleted : 0) |
    (outdated ? flags.outdated : 0)
  scratch[1] =
    (link.status - firstStatus) |
    (link.forwardPath ? rareFlags.forwardPath : 0) |
    (link.noindex ? rareFlags.noindex : 0) |
    (link.expiredDestination === null ? 0 : rareFlags.expiredDestination) |
    (link.preview === null ? 0 : rareFlags.preview)
  let at = 2 + scratch.write(link.id.replaceAll('-', ''), 2, 'hex')
  at = writeNumber(link.position, at)
  at = scratch.writeUInt32LE(epoch ?? noEpoch, at)
  at = writeNumber(Math.floor(checkedAt), at)
  if (link.startsAt !== null) at = scratch.writeDoubleLE(link.startsAt, at)
  if (link.expiresAt !== null) at = scratch.writeDoubleLE(link.expiresAt, at)
  if (link.cacheSeconds !== 0) at = scratch.writeUInt32LE(link.cacheSeconds, at)
  if (link.expiredDestination !== null) at = writeText(link.expiredDestination, at)
  if (link.preview !== null) at = writeText(JSON.stringify(link.preview), at)
  const ownerBytes = scratch.write(link.ownerId, at + 1)
  if (ownerBytes > 0xff) return undefined
  scratch[at] = ownerBytes
  at += 1 + ownerBytes
  return scratch.subarray(0, at + scratch.write(link.destination, at))
}

export interface PackedLink extends Remembered {
  readonly link: CachedLink
}

export function unpackLink(bytes: Buffer): PackedLink {
  const has = (flag: number) => ((bytes[0] ?? 0) & flag) !== 0
  const id = bytes.toString('hex', 2, 2 + idBytes)
  let at = 2 + idBytes
  const next = (length: number) => (at += length) - length
  const position = readNumber(bytes, next(numberBytes))
  const epoch = bytes.readUInt32LE(next(4))
  const checkedAt = readNumber(bytes, next(numberBytes))
  const startsAt = has(flags.starts) ? bytes.readDoubleLE(next(8)) : null
  const expiresAt = has(flags.expires) ? bytes.readDoubleLE(next(8)) : null
  const cacheSeconds = has(flags.caches) ? bytes.readUInt32LE(next(4)) : 0
  const nextText = () => {
    const length = bytes.readUInt16LE(next(2))
    return bytes.toString('utf8', next(length), at)
  }
  const rare = bytes[1] ?? 0
  const expiredDestination = (rare & rareFlags.expiredDestination) === 0 ? null : nextText()
  const preview = (rare & rareFlags.preview) === 0 ? null : (JSON.parse(nextText()) as Preview)
  const ownerStart = at + 1
  const ownerEnd = ownerStart + (bytes[at] ?? 0)
  return {
    epoch: epoch === noEpoch ? undefined : epoch,
    checkedAt,
    ...(has(flags.outdated) && { outdated: true }),
    link: {
      id: `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`,
      ownerId: bytes.toString('utf8', ownerStart, ownerEnd),
      destination: bytes.toString('utf8', ownerEnd),
      startsAt,
      expiresAt,
      limited: has(flags.limited),
      forwardQuery: has(flags.forwardQuery),
      status: ((rare & statusBits) + firstStatus) as CachedLink['status'],
      cacheSeconds,
      expiredDestination,
      forwardPath: (rare & rareFlags.forwardPath) !== 0,
      noindex: (rare & rareFlags.noindex) !== 0,
      preview,
      blocked: has(flags.blocked),
      deleted: has(flags.deleted),
      position,
    },
  }
}

function writeText(text: string, at: number): number {
  const length = scratch.write(text, at + 2)
  return scratch.writeUInt16LE(length, at) + length
}

/** Whole numbers up to 2^53. */
const numberBytes = 7
const low = 2 ** 32

function writeNumber(value: number, at: number): number {
  scratch.writeUInt32LE(value % low, at)
  scratch.writeUIntLE(Math.floor(value / low), at + 4, 3)
  return at + numberBytes
}

function readNumber(bytes: Buffer, at: number): number {
  return bytes.readUIntLE(at + 4, 3) * low + bytes.readUInt32LE(at)
}
