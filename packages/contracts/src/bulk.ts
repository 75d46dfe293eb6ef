// Many links in one call. Bodies are judged item by item, so that each has a result of its own.
import { z } from 'zod'
import { Id } from './id.ts'
import { BulkLink, Link, UpdateLink } from './link.ts'
import { ItemProblem } from './problem-document.ts'
import { Version } from './version.ts'

export const maxBulk = 1_000

const mode = z
  .enum(['atomic', 'best-effort'])
  .default('atomic')
  .describe('atomic: all or none; best-effort: each for itself')
const upsert = z
  .boolean()
  .default(false)
  .describe('A link that is there with the same externalId is changed; what is absent stays')
const version = Version.optional().describe('Only while the link has this version')

const UpdateItem = z.strictObject({ id: Id, version, set: UpdateLink })
const DeleteItem = z.strictObject({ id: Id, version })

const many = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(maxBulk)
const items = z.unknown()

const id = '01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e11'
const exampleLinks = [
  { destination: 'https://example.com/spring', slug: 'spring-sale' },
  { destination: 'https://example.com/summer', externalId: 'crm-4711' },
]

export const BulkCreate = z.strictObject({ mode, upsert, links: many(BulkLink) }).meta({
  examples: [{ links: exampleLinks }, { mode: 'best-effort', upsert: true, links: exampleLinks }],
})
export const BulkUpdate = z.strictObject({ mode, links: many(UpdateItem) }).meta({
  examples: [{ mode: 'best-effort', links: [{ id, version: 1, set: { archived: true } }] }],
})
export const BulkDelete = z
  .strictObject({ mode, links: many(DeleteItem) })
  .meta({ examples: [{ mode: 'best-effort', links: [{ id }] }] })

/** The same, of which the items are yet to be judged. */
export const bulkBodies = {
  create: BulkCreate.extend({ links: many(items) }),
  update: BulkUpdate.extend({ links: many(items) }),
  delete: BulkDelete.extend({ links: many(items) }),
}
export const bulkItems = {
  update: UpdateItem,
  delete: DeleteItem,
}

/** What became of the items, in their order. */
export const BulkResult = z
  .object({
    succeeded: z.int(),
    failed: z.int(),
    results: z.array(
      z.object({
        index: z.int(),
        status: z.int().describe('As a call for this one link would have been answered'),
        link: Link.optional(),
        problem: ItemProblem.optional(),
      }),
    ),
  })
  .meta({
    examples: [
      {
        succeeded: 1,
        failed: 1,
        results: [
          { index: 0, status: 204 },
          {
            index: 1,
            status: 404,
            problem: {
              type: 'urn:sleepwell:problem:link_not_found',
              title: 'There is no such link',
              status: 404,
              code: 'link_not_found',
            },
          },
        ],
      },
    ],
  })
export type BulkResult = z.infer<typeof BulkResult>
