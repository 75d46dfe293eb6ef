import { type Destination, readDestination } from '@sleepwell/contracts/destination'
import type { Domains } from '@sleepwell/contracts/domain'
import { CreateLink, UpdateLink } from '@sleepwell/contracts/link'
import type { ProblemCode, ProblemError } from '@sleepwell/contracts/problem'
import { isReservedSlug, Slug } from '@sleepwell/contracts/slug'
import type { z } from 'zod'
import type { NewLink } from './create-link.ts'
import { brokenRule } from './link-rules.ts'
import type { LinkChanges } from './link-table.ts'
import { refuse } from './refuse.ts'

const maxErrors = 20

/** Body of `POST /v1/links`, with every rule on it; refuses it with the code of the first rule it breaks. */
export function readNewLink(body: unknown, domains: Domains, now: number): NewLink {
  const link = parse(CreateLink, body)
  const read = {
    destination: destinationOf(link.destination, domains),
    slug: slugOf(link.slug),
    domain: domainOf(link.domain, domains),
    startsAt: timeOf(link.startsAt) ?? null,
    expiresAt: expiryOf(link.expiresAt, now) ?? null,
    maxClicks: link.maxClicks ?? null,
    forwardQuery: link.forwardQuery ?? false,
    redirectStatus: link.redirectStatus ?? 302,
    cacheSeconds: link.cacheSeconds ?? 0,
    title: link.title ?? null,
    tags: link.tags ?? [],
  }
  const broken = brokenRule(read)
  return broken === undefined ? read : at(broken.field, broken.code, broken.message)
}

/** Body of `PATCH /v1/links/{id}`. */
export function readLinkChanges(body: unknown, domains: Domains, now: number): LinkChanges {
  const { destination, startsAt, expiresAt, ...rest } = parse(UpdateLink, body)
  return {
    ...rest,
    destination: destination === undefined ? undefined : destinationOf(destination, domains),
    startsAt: timeOf(startsAt),
    expiresAt: expiryOf(expiresAt, now),
  }
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.flatMap(errorsOf).slice(0, maxErrors)
  return refuse('invalid_body', { errors })
}

function errorsOf(issue: z.core.$ZodIssue): ProblemError[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ pointer: pointerTo([key]), message: 'unknown field' }))
  return [{ pointer: pointerTo(issue.path), message: issue.message }]
}

/** RFC 6901. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function at(field: string, code: ProblemCode, message: string): never {
  return refuse(code, { errors: [{ pointer: `/${field}`, message }] })
}

function destinationOf(raw: string, domains: Domains): string {
  const destination: Destination = readDestination(raw, domains.own)
  if ('href' in destination) return destination.href
  return at('destination', destination.problem, 'cannot be where a link leads')
}

function slugOf(slug: string | undefined): string | undefined {
  if (slug === undefined) return undefined
  const fault = Slug.safeParse(slug).error?.issues[0]
  // A reserved word such as favicon.ico has letters that no slug has: being reserved is what its owner should hear.
  if (isReservedSlug(slug)) return at('slug', 'slug_reserved', 'is one of our own paths')
  if (fault !== undefined) return at('slug', 'slug_invalid', fault.message)
  return slug
}

function domainOf(host: string | undefined, domains: Domains): string {
  const domain = host === undefined ? domains.ofHost(undefined) : domains.named(host)
  return domain === 'unknown' ? at('domain', 'domain_unknown', 'is not one of ours') : domain
}

function expiryOf(text: string | null | undefined, now: number): Date | null | undefined {
  const expiresAt = timeOf(text)
  return expiresAt && expiresAt.getTime() <= now
    ? at('expiresAt', 'expires_in_past', 'must lie in the future')
    : expiresAt
}

function timeOf(text: string | null | undefined): Date | null | undefined {
  return typeof text === 'string' ? new Date(text) : text
}
