import { z } from 'zod'
import {
  choosesAndMints,
  externalId,
  finding,
  LinkUtm,
  minting,
  PastTime,
  Tag,
  Text,
  Time,
} from './link-fields.ts'
import { Slug } from './slug.ts'

/** Each edit of a link tells all of them. */
export const maxAliases = 20

const Title = Text.max(200)
const Tags = z
  .array(Tag)
  .max(20)
  .refine((tags) => new Set(tags).size === tags.length, 'must not name a tag twice')
  .meta({ uniqueItems: true })

/** 301 and 308 too are kept by no browser for longer than `cacheSeconds`: each answer says so. */
export const RedirectStatus = z.literal([301, 302, 307, 308])
export type RedirectStatus = z.infer<typeof RedirectStatus>

const Destination = z
  .string()
  .describe('Where visitors are sent: an absolute http or https URL, at most 2048 characters')
  .meta({ format: 'uri' })

const GivenPreview = z
  .strictObject({
    title: Title.nullish(),
    description: Text.max(500).nullish(),
    image: z.string().nullish().describe('An absolute http or https URL').meta({ format: 'uri' }),
  })
  .refine(
    ({ title, description, image }) => Boolean(title || description || image),
    'must have a title, a description or an image',
  )

export const Preview = z.object({
  title: z.string().nullable(),
  description: z.string().nullable(),
  image: z.string().nullable(),
})
export type Preview = z.infer<typeof Preview>

/** What a link asks of redirect. Null clears; what concerns two of them is judged where both are known. */
const rules = {
  startsAt: Time.refine((text) => Date.parse(text) >= 0, 'must not lie before 1970')
    .nullish()
    .describe('Before, it is not found'),
  expiresAt: Time.nullish().describe('From then on it is gone (410)'),
  maxClicks: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .nullish()
    .describe('How many people it takes to its destination in all'),
  forwardQuery: z.boolean().optional().describe('Parameters of the visit go on to the destination'),
  redirectStatus: RedirectStatus.optional().describe('302 unless said otherwise'),
  cacheSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .optional()
    .describe('How long a browser may repeat the answer unasked, and uncounted'),
  expiredDestination: Destination.nullish().describe(
    'Where visitors are sent once it has expired or is used up, instead of 410',
  ),
  forwardPath: z
    .boolean()
    .optional()
    .describe('What follows the slug in a path goes on to the destination'),
  noindex: z.boolean().optional().describe('Asks search engines not to list the short link'),
  preview: GivenPreview.nullish().describe(
    'What social networks show of the link, instead of the page that it leads to',
  ),
}

const title = Title.nullish().describe('For people; visitors do not see it')
const tags = Tags.optional().describe('By which links can be found')
const chosenSlug = z
  .string()
  .optional()
  .describe('1 to 64 letters, digits, inner `-` and `_`; minted at random if absent')

const creation = {
  destination: Destination,
  slug: chosenSlug,
  ...minting,
  domain: z.string().max(253).optional().describe('One of ours; the default one if absent'),
  title,
  tags,
  ...finding,
  ...rules,
}
const oneSlug = 'a slug is either chosen or minted: slugLength and slugPrefix go without slug'
const exampleCreations = [
  { destination: 'https://example.com/spring' },
  {
    destination: 'https://example.com/spring?from=letter',
    slug: 'spring-sale',
    title: 'Spring sale, in the letter',
    tags: ['spring', 'letter'],
    maxClicks: 10_000,
    forwardQuery: true,
  },
]

/** Body of `POST /v1/links`. Destinations are judged by `readDestination`, which has a problem code for each fault. */
export const CreateLink = z
  .strictObject({
    ...creation,
    externalId,
    findIfExists: z
      .boolean()
      .optional()
      .describe(
        'Answers with a link of yours that is there already (200) instead of a new one; never with a limited one (maxClicks)',
      ),
  })
  .refine((link) => !choosesAndMints(link), oneSlug)
  .meta({
    examples: [
      { destination: 'https://example.com/spring', externalId: 'crm-4711' },
      ...exampleCreations,
    ],
  })
