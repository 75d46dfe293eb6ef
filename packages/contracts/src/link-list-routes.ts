// How links are found: lists, counts and tags. One set of filters for all of them.
import { z } from 'zod'
import { Id } from './id.ts'
import { QueryTag, QueryTime, Text } from './link-fields.ts'
import { Cursor, Limit } from './limit.ts'
import { LinkCount, LinkPage, TagPage } from './link-page.ts'
import type { Routes } from './route.ts'

const maxTags = 1_000
const TagLimit = z
  .string()
  .regex(/^\d{1,4}$/u)
  .default('100')
  .transform(Number)
  .pipe(z.int().min(1).max(maxTags))
  .describe('How many at most')

const truth = z.enum(['true', 'false'])
const toBoolean = (text: 'true' | 'false') => text === 'true'

const maxIds = 100

const filters = {
  id: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(Id).min(1).max(maxIds))
    .optional()
    .describe('Ids separated by commas: those of these links that the other filters let through'),
  search: Text.min(1)
    .max(200)
    .optional()
    .describe('Part of slug, former slug, destination, title, tag or externalId, in any case'),
  tag: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(QueryTag).min(1).max(20))
    .optional()
    .describe('A tag without a comma, or several separated by commas: links that have all of them'),
  domain: z.string().max(253).optional().describe('Host of their short links'),
  archived: z
    .enum(['true', 'false', 'all'])
    .default('false')
    .transform((text) => (text === 'all' ? text : text === 'true')),
  deleted: truth
    .default('false')
    .transform(toBoolean)
    .describe('true: those that were deleted within 30 days, and can be restored'),
  createdFrom: QueryTime.optional().describe('At that time or later'),
  createdTo: QueryTime.optional().describe('Before that time'),
  expired: truth.transform(toBoolean).optional(),
}

export const linkSorts = ['createdAt', 'updatedAt', 'slug'] as const

/** What links are looked for by. */
export const LinkFilters = z.strictObject(filters)
export type LinkFilters = z.output<typeof LinkFilters>

const faults = ['domain_unknown', 'query_too_broad'] as const

export const linkListRoutes = {
  listLinks: {
    method: 'GET',
    path: '/v1/links',
    summary: 'List and search links, newest first unless asked otherwise',
    scope: 'links:read',
    query: z.strictObject({
      limit: Limit,
      cursor: Cursor,
      sort: z.enum(linkSorts).default('createdAt'),
      order: z
        .enum(['asc', 'desc'])
        .optional()
        .describe('desc if absent: the newest first; slugs by the alphabet'),
      ...filters,
    }),
    answers: { 200: { description: 'One page of links', schema: LinkPage, headers: ['Link'] } },
    problems: ['bad_cursor', ...faults],
  },
  countLinks: {
    method: 'GET',
    path: '/v1/links/count',
    summary: 'Count the links that a list would show',
    scope: 'links:read',
    query: LinkFilters,
    answers: { 200: { description: 'How many', schema: LinkCount } },
    problems: faults,
  },
  listTags: {
    method: 'GET',
    path: '/v1/tags',
    summary: 'List tags, with how many links have each; archived ones do not count',
    scope: 'links:read',
    query: z.strictObject({ limit: TagLimit, cursor: Cursor }),
    answers: {
      200: { description: 'One page of tags, by the alphabet', schema: TagPage, headers: ['Link'] },
    },
    problems: ['bad_cursor', 'query_too_broad'],
  },
} as const satisfies Routes
