import type { ProblemCode, ProblemError } from '@sleepwell/contracts/problem'
import type { z } from 'zod'
import { refuse } from './refuse.ts'

const maxErrors = 20

export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.flatMap(errorsOf).slice(0, maxErrors)
  return refuse('invalid_body', { errors })
}

function errorsOf(issue: z.core.$ZodIssue): ProblemError[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ pointer: pointerTo([key]), message: 'unknown field' }))
  return [{ pointer: pointerTo(issue.path), message: issue.message }]
}

/** RFC 6901. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** Refuses a body for what is in one of its fields. */
export function refuseField(field: string, code: ProblemCode, message: string): never {
  return refuse(code, { errors: [{ pointer: `/${field}`, message }] })
}

export function expiryOf(text: string | null | undefined, now: number): Date | null | undefined {
  const expiresAt = timeOf(text)
  return expiresAt && expiresAt.getTime() <= now
    ? refuseField('expiresAt', 'expires_in_past', 'must lie in the future')
    : expiresAt
}

export function timeOf(text: string | null | undefined): Date | null | undefined {
  return typeof text === 'string' ? new Date(text) : text
}
