import { z } from 'zod'
import { Slug } from './slug.ts'

/** What the clicks of one redirect are called on a click log. Not keyed: one viral slug must not fill a partition. */
export const clicksTopic = 'clicks.v1'

/** Days a click log keeps what was consumed already. */
export const clicksTopicRetentionDays = 7

/** The rules by which a click is called human, bot or unique; `docs/counting-policy.md` says which each version has. */
export const countingPolicyVersion = 2

/** One life of one redirect process; its records are numbered 1, 2, 3, ... without a gap. */
const Spool = z.uuid().toLowerCase()
const Seq = z.int().min(1)

/** Of each parameter that campaigns are told apart by; from the request, else from the destination. */
export const utmParameters = ['source', 'medium', 'campaign', 'term', 'content'] as const
const Utm = z.partialRecord(z.enum(utmParameters), z.string().max(100))
export type Utm = z.infer<typeof Utm>

/** One redirect answered. */
export const Click = z.object({
  type: z.literal('click'),
  id: z.uuidv7(), // also the redirect's X-Request-Id
  spool: Spool,
  seq: Seq,
  linkId: z.uuid(),
  ownerId: z.string(),
  at: z.iso.datetime(),
  policyVersion: z.int(),
  bot: z.boolean(),
  /** Keyed by the day's salt; absent when the visitor asked not to be followed, or no salt is known. */
  visitor: z.string().max(64).optional(),
  /** ISO 3166-1 alpha-2, or `unknown`. */
  country: z.string().max(16),
  device: z.enum(['desktop', 'mobile', 'tablet', 'tv', 'bot', 'unknown']),
  browser: z.string().max(64),
  os: z.string().max(64),
  /** Host only; the rest of a referrer never leaves the redirect process. */
  referrerHost: z.string().max(253).optional(),
  utm: Utm.optional(),
})
export type Click = z.infer<typeof Click>

/** A slug that somebody asked for and that no link has. Only so many of them are recorded; see the counting policy. */
export const OrphanClick = Click.pick({
  id: true,
  spool: true,
  seq: true,
  at: true,
  policyVersion: true,
  bot: true,
}).extend({
  type: z.literal('orphan'),
  /** As links have it. */
  domain: z.string().max(253),
  slug: Slug,
})
export type OrphanClick = z.infer<typeof OrphanClick>

/** Clicks that could not be kept: the numbers `from` to `to`, both included. */
export const DroppedClicks = z.object({
  type: z.literal('dropped'),
  spool: Spool,
  from: Seq,
  to: Seq,
  at: z.iso.datetime(),
})
export type DroppedClicks = z.infer<typeof DroppedClicks>

/**
 * Sent each second beside the spool: by `at`, numbers up to `lastSeq` were on disk or answered, and those up to
 * `shippedSeq` were durable on the log. `closed`: this spool has ended, and no number will follow.
 */
export const SpoolHeartbeat = z.object({
  type: z.literal('heartbeat'),
  spool: Spool,
  lastSeq: z.int().min(0),
  shippedSeq: z.int().min(0),
  at: z.iso.datetime(),
  closed: z.boolean(),
})
export type SpoolHeartbeat = z.infer<typeof SpoolHeartbeat>

/** What a click log carries, as UTF-8 JSON. Readers ignore fields they do not know. */
export const ClickRecord = z.discriminatedUnion('type', [
  Click,
  OrphanClick,
  DroppedClicks,
  SpoolHeartbeat,
])
export type ClickRecord = z.infer<typeof ClickRecord>
