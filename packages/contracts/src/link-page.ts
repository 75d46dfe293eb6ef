// Lists of links, and of what they have.
import { z } from 'zod'
import { exampleLink, Link } from './link.ts'

/** `GET /v1/links`. */
export const LinkPage = z
  .object({
    links: z.array(Link),
    nextCursor: z.string().nullable().describe('For `cursor`; null on the last page'),
  })
  .meta({ examples: [{ links: [exampleLink], nextCursor: null }] })
export type LinkPage = z.infer<typeof LinkPage>

/** `GET /v1/links/count`. */
export const LinkCount = z.object({ count: z.int() }).meta({ examples: [{ count: 12 }] })
export type LinkCount = z.infer<typeof LinkCount>

/** `GET /v1/tags`, in the order of their letters. */
export const TagPage = z
  .object({
    tags: z.array(z.object({ tag: z.string(), links: z.int() })),
    nextCursor: z.string().nullable().describe('For `cursor`; null on the last page'),
  })
  .meta({ examples: [{ tags: [{ tag: 'spring', links: 12 }], nextCursor: null }] })
export type TagPage = z.infer<typeof TagPage>
