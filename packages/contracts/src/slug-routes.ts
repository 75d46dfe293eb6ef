import { z } from 'zod'
import { Id } from './id.ts'
import type { Routes } from './route.ts'
import { Slug } from './slug.ts'

/** What would become of a wish for a slug, as long as nobody is faster. */
export const SlugCheck = z
  .object({
    slug: z.string(),
    domain: z.string(),
    state: z
      .enum(['free', 'taken', 'reserved', 'blocked'])
      .describe(
        'taken: a link of anybody has it, or had it before it was renamed; reserved: one of our own paths; blocked: a link that was blocked had it, and only admin makes another one with it',
      ),
    linkId: Id.nullable().describe(
      'Which link of yours has it, or had it before it was renamed; to admin, of anybody',
    ),
  })
  .meta({
    examples: [{ slug: 'spring', domain: 'go.example.com', state: 'free', linkId: null }],
  })
export type SlugCheck = z.infer<typeof SlugCheck>

export const slugRoutes = {
  checkSlug: {
    method: 'GET',
    path: '/v1/slug-check',
    summary: 'Tell whether a slug is free',
    description:
      'For whoever types one: it holds nothing, and creating a link tells again. Of the links of other owners it tells what any visitor can find out.',
    scope: 'links:read',
    query: z.strictObject({
      slug: Slug.meta({ description: 'As a link would have it', examples: ['spring'] }),
      domain: z
        .string()
        .max(253)
        .optional()
        .describe('Host of the short link; absent: the default one'),
    }),
    answers: { 200: { description: 'Whether it is', schema: SlugCheck } },
    problems: ['domain_unknown'],
  },
} as const satisfies Routes
