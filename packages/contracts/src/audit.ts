import { z } from 'zod'
import { Version } from './version.ts'

/** Ways in which links and keys change. */
export const auditActions = [
  'link.created',
  'link.updated',
  'link.blocked',
  'link.unblocked',
  'link.deleted',
  'link.restored',
  'key.created',
  'key.updated',
  'key.rotated',
  'key.revoked',
] as const
export const AuditAction = z.enum(auditActions)
export type AuditAction = z.infer<typeof AuditAction>

export const AuditChange = z.object({
  field: z.string(),
  before: z.json().describe('null where there was nothing'),
  after: z.json(),
})
export type AuditChange = z.infer<typeof AuditChange>

const exampleEntry = {
  id: 4711,
  at: '2026-03-02T08:00:00.000Z',
  action: 'link.updated',
  subjectId: '01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e11',
  ownerId: 'acme',
  keyId: '01a0e3c4-0d1f-7c3a-9a55-3f1d2c0b7e10',
  version: 2,
  changes: [
    {
      field: 'destination',
      before: 'https://example.com/spring',
      after: 'https://example.com/summer',
    },
  ],
}

/** One change of a link or a key, for good. */
export const AuditEntry = z
  .object({
    id: z.int(),
    at: z.iso.datetime(),
    action: AuditAction,
    subjectId: z.uuid().describe('Of the link or the key'),
    ownerId: z.string().describe('Whose it is'),
    keyId: z.uuid().nullable().describe('By which key; null: by the operator or the system'),
    version: z.int().describe('The version that the change made'),
    changes: z.array(AuditChange).describe('The fields that it changed'),
  })
  .meta({ examples: [exampleEntry] })
export type AuditEntry = z.infer<typeof AuditEntry>

/** Newest first. */
export const AuditPage = z
  .object({
    entries: z.array(AuditEntry),
    nextCursor: z
      .string()
      .nullable()
      .describe('null on the last page; a page with fewer than `limit` need not be the last'),
  })
  .meta({ examples: [{ entries: [exampleEntry], nextCursor: null }] })
export type AuditPage = z.infer<typeof AuditPage>

/** Body of `POST /v1/links/{id}/revert`. */
export const RevertLink = z
  .strictObject({ version: Version.describe('That the link is to be again') })
  .meta({ examples: [{ version: 1 }] })
