// A map from short ASCII keys to bytes that gives the garbage collector no work: a million small objects take three times
// the room of what they hold, and long pauses. Entries are appended to slabs; an index of 4-byte slots points at them
// (open addressing, no tombstones). When the map is full its oldest slab is used again, and what was asked for since it
// was written stays: the hit rate of an LRU, without a list to maintain.
import { hashOf } from './hash-text.ts'

export interface PackedMap {
  /** The value, in memory that is used again: to be read before anything else is stored. Counts as use. */
  readonly get: (key: string) => Buffer | undefined
  /** False if it cannot be held: a key that is not ASCII, a value that is too large. */
  readonly set: (key: string, value: Uint8Array) => boolean
  readonly delete: (key: string) => void
  readonly size: () => number
  /** Of memory taken, at most what was allowed. */
  readonly bytes: () => number
  /** Like {@link get}, but no use. */
  readonly peek: (key: string) => Buffer | undefined
  readonly clear: () => void
  /**
   * Keys, in slices of some 0.3 ms of work, between which anything may be stored: those asked for since this was last called, then
   * those since they were written, then the others; of each the latest written first. Some come twice; what is
   * stored or moved meanwhile, perhaps not at all.
   */
  readonly keys: () => Iterable<readonly string[]>
}

const maxSlabBytes = 256 * 1024
/** hash (4 bytes), length of the key (1), state (1), length of the value (2); then the key and the value. */
const headerBytes = 8
/** Entries begin at multiples of it, so that 32 bits reach 32 GB. */
const alignment = 8
// Its state: asked for since it was written, or moved; of no slot any more; asked for since the last walk.
const used = 1
const dead = 2
const asked = 4
/** Of a slab that is used again so much may stay, or a map of which all is used would find no room. */
const mostKept = 0.75
/** Of the index so much is in use at most, or looking something up would take long. */
const mostOccupied = 0.75
const bytesPerSlot = 48

export function createPackedMap(maxBytes: number): PackedMap {
  const slots = new Uint32Array(2 ** Math.round(Math.log2(maxBytes / bytesPerSlot)))
  const mask = slots.length - 1
  const forSlabs = maxBytes - slots.byteLength
  const slabBytes = Math.min(maxSlabBytes, 2 ** Math.floor(Math.log2(forSlabs / 4)))
  const maxSlabs = Math.floor(forSlabs / slabBytes)
  const slabs: Slab[] = []
  let current = newSlab(0)
  let size = 0

  function newSlab(number: number): Slab {
    const slab = {
      base: (number * slabBytes) / alignment + 1,
      bytes: Buffer.alloc(slabBytes),
      end: 0,
    }
    slabs.push(slab)
    return slab
  }

  // What a slot holds: 0 if it is vacant, else one more than the place of an entry, in units of the alignment.
  const slabOf = (held: number) => slabs[Math.floor(((held - 1) * alignment) / slabBytes)] as Slab
  const offsetOf = (held: number) => ((held - 1) * alignment) % slabBytes
  const heldFor = (slab: Slab, at: number) => slab.base + at / alignment

  /** Where the key is, or the vacant slot where it would be put. */
  const slotOfKey = (key: string, hash: number): number => {
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const held = slots[slot] ?? 0
      if (held === 0 || isKey(slabOf(held).bytes, offsetOf(held), key, hash)) return slot
    }
  }

  const slotOfEntry = (hash: number, held: number): number => {
    let slot = hash & mask
    while (slots[slot] !== held) slot = (slot + 1) & mask
    return slot
  }

  const remove = (slot: number) => {
    const held = slots[slot] ?? 0
    slabOf(held).bytes[offsetOf(held) + 5] = dead
    vacate(slot)
    size--
  }

  // Entries behind it that were put off because this slot was taken move up, so that no search ends too early.
  const vacate = (slot: number) => {
    let gap = slot
    for (let next = (gap + 1) & mask; ; next = (next + 1) & mask) {
      const held = slots[next] ?? 0
      if (held === 0) break
      const home = slabOf(held).bytes.readUInt32LE(offsetOf(held)) & mask
      if (((next - home) & mask) < ((next - gap) & mask)) continue
      slots[gap] = held
      gap = next
    }
    slots[gap] = 0
  }

  const makeRoom = (length: number) => {
    while (current.end + length > slabBytes || size >= slots.length * mostOccupied) {
      const next = slabs[slabs.indexOf(current) + 1]
      if (next !== undefined) current = next
      else if (slabs.length < maxSlabs) current = newSlab(slabs.length)
      else current = slabs[0] as Slab
      reuse(current)
    }
  }

  const reuse = (slab: Slab) => {
    const { bytes, end } = slab
    slab.end = 0
    for (let at = 0, length = 0; at < end; at += length) {
      length = lengthAt(bytes, at)
      const state = bytes[at + 5] ?? 0
      if ((state & dead) !== 0) continue
      const slot = slotOfEntry(bytes.readUInt32LE(at), heldFor(slab, at))
      if ((state & used) === 0 || slab.end + length > slabBytes * mostKept) {
        vacate(slot)
        size--
        continue
      }
      bytes[at + 5] = state & asked
      bytes.copyWithin(slab.end, at, at + length)
      slots[slot] = heldFor(slab, slab.end)
      slab.end += length
    }
  }

  return {
    get: (key) => {
      const held = slots[slotOfKey(key, hashOf(key))] ?? 0
      if (held === 0) return undefined
      const [{ bytes }, at] = [slabOf(held), offsetOf(held)]
      bytes[at + 5] = used | asked
      return valueAt(bytes, at)
    },
    peek: (key) => {
      const held = slots[slotOfKey(key, hashOf(key))] ?? 0
      return held === 0 ? undefined : valueAt(slabOf(held).bytes, offsetOf(held))
    },
    set: (key, value) => {
      const hash = hashOf(key)
      const before = slotOfKey(key, hash)
      if (slots[before] !== 0) remove(before)
      const length = aligned(headerBytes + key.length + value.length)
      if (!isAscii(key) || key.length > 0xff || value.length > 0xffff || length > slabBytes / 2)
        return false
      makeRoom(length)
      const { bytes, end: at } = current
      bytes.writeUInt32LE(hash, at)
      bytes[at + 4] = key.length
      bytes[at + 5] = 0
      bytes.writeUInt16LE(value.length, at + 6)
      bytes.write(key, at + headerBytes, 'latin1')
      bytes.set(value, at + headerBytes + key.length)
      current.end += length
      slots[slotOfKey(key, hash)] = heldFor(current, at)
      size++
      return true
    },
    delete: (key) => {
      const slot = slotOfKey(key, hashOf(key))
      if (slots[slot] !== 0) remove(slot)
    },
    size: () => size,
    bytes: () => slabs.length * slabBytes + slots.byteLength,
    clear: () => {
      slots.fill(0)
      for (const slab of slabs) slab.end = 0
      current = slabs[0] as Slab
      size = 0
    },
    keys: function* () {
      for (const isNext of ranks) {
        const youngest = slabs.indexOf(current)
        const byAge = [...slabs.slice(youngest + 1), ...slabs.slice(0, youngest + 1)].toReversed()
        for (const slab of byAge) yield keysOf(slab, isNext)
      }
    },
  }
}

