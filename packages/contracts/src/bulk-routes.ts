import { BulkCreate, BulkDelete, BulkResult, BulkUpdate } from './bulk.ts'
import type { Routes } from './route.ts'

const answers = {
  200: { description: 'All of it is done', schema: BulkResult },
  207: { description: 'With best-effort: some of it is done', schema: BulkResult },
}
const problems = ['invalid_body', 'bulk_failed'] as const

export const bulkRoutes = {
  createLinks: {
    method: 'POST',
    path: '/v1/links/bulk',
    summary: 'Create up to 1,000 links',
    description: 'With `upsert` it takes links:write too.',
    scope: 'links:create',
    body: BulkCreate,
    largeBody: true,
    answers,
    problems,
  },
  updateLinks: {
    method: 'PATCH',
    path: '/v1/links/bulk',
    summary: 'Change up to 1,000 links',
    scope: 'links:write',
    body: BulkUpdate,
    largeBody: true,
    answers,
    problems,
  },
  deleteLinks: {
    method: 'DELETE',
    path: '/v1/links/bulk',
    summary: 'Delete up to 1,000 links',
    scope: 'links:write',
    body: BulkDelete,
    largeBody: true,
    answers,
    problems,
  },
} as const satisfies Routes
