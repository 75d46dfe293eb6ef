// Fields of a link that only link-write knows: people and programs find links by them, redirect asks for none.
import { z } from 'zod'
import { utmParameters } from './click.ts'
import { maxSlugLength } from './slug.ts'

/** What a person typed. Postgres takes neither NUL nor half a surrogate pair. */
export const Text = z
  .string()
  .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/u, 'must be text without control characters')
  .refine(isWellFormed, 'must be text without halves of characters')

/** The same, in lines. */
const Lines = z
  .string()
  .regex(
    /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$/u,
    'must be text without control characters other than line breaks and tabs',
  )
  .refine(isWellFormed, 'must be text without halves of characters')

/** Not in the patterns, which other programs read: few of them can say it. */
function isWellFormed(text: string): boolean {
  return text.isWellFormed()
}

const [firstYear, afterLastYear] = [Date.parse('0001-01-01'), Date.parse('9999-12-31') + 86_400_000]

export const Time = z.iso
  .datetime({ offset: true })
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is not a time')
  .refine((text) => !(Date.parse(text) >= afterLastYear), 'must lie before the year 10000')

/** Postgres takes no year 0. */
export const PastTime = Time.refine(
  (text) => !(Date.parse(text) < firstYear),
  'must not lie before the year 1',
)

/** In a query, from where it goes on as it is: Postgres takes no offset of 16 hours or more. */
export const QueryTime = PastTime.transform((text) => new Date(text).toISOString())

export const ExternalId = Text.min(1).max(255)
const maxTag = 50
export const Tag = Text.min(1).max(maxTag)
/** In a query, where commas part them. */
export const QueryTag = z
  .string()
  .regex(/^[^,\u0000-\u001f\u007f-\u009f]*$/u, 'must be text without control characters')
  .min(1)
  .max(maxTag)

const UtmValue = Text.min(1).max(100)

const each = <T>(value: T) =>
  Object.fromEntries(utmParameters.map((name) => [name, value])) as Record<
    (typeof utmParameters)[number],
    T
  >

/** What the API shows: all five, from the query of the destination. */
export const LinkUtm = z.object(each(z.string().nullable()))
export type LinkUtm = z.infer<typeof LinkUtm>

/** What a body asks for: what is absent stays, null takes the parameter away. */
const GivenUtm = z.strictObject(each(UtmValue.nullish()))
export type GivenUtm = z.infer<typeof GivenUtm>

/** In every body that describes a link. */
export const finding = {
  archived: z.boolean().optional().describe('Left out of lists; it goes on leading visitors'),
  notes: Lines.max(2_000).nullish().describe('For people; visitors do not see them'),
  utm: GivenUtm.nullish().describe(
    'Sets `utm_source` and so on in the destination; null for all of them, or for one, takes away',
  ),
}

export const externalId = ExternalId.nullish().describe(
  'What your own system calls it; no two living links of one owner have the same',
)

export const minSlugLength = 4
export const maxMintedLength = 32
export const maxSlugPrefix = 32

/** How a slug is to be minted. */
export const minting = {
  slugLength: z
    .int()
    .min(minSlugLength)
    .max(maxMintedLength)
    .optional()
    .describe('How many characters are minted at least: more once too many are taken; 7 if absent'),
  slugPrefix: z
    .string()
    .regex(
      new RegExp(`^[A-Za-z0-9][A-Za-z0-9_-]{0,${maxSlugPrefix - 1}}$`, 'u'),
      `must be 1 to ${maxSlugPrefix} letters, digits, - or _, and begin with a letter or digit`,
    )
    .optional()
    .describe(
      `What the minted slug begins with; the whole has at most ${maxSlugLength} characters`,
    ),
}

/** A slug is either chosen or minted. */
export function choosesAndMints(link: {
  slug?: string | undefined
  slugLength?: number | undefined
  slugPrefix?: string | undefined
}): boolean {
  return link.slug !== undefined && (link.slugLength ?? link.slugPrefix) !== undefined
}
