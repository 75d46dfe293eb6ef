// A month of clicks: more by day than by night, more on workdays, growing; programs among the people; one link that
// everybody shares on one day.
import {
  type Click,
  countingPolicyVersion,
  type OrphanClick,
  type Utm,
} from '@sleepwell/contracts/click'
import { defaultDomain } from '@sleepwell/contracts/domain'
import { createChance, createPick } from './chance.ts'
import type { DemoLink } from './demo-links.ts'

export interface DemoTarget extends DemoLink {
  readonly linkId: string
  readonly ownerId: string
}

export type DemoClick = Omit<Click, 'spool' | 'seq'> | Omit<OrphanClick, 'spool' | 'seq'>

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Analytics takes clicks of the last thirty days: the first ones must not grow too old on the way. */
export const demoDays = 29
const viralFactor = 180
const botShare = 0.11
/** Of people: those who ask not to be followed. */
const unfollowedShare = 0.06

const pickCountry = createPick([
  ['US', 26],
  ['DE', 18],
  ['GB', 11],
  ['FR', 8],
  ['IN', 8],
  ['NL', 5],
  ['BR', 5],
  ['CA', 4],
  ['PL', 4],
  ['ES', 4],
  ['JP', 3],
  ['AU', 3],
  ['CH', 3],
  ['SE', 2],
  ['AT', 2],
  ['NG', 1],
  ['ZA', 1],
  ['KR', 1],
  ['unknown', 1],
])
const pickClient = createPick<readonly [Click['device'], string, string]>([
  [['mobile', 'Safari', 'iOS'], 27],
  [['mobile', 'Chrome', 'Android'], 26],
  [['desktop', 'Chrome', 'Windows'], 19],
  [['desktop', 'Safari', 'macOS'], 8],
  [['desktop', 'Microsoft Edge', 'Windows'], 6],
  [['desktop', 'Firefox', 'Linux'], 4],
  [['desktop', 'Firefox', 'Windows'], 4],
  [['tablet', 'Safari', 'iOS'], 4],
  [['mobile', 'Samsung Internet for Android', 'Android'], 4],
  [['tv', 'Chrome', 'Android'], 1],
])
/** Share of a day by its hour in UTC: two continents that sleep. */
const hours = [2, 1, 1, 1, 1, 2, 3, 5, 7, 8, 8, 7, 7, 8, 8, 8, 7, 6, 6, 5, 5, 5, 4, 3]
const hoursTotal = hours.reduce((sum, share) => sum + share, 0)
/** From Sunday on. */
const weekdays = [0.55, 1.1, 1.2, 1.15, 1.1, 0.95, 0.6]
const orphans = createPick([
  ['sping-sale', 5],
  ['hand-book', 3],
  ['wp-login', 4],
  ['menue', 4],
  ['xmas', 2],
])

/** Oldest first. @param now milliseconds since the epoch */
export function* demoClicks(targets: readonly DemoTarget[], now: number): Generator<DemoClick> {
  const chance = createChance(20_260_301)
  const begin = Math.floor((now - demoDays * dayMs) / hourMs) * hourMs + hourMs
  for (let hour = begin; hour < now; hour += hourMs) {
    const clicks = targets.flatMap((target) => clicksOf(target, hour, now, chance))
    const lost = poisson(0.4 + (hour - begin) / (20 * dayMs), chance)
    for (let i = 0; i < lost; i++) clicks.push(orphanClick(hour + chance() * hourMs, chance))
    const past = clicks.filter(({ at }) => Date.parse(at) < now)
    yield* past.toSorted((one, other) => one.at.localeCompare(other.at))
  }
}

function clicksOf(
  target: DemoTarget,
  hour: number,
  now: number,
  chance: () => number,
): DemoClick[] {
  const age = (now - hour) / dayMs
  if (age > target.sinceDays) return []
  const date = new Date(hour)
  const daily = target.daily * (weekdays[date.getUTCDay()] ?? 1) * (1 + 0.012 * (demoDays - age))
  const mean = (daily * (hours[date.getUTCHours()] ?? 1)) / hoursTotal
  const count = poisson(mean * fame(target, age), chance)
  return Array.from({ length: count }, () => click(target, hour + chance() * hourMs, daily, chance))
}

/** It begins at once, and is forgotten slowly. */
function fame({ viralDaysAgo }: DemoTarget, age: number): number {
  if (viralDaysAgo === undefined || age > viralDaysAgo) return 1
  return 1 + viralFactor * Math.exp(-(viralDaysAgo - age) * 1.2)
}

function click(target: DemoTarget, time: number, daily: number, chance: () => number): DemoClick {
  const bot = chance() < botShare
  const [device, browser, os] = bot ? (['bot', 'unknown', 'unknown'] as const) : pickClient(chance)
  const at = Math.floor(time)
  const day = Math.floor(at / dayMs)
  const followed = !bot && chance() > unfollowedShare
  const referrerHost =
    target.referrers.length > 0 && chance() < 0.7 ? createPick(target.referrers)(chance) : undefined
  return {
    type: 'click',
    id: idAt(at, chance),
    linkId: target.linkId,
    ownerId: target.ownerId,
    at: new Date(at).toISOString(),
    policyVersion: countingPolicyVersion,
    bot,
    // Of so many people some come twice in a day.
    ...(followed && {
      visitor: `demo-${day}-${Math.floor(chance() * daily * 2.5 * (target.viralDaysAgo === undefined ? 1 : viralFactor))}`,
    }),
    country: bot && chance() < 0.6 ? 'US' : pickCountry(chance),
    device,
    browser,
    os,
    ...(!bot && referrerHost !== undefined && { referrerHost }),
    ...(target.link.utm !== undefined && { utm: target.link.utm as Utm }),
  }
}

function orphanClick(time: number, chance: () => number): DemoClick {
  const at = Math.floor(time)
  const slug = orphans(chance)
  const id = idAt(at, chance)
  return {
    type: 'orphan',
    id,
    at: new Date(at).toISOString(),
    policyVersion: countingPolicyVersion,
    bot: slug === 'wp-login',
    domain: defaultDomain,
    slug,
  }
}

/** A UUIDv7 of that moment. */
function idAt(at: number, chance: () => number): string {
  const random = Array.from({ length: 20 }, () => Math.floor(chance() * 16).toString(16)).join('')
  const hex = at.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${random.slice(0, 3)}-a${random.slice(3, 6)}-${random.slice(6, 18)}`
}

/** How often what happens so often on average does happen. */
function poisson(mean: number, chance: () => number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gauss(chance)))
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = chance(); product > limit; product *= chance()) count++
  return count
}

function gauss(chance: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance())
}