export type CreateLink = z.infer<typeof CreateLink>

/** One of many that are created together. */
export const BulkLink = z
  .strictObject({ ...creation, externalId })
  .refine((link) => !choosesAndMints(link), oneSlug)
export type BulkLink = z.infer<typeof BulkLink>

/** One of a file: what an export has of a link is taken back. */
export const ImportLink = z
  .strictObject({
    ...creation,
    externalId,
    aliases: z.array(Slug).max(maxAliases).optional(),
    createdAt: PastTime.nullish(),
  })
  .refine((link) => !choosesAndMints(link), oneSlug)
export type ImportLink = z.infer<typeof ImportLink>

/** Body of `PUT /v1/links/by-external-id/{externalId}`: of a link that is there, what is absent stays. */
export const PutLink = z
  .strictObject(creation)
  .refine((link) => !choosesAndMints(link), oneSlug)
  .meta({ examples: exampleCreations })
export type PutLink = z.infer<typeof PutLink>

/** Body of `PATCH /v1/links/{id}`: what is absent stays, null clears. */
export const UpdateLink = z
  .strictObject({
    destination: Destination.optional(),
    slug: z
      .string()
      .optional()
      .describe('The slug before goes on leading there, as one of `aliases`'),
    title,
    tags,
    externalId,
    ...finding,
    ...rules,
    blocked: z.boolean().optional().describe('Only by a key with the scope `admin`'),
  })
  .refine(
    (changes) => Object.values(changes).some((value) => value !== undefined),
    'names nothing to change',
  )
  .meta({
    minProperties: 1,
    examples: [{ destination: 'https://example.com/summer', title: null, tags: ['summer'] }],
  })
export type UpdateLink = z.infer<typeof UpdateLink>

export const exampleLink = {
  id: '01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e11',
  slug: 'spring-sale',
  aliases: ['spring'],
  domain: 'go.example.com',
  shortLink: 'https://go.example.com/spring-sale',
  destination: 'https://example.com/spring?from=letter',
  utm: null,
  externalId: 'crm-4711',
  title: 'Spring sale, in the letter',
  notes: null,
  tags: ['spring', 'letter'],
  archived: false,
  startsAt: null,
  expiresAt: null,
  maxClicks: 10_000,
  forwardQuery: true,
  redirectStatus: 302,
  cacheSeconds: 0,
  expiredDestination: 'https://example.com/sales',
  forwardPath: false,
  noindex: false,
  preview: { title: 'Spring sale', description: null, image: 'https://example.com/spring.png' },
  blocked: false,
  version: 1,
  createdAt: '2026-03-01T09:30:00.000Z',
  updatedAt: '2026-03-01T09:30:00.000Z',
  deletedAt: null,
}

/** A link as the API shows it. Times are ISO 8601 in UTC. */
export const Link = z
  .object({
    id: z.uuid(),
    slug: Slug,
    aliases: z.array(Slug).describe('Slugs that it had before, and that lead where it leads'),
    domain: z.string(),
    shortLink: z.string().describe('What people paste'),
    destination: z.string(),
    utm: LinkUtm.nullable().describe('As the destination has it'),
    externalId: z.string().nullable(),
    title: z.string().nullable(),
    notes: z.string().nullable(),
    tags: z.array(z.string()),
    archived: z.boolean(),
    startsAt: z.iso.datetime().nullable(),
    expiresAt: z.iso.datetime().nullable(),
    maxClicks: z.int().nullable(),
    forwardQuery: z.boolean(),
    redirectStatus: RedirectStatus,
    cacheSeconds: z.int(),
    expiredDestination: z.string().nullable(),
    forwardPath: z.boolean(),
    noindex: z.boolean(),
    preview: Preview.nullable(),
    blocked: z.boolean().describe('By an operator: it leads nowhere'),
    version: z.int().describe('Counts changes; its ETag is this number in quotes'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    deletedAt: z.iso
      .datetime()
      .nullable()
      .describe('Of a deleted link, which only the list of those shows'),
  })
  .meta({ examples: [exampleLink] })
export type Link = z.infer<typeof Link>