interface Slab {
  /** What a slot holds for an entry at its beginning. */
  readonly base: number
  readonly bytes: Buffer
  /** Where the next entry will be written. */
  end: number
}

/** By the state of an entry; the hottest first. */
const ranks: readonly ((state: number) => boolean)[] = [
  (state) => (state & asked) !== 0,
  (state) => (state & used) !== 0,
  () => true, // also what was asked for behind the back of the walk
]

/** Latest written first. Who asks for them from now on does so after this walk. */
function keysOf({ bytes, end }: Slab, isNext: (state: number) => boolean): readonly string[] {
  const keys: string[] = []
  for (let at = 0; at < end; at += lengthAt(bytes, at)) {
    const state = bytes[at + 5] ?? 0
    if ((state & dead) !== 0 || !isNext(state)) continue
    if (isNext === ranks[0]) bytes[at + 5] = state & ~asked
    keys.push(keyAt(bytes, at))
  }
  return keys.reverse()
}

function lengthAt(bytes: Buffer, at: number): number {
  return aligned(headerBytes + (bytes[at + 4] ?? 0) + bytes.readUInt16LE(at + 6))
}

function keyAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at + headerBytes, at + headerBytes + (bytes[at + 4] ?? 0))
}

function valueAt(bytes: Buffer, at: number): Buffer {
  const start = at + headerBytes + (bytes[at + 4] ?? 0)
  return bytes.subarray(start, start + bytes.readUInt16LE(at + 6))
}

function isKey(bytes: Buffer, at: number, key: string, hash: number): boolean {
  if (bytes[at + 4] !== key.length || bytes.readUInt32LE(at) !== hash) return false
  const start = at + headerBytes
  for (let i = 0; i < key.length; i++) if (bytes[start + i] !== key.charCodeAt(i)) return false
  return true
}

function aligned(length: number): number {
  return Math.ceil(length / alignment) * alignment
}

function isAscii(key: string): boolean {
  return /^[\u0020-\u007e]*$/u.test(key)
}
