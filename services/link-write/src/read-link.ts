import { type Destination, maxHrefLength, readDestination } from '@sleepwell/contracts/destination'
import { withUtm } from '@sleepwell/contracts/destination-utm'
import type { Domains } from '@sleepwell/contracts/domain'
import {
  type BulkLink,
  CreateLink,
  type ImportLink,
  type Preview,
  PutLink,
  UpdateLink,
} from '@sleepwell/contracts/link'
import { isReservedSlug, Slug } from '@sleepwell/contracts/slug'
import type { z } from 'zod'
import type { BulkLinkRequest } from './bulk-create.ts'
import type { NewLink } from './create-link.ts'
import { brokenRule } from './link-rules.ts'
import type { LinkDomains } from './link-domains.ts'
import type { LinkChanges } from './link-table.ts'
import { defaultMinting } from './mint-slug.ts'
import { expiryOf, readBody, refuseField, timeOf } from './read-body.ts'

/** Body of `POST /v1/links`, with every rule on it; refuses it with the code of the first rule it breaks. */
export function readNewLink(body: unknown, domains: LinkDomains, now: number): NewLink {
  const link = readBody(CreateLink, body)
  return newLinkOf(link, link.externalId ?? null, link.findIfExists ?? false, domains, now)
}

/** Body of `PUT /v1/links/by-external-id/{externalId}`: a whole link, and what of it to change where it is there. */
export function readPutLink(body: unknown, externalId: string, domains: LinkDomains, now: number) {
  const put = readBody(PutLink, body)
  const { slugLength: _length, slugPrefix: _prefix, domain, ...changes } = put
  return {
    link: { ...newLinkOf(put, externalId, false, domains, now), externalId },
    changes: readChanges(changes, domains, now),
    domain: domain === undefined ? undefined : domainOf(domain, domains),
  }
}

/** One of many, or of a file. */
export function readManyLink(
  schema: z.ZodType<BulkLink | ImportLink>,
  item: unknown,
  domains: LinkDomains,
  now: number,
): BulkLinkRequest {
  const given = readBody(schema, item)
  const { slugLength: _length, slugPrefix: _prefix, domain, ...rest } = given
  const { aliases = [], createdAt = null, ...changes } = rest as typeof rest & ImportLink
  return {
    link: newLinkOf(given, given.externalId ?? null, false, domains, now),
    changes: readChanges(changes, domains, now),
    domain: domain === undefined ? undefined : domainOf(domain, domains),
    createdAt: timeOf(createdAt) ?? null,
    aliases,
  }
}

/** Body of `PATCH /v1/links/{id}`. */
export function readLinkChanges(body: unknown, domains: LinkDomains, now: number): LinkChanges {
  return readChanges(readBody(UpdateLink, body), domains, now)
}

function newLinkOf(
  link: PutLink,
  externalId: string | null,
  findIfExists: boolean,
  domains: LinkDomains,
  now: number,
): NewLink {
  const read = {
    destination: ledTo(destinationOf(link.destination, domains), link.utm),
    slug: slugOf(link.slug),
    minting: {
      length: link.slugLength ?? defaultMinting.length,
      prefix: link.slugPrefix ?? defaultMinting.prefix,
    },
    findIfExists,
    domain: domainOf(link.domain, domains),
    startsAt: timeOf(link.startsAt) ?? null,
    expiresAt: expiryOf(link.expiresAt, now) ?? null,
    maxClicks: link.maxClicks ?? null,
    forwardQuery: link.forwardQuery ?? false,
    redirectStatus: link.redirectStatus ?? 302,
    cacheSeconds: link.cacheSeconds ?? 0,
    expiredDestination: otherDestinationOf(link.expiredDestination, domains) ?? null,
    forwardPath: link.forwardPath ?? false,
    noindex: link.noindex ?? false,
    preview: previewOf(link.preview, domains) ?? null,
    externalId,
    title: link.title ?? null,
    notes: link.notes ?? null,
    tags: link.tags ?? [],
    archived: link.archived ?? false,
  }
  const broken = brokenRule(read)
  return broken === undefined ? read : refuseField(broken.field, broken.code, broken.message)
}

/** What a change that has its shape asks for. */
export function readChanges(given: UpdateLink, domains: LinkDomains, now: number): LinkChanges {
  const { destination, slug, startsAt, expiresAt, expiredDestination, preview, ...rest } = given
  return {
    ...rest,
    slug: slugOf(slug),
    destination: destination === undefined ? undefined : destinationOf(destination, domains),
    startsAt: timeOf(startsAt),
    expiresAt: expiryOf(expiresAt, now),
    expiredDestination: otherDestinationOf(expiredDestination, domains),
    preview: previewOf(preview, domains),
  }
}

function ledTo(destination: string, utm: PutLink['utm']): string {
  const led = withUtm(destination, utm)
  return led.length > maxHrefLength
    ? refuseField('utm', 'destination_too_long', 'is too long')
    : led
}

function destinationOf(raw: string, domains: LinkDomains, field = 'destination'): string {
  const destination: Destination = readDestination(raw, domains.own)
  if ('href' in destination) {
    return domains.entryAgainst(destination.href) === undefined
      ? destination.href
      : refuseField(field, 'destination_blocked', 'is on the blocklist of this service')
  }
  return refuseField(field, destination.problem, 'cannot be where a link leads')
}

function otherDestinationOf(
  raw: string | null | undefined,
  domains: LinkDomains,
): string | null | undefined {
  return typeof raw === 'string' ? destinationOf(raw, domains, 'expiredDestination') : raw
}

/** What is empty is not there. */
function previewOf(given: CreateLink['preview'], domains: LinkDomains): Preview | null | undefined {
  if (given === null || given === undefined) return given
  const { title, description, image } = given
  return {
    title: title || null,
    description: description || null,
    image: image ? destinationOf(image, domains, 'preview/image') : null,
  }
}

function slugOf(slug: string | undefined): string | undefined {
  if (slug === undefined) return undefined
  const fault = Slug.safeParse(slug).error?.issues[0]
  // A reserved word such as favicon.ico has letters that no slug has: being reserved is what its owner should hear.
  if (isReservedSlug(slug)) return refuseField('slug', 'slug_reserved', 'is one of our own paths')
  if (fault !== undefined) return refuseField('slug', 'slug_invalid', fault.message)
  return slug
}

/** Stored name of the domain that a client names; the default one where it names none. */
export function domainOf(host: string | undefined, domains: Domains): string {
  const domain = host === undefined ? domains.ofHost(undefined) : domains.named(host)
  return domain === 'unknown'
    ? refuseField('domain', 'domain_unknown', 'is not one of ours')
    : domain
}
