import { z } from 'zod'
import { Slug } from './slug.ts'

/** What a person typed. Postgres takes neither NUL nor half a surrogate pair. */
const Text = z
  .string()
  .refine(
    (text) => text.isWellFormed() && !/[\u0000-\u001f\u007f-\u009f]/u.test(text),
    'must be text without control characters',
  )

const Title = Text.max(200)
const Tags = z
  .array(Text.min(1).max(50))
  .max(20)
  .refine((tags) => new Set(tags).size === tags.length, 'must not name a tag twice')
const ExpiresAt = z.iso
  .datetime({ offset: true })
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is not a time')

/** Body of `POST /v1/links`. The destination is judged by `readDestination`, which has a problem code for each fault. */
export const CreateLink = z.strictObject({
  destination: z.string(),
  slug: z.string().optional(),
  domain: z.string().max(253).optional(),
  expiresAt: ExpiresAt.nullish(),
  title: Title.nullish(),
  tags: Tags.optional(),
})
export type CreateLink = z.infer<typeof CreateLink>

/** Body of `PATCH /v1/links/{id}`: what is absent stays, null clears. */
export const UpdateLink = z
  .strictObject({
    destination: z.string().optional(),
    expiresAt: ExpiresAt.nullish(),
    title: Title.nullish(),
    tags: Tags.optional(),
  })
  .refine(
    (changes) => Object.values(changes).some((value) => value !== undefined),
    'names nothing to change',
  )
export type UpdateLink = z.infer<typeof UpdateLink>

/** A link as the API shows it. Times are ISO 8601 in UTC. */
export const Link = z.object({
  id: z.uuid(),
  slug: Slug,
  domain: z.string(),
  shortLink: z.string(),
  destination: z.string(),
  title: z.string().nullable(),
  tags: z.array(z.string()),
  expiresAt: z.iso.datetime().nullable(),
  version: z.int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
})
export type Link = z.infer<typeof Link>

/** `GET /v1/links`: newest first; `nextCursor` is null on the last page. */
export interface LinkPage {
  readonly links: readonly Link[]
  readonly nextCursor: string | null
}
