// What a batch adds to the sums that reports read. Summed here, as the server would sort some thousand texts for it,
// and in the order of the tables' keys, so that no two consumers wait for each other.
import type { ArrivedClick } from './click-batch.ts'
import { inTurns } from './in-turns.ts'
import { startOf, type RollupUnit } from './rollup-pieces.ts'

export interface Sums {
  human: number
  bot: number
  uniques: number
}

export interface LinkSum extends Readonly<Sums> {
  readonly ownerId: string
  readonly linkId: string
  readonly dimension: string
  /** Milliseconds since the epoch. */
  readonly bucket: number
  readonly value: string
}

export interface OwnerSum extends Readonly<Sums> {
  readonly ownerId: string
  readonly dimension: string
  readonly unit: RollupUnit
  /** Milliseconds since the epoch. */
  readonly bucket: number
  readonly value: string
}

/** What the clicks of a link are summed by, in the order of the key. */
export const dimensions = ['browser', 'country', 'device', 'os', 'referrer', 'total'] as const

const newQuarter = (): Quarter => dimensions.map(() => new Map<string, Sums>())
const newSums = (): Sums => ({ human: 0, bot: 0, uniques: 0 })

interface LinkGroup extends Pick<LinkSum, 'ownerId' | 'linkId'> {
  readonly quarters: Map<number, Quarter>
}

/** For each dimension the sums of its values. */
type Quarter = readonly Map<string, Sums>[]

export interface ClickSums {
  readonly byLink: readonly LinkSum[]
  readonly byOwner: readonly OwnerSum[]
}

/**
 * What these clicks add, in the order of the tables' keys.
 *
 * @param uniques ids of those that are the first of their visitor
 */
export async function sumClicks(
  clicks: readonly ArrivedClick[],
  uniques: ReadonlySet<string>,
): Promise<ClickSums> {
  const links = new Map<string, LinkGroup>()
  for await (const some of inTurns(clicks))
    for (const click of some) addTo(links, click, uniques.has(click.id))
  const byLink = inOrder(links).flatMap(([, link]) => sumsOf(link))
  return { byLink, byOwner: sumByOwner(byLink) }
}

function addTo(links: Map<string, LinkGroup>, click: ArrivedClick, isUnique: boolean): void {
  const { ownerId, linkId, bot } = click
  const { quarters } = getOrMake(links, `${ownerId}\0${linkId}`, (): LinkGroup => ({
    ownerId,
    linkId,
    quarters: new Map(),
  }))
  const quarter = getOrMake(quarters, startOf('quarter', click.at.getTime()), newQuarter)
  quarter.forEach((values, i) => {
    const dimension = dimensions[i] ?? 'total'
    const sum = getOrMake(values, dimension === 'total' ? '' : click[dimension], newSums)
    if (bot) sum.bot += 1
    else sum.human += 1
    if (isUnique) sum.uniques += 1
  })
}

/** In the order of (owner, link, dimension, bucket, value), as the links are. */
function sumsOf({ ownerId, linkId, quarters }: LinkGroup): LinkSum[] {
  const sums: LinkSum[] = []
  const buckets = inOrder(quarters)
  dimensions.forEach((dimension, i) => {
    for (const [bucket, values] of buckets)
      for (const [value, { human, bot, uniques }] of inOrder(values[i] ?? new Map<string, Sums>()))
        sums.push({ ownerId, linkId, dimension, bucket, value, human, bot, uniques })
  })
  return sums
}

/** In the order of (owner, dimension, unit, bucket, value). Links are a dimension, by days and weeks. */
function sumByOwner(links: readonly LinkSum[]): OwnerSum[] {
  const quarters = new Map<string, OwnerSum & Sums>()
  const sums = new Map<string, OwnerSum & Sums>()
  const add = (to: typeof sums, sum: Omit<OwnerSum, 'unit'>, unit: OwnerSum['unit']) => {
    const { ownerId, dimension, value } = sum
    const bucket = startOf(unit, sum.bucket)
    const into = getOrMake(to, `${ownerId}\0${dimension}\0${unit}\0${bucket}\0${value}`, () => ({
      ownerId,
      dimension,
      unit,
      bucket,
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
    add(quarters, sum, 'quarter')
    if (sum.dimension !== 'total') continue
    const link = { ...sum, dimension: 'link', value: sum.linkId }
    add(sums, link, 'day')
    add(sums, link, 'week')
  }
  for (const [key, sum] of quarters) {
    sums.set(key, sum)
    add(sums, sum, 'day')
    add(sums, sum, 'week')
  }
  return inOrder(sums).map(([, sum]) => sum)
}

function getOrMake<K, T>(map: Map<K, T>, key: K, make: () => T): T {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}

function inOrder<K extends string | number, T>(map: ReadonlyMap<K, T>): [K, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1))
}
