import { z } from 'zod'
import { AuditAction, AuditPage, RevertLink } from './audit.ts'
import { Id } from './id.ts'
import { OwnerId } from './key.ts'
import { QueryTime } from './link-fields.ts'
import { Cursor, Limit } from './limit.ts'
import { Link } from './link.ts'
import type { Routes } from './route.ts'

/** What link-write serves about changes. */
export const auditRoutes = {
  listHistory: {
    method: 'GET',
    path: '/v1/links/{id}/history',
    summary: 'List the changes of a link, newest first',
    description: 'Of a deleted link too. Changes are kept for 400 days, unless set otherwise.',
    scope: 'links:read',
    query: z.strictObject({ limit: Limit, cursor: Cursor }),
    answers: { 200: { description: 'One page of changes', schema: AuditPage, headers: ['Link'] } },
    problems: ['bad_cursor', 'link_not_found'],
  },
  revertLink: {
    method: 'POST',
    path: '/v1/links/{id}/revert',
    summary: 'Make a link what it was in an earlier version',
    description:
      'A change like any other: all that its owner may change is as it was then, its slug too. Whether it is blocked stays.',
    scope: 'links:write',
    headers: ['If-Match'],
    body: RevertLink,
    answers: { 200: { description: 'The link as it is now', schema: Link, headers: ['ETag'] } },
    problems: [
      'invalid_body',
      'link_not_found',
      'version_not_found',
      'version_mismatch',
      'if_match_required',
      'destination_invalid',
      'destination_scheme',
      'destination_too_long',
      'destination_own_host',
      'destination_blocked',
      'slug_taken',
      'slug_blocked',
      'too_many_aliases',
      'external_id_taken',
    ],
  },
  listAuditLog: {
    method: 'GET',
    path: '/v1/audit-log',
    summary: 'List the changes of all links and keys, newest first',
    description: 'Of the own owner; with `admin` of all.',
    scope: 'audit:read',
    query: z.strictObject({
      limit: Limit,
      cursor: Cursor,
      subjectId: Id.optional().describe('Of this link or key only'),
      keyId: Id.optional().describe('By this key only'),
      action: AuditAction.optional().describe('Of this kind only'),
      ownerId: OwnerId.optional().describe('Of what this owner has only'),
      from: QueryTime.optional().describe('Not before'),
      to: QueryTime.optional().describe('Before'),
    }),
    answers: { 200: { description: 'One page of changes', schema: AuditPage, headers: ['Link'] } },
    problems: ['bad_cursor'],
  },
} as const satisfies Routes
