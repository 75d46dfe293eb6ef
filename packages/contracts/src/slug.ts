import { z } from 'zod'
import { probeSlug } from './probe-link.ts'

/** Letters of minted slugs: no look-alikes (0 O o, 1 I l), so a slug survives being read aloud. */
export const slugAlphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz'

export const mintedSlugLength = 7

export const maxSlugLength = 64

const slugPattern = new RegExp(`^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,${maxSlugLength - 2}}[A-Za-z0-9])?$`)

/** First path segments that redirect answers itself, on every domain. */
export const redirectRoutes = ['robots.txt', 'favicon.ico', 'favicon.svg'] as const

/** First path segments of the other services' routes: taken too, so that one host can serve all of them one day. */
export const apiRoutes = [
  'v1',
  'openapi.json',
  'docs',
  'problems',
  'livez',
  'readyz',
  'metrics',
] as const

const reserved: ReadonlySet<string> = new Set<string>([...redirectRoutes, ...apiRoutes, probeSlug])

export function isReservedSlug(slug: string): boolean {
  return reserved.has(slug.toLowerCase())
}

/** Whether `slug` could name a link. The redirect path asks this before any store. */
export function isSlug(slug: string): boolean {
  return slugPattern.test(slug)
}

/** A slug that somebody chose: letters, digits, and inner `-` or `_`; at most 64 characters. */
export const Slug = z
  .string()
  .regex(
    slugPattern,
    'must be 1 to 64 letters, digits, - or _, and begin and end with a letter or digit',
  )
