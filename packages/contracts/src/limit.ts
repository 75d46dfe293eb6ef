import { z } from 'zod'

const maxLimit = 100

/** Parameters of a list, which comes in pages. */
export const Limit = z
  .string()
  .regex(/^\d{1,3}$/u)
  .default('20')
  .transform(Number)
  .pipe(z.int().min(1).max(maxLimit))
  .describe('How many at most')
export const Cursor = z.string().optional().describe('`nextCursor` of the page before')
