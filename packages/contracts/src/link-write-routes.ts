import { domainRoutes } from './domain-routes.ts'
import { auditRoutes } from './audit-routes.ts'
import { jobRoutes } from './job-routes.ts'
import { keyRoutes } from './key-routes.ts'
import { bulkRoutes } from './bulk-routes.ts'
import { linkListRoutes } from './link-list-routes.ts'
import { qrRoutes } from './qr-routes.ts'
import { CreateLink, Link, PutLink, UpdateLink } from './link.ts'
import { slugRoutes } from './slug-routes.ts'
import { limited, type Routes } from './route.ts'

/** Problems of a body that describes a link. */
const linkFaults = [
  'invalid_body',
  'destination_invalid',
  'destination_scheme',
  'destination_too_long',
  'destination_own_host',
  'destination_blocked',
  'expires_in_past',
  'starts_after_expiry',
  'limited_link_cached',
] as const

const slugFaults = ['slug_invalid', 'slug_reserved', 'slug_taken', 'slug_blocked'] as const
const creationFaults = [...linkFaults, ...slugFaults, 'domain_unknown'] as const

/** What link-write serves. */
export const linkWriteRoutes = limited({
  createLink: {
    method: 'POST',
    path: '/v1/links',
    summary: 'Create a link',
    scope: 'links:create',
    body: CreateLink,
    answers: {
      200: {
        description: 'With findIfExists: the link that is there',
        schema: Link,
        headers: ['ETag'],
      },
      201: { description: 'The link', schema: Link, headers: ['ETag', 'Location'] },
    },
    problems: [...creationFaults, 'external_id_taken'],
  },
  ...linkListRoutes,
  ...slugRoutes,
  ...bulkRoutes,
  ...jobRoutes,
  findByExternalId: {
    method: 'GET',
    path: '/v1/links/by-external-id/{externalId}',
    summary: 'Read a link by what your own system calls it',
    scope: 'links:read',
    headers: ['If-None-Match'],
    answers: {
      200: { description: 'The link', schema: Link, headers: ['ETag'] },
      304: { description: 'It is as you have it', headers: ['ETag'] },
    },
    problems: ['link_not_found', 'parameter_invalid'],
  },
  putLink: {
    method: 'PUT',
    path: '/v1/links/by-external-id/{externalId}',
    summary: 'Create the link with this externalId, or change it if it is there',
    scope: 'links:write',
    alsoNeeds: ['links:create'],
    headers: ['If-Match'],
    body: PutLink,
    answers: {
      200: { description: 'It was there; as it is now', schema: Link, headers: ['ETag'] },
      201: { description: 'It is new', schema: Link, headers: ['ETag', 'Location'] },
    },
    problems: [
      ...creationFaults,
      'parameter_invalid',
      'external_id_taken',
      'domain_fixed',
      'too_many_aliases',
      'version_mismatch',
    ],
  },
  findLink: {
    method: 'GET',
    path: '/v1/links/{id}',
    summary: 'Read a link',
    scope: 'links:read',
    headers: ['If-None-Match'],
    answers: {
      200: { description: 'The link', schema: Link, headers: ['ETag'] },
      304: { description: 'It is as you have it', headers: ['ETag'] },
    },
    problems: ['link_not_found'],
  },
  updateLink: {
    method: 'PATCH',
    path: '/v1/links/{id}',
    summary: 'Change a link',
    scope: 'links:write',
    headers: ['If-Match'],
    body: UpdateLink,
    answers: { 200: { description: 'The link as it is now', schema: Link, headers: ['ETag'] } },
    problems: [
      ...linkFaults,
      ...slugFaults,
      'too_many_aliases',
      'external_id_taken',
      'link_not_found',
      'version_mismatch',
      'if_match_required',
    ],
  },
  deleteLink: {
    method: 'DELETE',
    path: '/v1/links/{id}',
    summary: 'Delete a link',
    scope: 'links:write',
    headers: ['If-Match'],
    answers: { 204: { description: 'It is deleted' } },
    problems: ['link_not_found', 'version_mismatch'],
  },
  restoreLink: {
    method: 'POST',
    path: '/v1/links/{id}/restore',
    summary: 'Bring a deleted link back, within 30 days',
    scope: 'links:write',
    answers: {
      200: { description: 'The link, which lives again', schema: Link, headers: ['ETag'] },
    },
    problems: ['link_not_found', 'slug_taken', 'external_id_taken', 'restore_too_late'],
  },
  deleteAlias: {
    method: 'DELETE',
    path: '/v1/links/{id}/aliases/{alias}',
    summary: 'Give up a former slug of a link',
    scope: 'links:write',
    headers: ['If-Match'],
    answers: { 200: { description: 'The link as it is now', schema: Link, headers: ['ETag'] } },
    problems: ['link_not_found', 'alias_not_found', 'version_mismatch'],
  },
  ...qrRoutes,
  ...domainRoutes,
  ...keyRoutes,
  ...auditRoutes,
} as const satisfies Routes)
