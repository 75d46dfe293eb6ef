// What the composer holds, as text fields do, and what the API takes of it.
import type { CreateLink, Link, UpdateLink } from '@sleepwell/contracts/link'
import { tagsOf, tagTextOf } from './tag-text.ts'

export const utmNames = ['source', 'medium', 'campaign', 'term', 'content'] as const
export type UtmName = (typeof utmNames)[number]

export interface Draft {
  readonly destination: string
  readonly slug: string
  readonly domain: string
  readonly title: string
  readonly tags: string
  readonly notes: string
  readonly utm: Readonly<Record<UtmName, string>>
  /** As `<input type="datetime-local">` has them, in the zone of the browser. */
  readonly startsAt: string
  readonly expiresAt: string
  readonly maxClicks: string
  readonly expiredDestination: string
  readonly redirectStatus: '301' | '302' | '307' | '308'
  readonly cacheSeconds: string
  readonly forwardQuery: boolean
  readonly forwardPath: boolean
  readonly noindex: boolean
  readonly previewTitle: string
  readonly previewDescription: string
  readonly previewImage: string
}

export function draftOf(link?: Link): Draft {
  return {
    destination: link?.destination ?? '',
    slug: link?.slug ?? '',
    domain: link?.domain ?? '',
    title: link?.title ?? '',
    tags: tagTextOf(link?.tags ?? []),
    notes: link?.notes ?? '',
    utm: Object.fromEntries(
      utmNames.map((name) => [name, link?.utm?.[name] ?? '']),
    ) as Draft['utm'],
    startsAt: toLocal(link?.startsAt),
    expiresAt: toLocal(link?.expiresAt),
    maxClicks: link?.maxClicks?.toString() ?? '',
    expiredDestination: link?.expiredDestination ?? '',
    redirectStatus: `${link?.redirectStatus ?? 302}`,
    cacheSeconds: String(link?.cacheSeconds ?? 0),
    forwardQuery: link?.forwardQuery ?? false,
    forwardPath: link?.forwardPath ?? false,
    noindex: link?.noindex ?? false,
    previewTitle: link?.preview?.title ?? '',
    previewDescription: link?.preview?.description ?? '',
    previewImage: link?.preview?.image ?? '',
  }
}

/** Only what somebody filled in: the rest is as usual. */
export function creationOf(draft: Draft): CreateLink {
  const all = { ...fieldsOf(draft), slug: draft.slug.trim(), domain: draft.domain }
  return Object.fromEntries(
    Object.entries(all).filter(
      ([, value]) => value !== null && value !== '' && value !== false && !isEmptyArray(value),
    ),
  ) as CreateLink
}

/** Only what differs, so that nobody else's edit of another field is undone; undefined: nothing does. */
export function changesOf(draft: Draft, link: Link): UpdateLink | undefined {
  const before = { ...fieldsOf(draftOf(link)), slug: link.slug }
  const after = { ...fieldsOf(draft), slug: draft.slug.trim() || link.slug }
  const changes = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(Object(before)[name]),
  )
  if (changes.length === 0) return undefined
  // The destination was typed with its parameters: those typed apart only where they differ.
  const { utm, ...rest } = Object.fromEntries(changes) as UpdateLink
  return utm === undefined ? rest : { ...rest, utm: changedUtm(draft, link) }
}

function changedUtm(draft: Draft, link: Link) {
  const before = draftOf(link).utm
  return Object.fromEntries(
    utmNames
      .filter((name) => draft.utm[name].trim() !== before[name])
      .map((name) => [name, draft.utm[name].trim() || null]),
  )
}

function fieldsOf(draft: Draft) {
  const utm = utmNames.map((name) => [name, draft.utm[name].trim()] as const)
  const given = utm.filter(([, value]) => value !== '')
  const preview = {
    title: textOrNull(draft.previewTitle),
    description: textOrNull(draft.previewDescription),
    image: textOrNull(draft.previewImage),
  }
  return {
    destination: draft.destination.trim(),
    title: textOrNull(draft.title),
    tags: tagsOf(draft.tags),
    notes: textOrNull(draft.notes),
    utm: given.length === 0 ? null : Object.fromEntries(given),
    startsAt: toInstant(draft.startsAt),
    expiresAt: toInstant(draft.expiresAt),
    maxClicks: draft.maxClicks.trim() === '' ? null : Number(draft.maxClicks),
    expiredDestination: textOrNull(draft.expiredDestination),
    redirectStatus: Number(draft.redirectStatus) as Link['redirectStatus'],
    cacheSeconds: Number(draft.cacheSeconds || 0),
    forwardQuery: draft.forwardQuery,
    forwardPath: draft.forwardPath,
    noindex: draft.noindex,
    preview: Object.values(preview).every((value) => value === null) ? null : preview,
  }
}

/** The destination as visitors get it; undefined while it is none. */
export function destinationWith({ destination, utm }: Draft): string | undefined {
  const url = URL.parse(destination.trim())
  if (url === null || !/^https?:$/u.test(url.protocol)) return undefined
  for (const name of utmNames)
    if (utm[name].trim() !== '') url.searchParams.set(`utm_${name}`, utm[name].trim())
  return url.href
}

function isEmptyArray(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

function textOrNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim()
}

function toInstant(local: string): string | null {
  return local === '' ? null : new Date(local).toISOString()
}

function toLocal(at: string | null | undefined): string {
  if (at === null || at === undefined) return ''
  const time = new Date(at)
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 16)
}
