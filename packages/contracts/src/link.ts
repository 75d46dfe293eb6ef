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
const Time = z.iso
  .datetime({ offset: true })
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is not a time')

/** 301 and 308 too are kept by no browser for longer than `cacheSeconds`: each answer says so. */
export const RedirectStatus = z.literal([301, 302, 307, 308])
export type RedirectStatus = z.infer<typeof RedirectStatus>

/** What a link asks of redirect. Null clears; what concerns two of them is judged where both are known. */
const rules = {
  startsAt: Time.refine((text) => Date.parse(text) >= 0, 'must not lie before 1970').nullish(),
  expiresAt: Time.nullish(),
  /** How many people it takes to its destination in all. */
  maxClicks: z.int().min(1).max(1_000_000_000).nullish(),
  forwardQuery: z.boolean().optional(),
  redirectStatus: RedirectStatus.optional(),
  /** How long a browser may repeat the answer unasked, and uncounted. */
  cacheSeconds: z.int().min(0).max(86_400).optional(),
}

/** Body of `POST /v1/links`. The destination is judged by `readDestination`, which has a problem code for each fault. */
export const CreateLink = z.strictObject({
  destination: z.string(),
  slug: z.string().optional(),
  domain: z.string().max(253).optional(),
  title: Title.nullish(),
  tags: Tags.optional(),
  ...rules,
})
export type CreateLink = z.infer<typeof CreateLink>

/** Body of `PATCH /v1/links/{id}`: what is absent stays, null clears. */
export const UpdateLink = z
  .strictObject({
    destination: z.string().optional(),
    title: Title.nullish(),
    tags: Tags.optional(),
    ...rules,
    /** Only by a key with the scope `admin`. */
    blocked: z.boolean().optional(),
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
  startsAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime().nullable(),
  maxClicks: z.int().nullable(),
  forwardQuery: z.boolean(),
  redirectStatus: RedirectStatus,
  cacheSeconds: z.int(),
  blocked: z.boolean(),
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
