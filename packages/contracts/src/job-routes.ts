import { z } from 'zod'
import { Job, JobErrorPage, jobMediaTypes } from './job.ts'
import { Cursor, Limit } from './limit.ts'
import type { Routes } from './route.ts'

/** All links out, and files of links in. */
export const jobRoutes = {
  exportLinks: {
    method: 'GET',
    path: '/v1/links/export',
    summary: 'Export all links, archived ones too; an import takes the file back',
    scope: 'links:read',
    query: z.strictObject({ format: z.enum(['csv', 'ndjson']).default('csv') }),
    answers: {
      200: {
        description: 'A link a line, oldest first. What is made meanwhile may be in it',
        schema: z.string(),
        mediaType: jobMediaTypes,
        headers: ['Content-Disposition'],
      },
    },
    problems: [],
  },
  createJob: {
    method: 'POST',
    path: '/v1/jobs',
    summary: 'Import a file of links, CSV or NDJSON',
    description:
      'Rows are done in no certain order, each for itself. With `upsert` it takes links:write too.',
    scope: 'links:create',
    query: z.strictObject({
      upsert: z
        .enum(['true', 'false'])
        .default('false')
        .transform((text) => text === 'true')
        .describe('A link that is there with the same externalId is changed'),
    }),
    upload: jobMediaTypes,
    answers: { 202: { description: 'It has begun', schema: Job, headers: ['Location'] } },
    problems: ['file_invalid', 'request_interrupted'],
  },
  findJob: {
    method: 'GET',
    path: '/v1/jobs/{id}',
    summary: 'Read how far an import is',
    scope: 'links:read',
    answers: { 200: { description: 'How far it is', schema: Job } },
    problems: ['job_not_found'],
  },
  cancelJob: {
    method: 'POST',
    path: '/v1/jobs/{id}/cancel',
    summary: 'Stop an import; what is done stays',
    scope: 'links:create',
    answers: { 200: { description: 'It has stopped, or was finished', schema: Job } },
    problems: ['job_not_found'],
  },
  listJobErrors: {
    method: 'GET',
    path: '/v1/jobs/{id}/errors',
    summary: 'List rows that could not be imported, and why',
    scope: 'links:read',
    query: z.strictObject({ limit: Limit, cursor: Cursor }),
    answers: { 200: { description: 'One page of rows', schema: JobErrorPage, headers: ['Link'] } },
    problems: ['job_not_found', 'bad_cursor'],
  },
} as const satisfies Routes
