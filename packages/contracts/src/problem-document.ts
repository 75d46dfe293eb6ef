import { z } from 'zod'
import { type Problem as Document, type ProblemCode, problems } from './problem.ts'

const codes = Object.keys(problems) as [ProblemCode, ...ProblemCode[]]

const fields = {
  type: z.string().describe('`urn:sleepwell:problem:` and the code').meta({ format: 'uri' }),
  title: z.string(),
  status: z.int(),
  code: z.enum(codes).describe('Stable: switch on it. There will be more'),
  detail: z.string().exactOptional().describe('Of this very case'),
  requestId: z.string().exactOptional().describe('As in X-Request-Id'),
  errors: z
    .array(
      z.object({
        pointer: z.string().describe('A JSON Pointer into the body, or the name of a parameter'),
        message: z.string(),
      }),
    )
    .exactOptional(),
}

/** What is wrong with one of many. */
export const ItemProblem = z.object(fields) satisfies z.ZodType<Document>

/** A refusal as it travels: `application/problem+json`, RFC 9457. */
export const Problem = z
  .object({
    ...fields,
    items: z
      .array(z.object({ index: z.int(), problem: ItemProblem }))
      .exactOptional()
      .describe('Of a call for many links: those that could not be done'),
  })
  .describe('RFC 9457') satisfies z.ZodType<Document>
