import { z } from 'zod'
import { type Scope, scopes } from './api-key.ts'
import { Text, Time } from './link-fields.ts'
import { probeLink } from './probe-link.ts'

const dayInSeconds = 86_400
const maxOverlapSeconds = 30 * dayInSeconds

/** Whom a key speaks for. The probe link has an owner that nobody is. */
export const OwnerId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/u,
    'must be letters, digits, ".", "_" and "-", at most 64',
  )
  .refine((id) => id !== probeLink.ownerId, 'is reserved')

const Scopes = z
  .array(z.enum(scopes))
  .min(1)
  .refine((names) => new Set(names).size === names.length, 'must not name a scope twice')
  .meta({ uniqueItems: true })
  .describe('What it opens: nothing that the own key does not')

const fields = {
  name: Text.min(1).max(100).describe('What people know it by'),
  scopes: Scopes,
  expiresAt: Time.nullish().describe('From then on it opens nothing'),
  requestsPerMinute: z
    .int()
    .min(1)
    .max(10_000_000)
    .nullish()
    .describe('So many requests are taken of it, null: as many as of others; by `admin` only'),
}

/** Body of `POST /v1/keys`. */
export const CreateKey = z
  .strictObject({
    ...fields,
    ownerId: OwnerId.optional().describe(
      'Whom it speaks for; another than oneself by `admin` only',
    ),
  })
  .meta({ examples: [{ name: 'ci', scopes: ['links:create'] }] })
export type CreateKey = z.infer<typeof CreateKey>

/** Body of `PATCH /v1/keys/{id}`: what is absent stays, null clears. */
export const UpdateKey = z
  .strictObject({ ...fields, name: fields.name.optional(), scopes: Scopes.optional() })
  .refine(
    (changes) => Object.values(changes).some((value) => value !== undefined),
    'names nothing to change',
  )
  .meta({ minProperties: 1, examples: [{ name: 'deploy' }] })
export type UpdateKey = z.infer<typeof UpdateKey>

/** Body of `POST /v1/keys/{id}/rotate`, which may be left out. */
export const RotateKey = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(maxOverlapSeconds)
      .default(dayInSeconds)
      .describe('For how long the secret before opens too'),
  })
  .meta({ examples: [{ overlapSeconds: 3600 }] })

const exampleKey = {
  id: '01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e14',
  ownerId: 'acme',
  name: 'ci',
  prefix: 'sw_4fKx',
  scopes: ['links:create'],
  requestsPerMinute: null,
  version: 1,
  createdAt: '2026-03-01T09:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
  previousUntil: null,
  revokedAt: null,
}

/** An API key as the API shows it: never its secret. */
export const Key = z
  .object({
    id: z.uuid(),
    ownerId: z.string().describe('Whom it speaks for'),
    name: z.string().nullable().describe('What people know it by'),
    prefix: z.string().nullable().describe('How the secret begins; null of very old keys'),
    // A newer release may know more scopes.
    scopes: z.array(z.string() as z.ZodType<Scope>),
    requestsPerMinute: z.int().nullable().describe('null: as the service is set'),
    version: z.int().describe('The number in the ETag'),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable().describe('At link-write, to the minute'),
    previousUntil: z.iso
      .datetime()
      .nullable()
      .describe('Until when the secret before the last rotation opens too'),
    revokedAt: z.iso.datetime().nullable(),
  })
  .meta({ examples: [exampleKey] })
export type Key = z.infer<typeof Key>

/** What every service of ours knows of the API key that asks. */
export const OwnKey = Key.pick({ id: true, ownerId: true, scopes: true }).meta({
  examples: [{ id: exampleKey.id, ownerId: 'acme', scopes: ['links:create'] }],
})
export type OwnKey = z.infer<typeof OwnKey>

/** The answer to making or rotating a key. */
export const IssuedKey = Key.extend({
  secret: z.string().optional().describe('The key itself, this once: a replay is without it'),
}).meta({ examples: [{ ...exampleKey, secret: 'sw_…' }] })
export type IssuedKey = z.infer<typeof IssuedKey>

/** `GET /v1/keys`: newest first. */
export const KeyPage = z
  .object({
    keys: z.array(Key),
    nextCursor: z.string().nullable().describe('null on the last page'),
  })
  .meta({ examples: [{ keys: [exampleKey], nextCursor: null }] })
export type KeyPage = z.infer<typeof KeyPage>
