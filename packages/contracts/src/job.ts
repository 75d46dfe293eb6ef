import { z } from 'zod'
import { ItemProblem } from './problem-document.ts'

export const maxJobRows = 1_000_000
export const jobMediaTypes = ['text/csv', 'application/x-ndjson'] as const

const exampleJob = {
  id: '01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e22',
  state: 'running' as const,
  upsert: true,
  rows: 10_000,
  done: 4_000,
  failed: 3,
  createdAt: '2026-03-01T09:30:00.000Z',
  finishedAt: null,
  problem: null,
}

export const Job = z
  .object({
    id: z.uuid(),
    state: z.enum(['uploading', 'running', 'done', 'cancelled', 'failed']),
    upsert: z.boolean(),
    rows: z.int().nullable().describe('Of the file; null until all have arrived'),
    done: z.int().describe('Rows that became links, or changed one'),
    failed: z.int().describe('Rows that could not; `errors` has them'),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    problem: ItemProblem.nullable().describe('Why it has failed; what is done stays'),
  })
  .meta({ examples: [exampleJob] })
export type Job = z.infer<typeof Job>

export const JobErrorPage = z
  .object({
    errors: z.array(
      z.object({
        row: z.int().describe('The first is 1; the head of a table does not count'),
        problem: ItemProblem,
        input: z.unknown().describe('The row as it was read'),
      }),
    ),
    nextCursor: z.string().nullable().describe('For `cursor`; null on the last page'),
  })
  .meta({
    examples: [
      {
        errors: [
          {
            row: 17,
            problem: {
              type: 'urn:sleepwell:problem:slug_taken',
              title: 'Another link has this slug',
              status: 409,
              code: 'slug_taken',
            },
            input: { destination: 'https://example.com/', slug: 'spring' },
          },
        ],
        nextCursor: null,
      },
    ],
  })
export type JobErrorPage = z.infer<typeof JobErrorPage>
