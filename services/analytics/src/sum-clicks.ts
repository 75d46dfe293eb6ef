// What a batch adds to the sums that reports read. Summed here, as the server would sort some thousand texts for it,
// and in the order of the tables' keys, so that no two consumers wait for each other.
import type { ArrivedClick } from './click-batch.ts'

export interface Sums {
  human: number
  bot: number
  uniques: number
}

export interface LinkSum extends Readonly<Sums> {
  readonly ownerId: string
  readonly linkId: string
  readonly dimension: string
  readonly bucket: Date
  readonly value: string
}

export interface OwnerSum extends Readonly<Sums> {
  readonly ownerId: string
  readonly dimension: string
  readonly unit: 'quarter' | 'day' | 'week'
  readonly bucket: Date
  readonly value: string
}

const quarterMs = 900_000
const dayMs = 86_400_000
/** UTC weeks begin on Monday; the epoch was a Thursday. */
const mondayMs = 4 * dayMs

/** In the order of the key. */
const dimensions = ['browser', 'country', 'device', 'os', 'referrer'] as const

/** Of each link and quarter of an hour, in the order of (owner, link, dimension, bucket, value). */
export function sumByLink(
  clicks: readonly ArrivedClick[],
  uniques: ReadonlySet<string>,
): LinkSum[] {
  const links = new Map<string, Map<string, LinkSum & Sums>>()
  for (const click of clicks) {
    const bucket = startOf(click.at.getTime(), quarterMs)
    const sums = getOrMake(links, `${click.ownerId}\0${click.linkId}`, newMap<LinkSum & Sums>)
    const isUnique = uniques.has(click.id)
    for (const dimension of dimensions)
      add(sums, click, isUnique, dimension, bucket, click[dimension])
    add(sums, click, isUnique, 'total', bucket, '')
  }
  return inOrder(links).flatMap(inOrder)
}

function add(
  sums: Map<string, LinkSum & Sums>,
  { ownerId, linkId, bot }: ArrivedClick,
  isUnique: boolean,
  dimension: string,
  bucket: number,
  value: string,
): void {
  const sum = getOrMake(sums, `${dimension}\0${bucket}\0${value}`, () => ({
    ownerId,
    linkId,
    dimension,
    bucket: new Date(bucket),
    value,
    human: 0,
    bot: 0,
    uniques: 0,
  }))
  if (bot) sum.bot += 1
  else sum.human += 1
  if (isUnique) sum.uniques += 1
}

/** Of each owner, in the order of (owner, dimension, unit, bucket, value). Links are a dimension, by days and weeks. */
export function sumByOwner(links: readonly LinkSum[]): OwnerSum[] {
  const quarters = new Map<string, OwnerSum & Sums>()
  const sums = new Map<string, OwnerSum & Sums>()
  const addTo = (to: typeof sums, sum: Omit<OwnerSum, 'unit'>, unit: OwnerSum['unit']) => {
    const { ownerId, dimension, value } = sum
    const bucket = startOfUnit(unit, sum.bucket.getTime())
    const into = getOrMake(to, `${ownerId}\0${dimension}\0${unit}\0${bucket}\0${value}`, () => ({
      ownerId,
      dimension,
      unit,
      bucket: new Date(bucket),
      value,
      human: 0,
      bot: 0,
      uniques: 0,
    }))
    into.human += sum.human
    into.bot += sum.bot
    into.uniques += sum.uniques
  }
  for (const sum of links) {
    addTo(quarters, sum, 'quarter')
    if (sum.dimension !== 'total') continue
    const link = { ...sum, dimension: 'link', value: sum.linkId }
    addTo(sums, link, 'day')
    addTo(sums, link, 'week')
  }
  for (const [key, sum] of quarters) {
    sums.set(key, sum)
    addTo(sums, sum, 'day')
    addTo(sums, sum, 'week')
  }
  return inOrder(sums)
}

function startOfUnit(unit: OwnerSum['unit'], time: number): number {
  switch (unit) {
    case 'quarter':
      return startOf(time, quarterMs)
    case 'day':
      return startOf(time, dayMs)
    case 'week':
      return startOf(time - mondayMs, 7 * dayMs) + mondayMs
  }
}

function startOf(time: number, lengthMs: number): number {
  return Math.floor(time / lengthMs) * lengthMs
}

const newMap = <T>() => new Map<string, T>()

function getOrMake<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}

function inOrder<T>(map: ReadonlyMap<string, T>): T[] {
  const inside: T[] = []
  for (const key of [...map.keys()].sort()) {
    const value = map.get(key)
    if (value !== undefined) inside.push(value)
  }
  return inside
}
