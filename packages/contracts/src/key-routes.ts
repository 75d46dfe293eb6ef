import { z } from 'zod'
import { CreateKey, IssuedKey, Key, KeyPage, OwnerId, RotateKey, UpdateKey } from './key.ts'
import { Cursor, Limit } from './limit.ts'
import type { Routes } from './route.ts'

/** What link-write serves about API keys. */
export const keyRoutes = {
  createKey: {
    method: 'POST',
    path: '/v1/keys',
    summary: 'Make an API key',
    description: 'With scopes that the own key has, no others. With `admin` for any owner.',
    scope: 'keys:write',
    body: CreateKey,
    answers: {
      201: {
        description: 'The key, and this once its secret',
        schema: IssuedKey,
        headers: ['ETag', 'Location'],
      },
    },
    problems: ['invalid_body', 'expires_in_past'],
  },
  listKeys: {
    method: 'GET',
    path: '/v1/keys',
    summary: 'List API keys, newest first',
    scope: 'keys:read',
    query: z.strictObject({
      limit: Limit,
      cursor: Cursor,
      ownerId: OwnerId.optional().describe('Keys of this owner only'),
    }),
    answers: { 200: { description: 'One page of keys', schema: KeyPage, headers: ['Link'] } },
    problems: ['bad_cursor'],
  },
  findOwnKey: {
    method: 'GET',
    path: '/v1/key',
    summary: 'Read the API key that asks',
    scope: null,
    answers: { 200: { description: 'The key', schema: Key } },
    problems: [],
  },
  findKey: {
    method: 'GET',
    path: '/v1/keys/{id}',
    summary: 'Read an API key',
    scope: 'keys:read',
    answers: { 200: { description: 'The key', schema: Key, headers: ['ETag'] } },
    problems: ['key_not_found'],
  },
  updateKey: {
    method: 'PATCH',
    path: '/v1/keys/{id}',
    summary: 'Change an API key',
    scope: 'keys:write',
    headers: ['If-Match'],
    body: UpdateKey,
    answers: { 200: { description: 'The key as it is now', schema: Key, headers: ['ETag'] } },
    problems: [
      'invalid_body',
      'expires_in_past',
      'key_not_found',
      'key_revoked',
      'version_mismatch',
      'if_match_required',
    ],
  },
  rotateKey: {
    method: 'POST',
    path: '/v1/keys/{id}/rotate',
    summary: 'Give an API key a new secret',
    scope: 'keys:write',
    headers: ['If-Match'],
    body: RotateKey,
    mayLackBody: true,
    answers: {
      200: {
        description: 'The key, and this once its secret',
        schema: IssuedKey,
        headers: ['ETag'],
      },
    },
    problems: ['invalid_body', 'key_not_found', 'key_revoked', 'version_mismatch'],
  },
  revokeKey: {
    method: 'DELETE',
    path: '/v1/keys/{id}',
    summary: 'Revoke an API key, for good',
    description:
      'Within a second it opens nothing any more. The last key of an owner is no exception.',
    scope: 'keys:write',
    headers: ['If-Match'],
    answers: { 204: { description: 'It is revoked' } },
    problems: ['key_not_found', 'version_mismatch'],
  },
} as const satisfies Routes
