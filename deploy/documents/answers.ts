import {
  answerHeaders,
  type AnswerHeader,
  certainHeaders,
} from '@sleepwell/contracts/answer-headers'
import { problem, type ProblemCode, problems } from '@sleepwell/contracts/problem'
import { isMutation, problemsOf, type Route, type Routes } from '@sleepwell/contracts/route'
import { followUpsOf } from './follow-ups.ts'
import type { Answer } from './open-api-document.ts'
import type { Schemas } from './schemas.ts'

const requestId = '01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e13'

/** Every answer of a route, by status. */
export function answersOf(route: Route, routes: Routes, schemas: Schemas): Record<string, Answer> {
  const good = Object.keys(route.answers).map(
    (status) => [status, goodAnswer(route, Number(status), routes, schemas)] as const,
  )
  const codes = Object.groupBy(new Set(problemsOf(route)), (code) => problems[code][0])
  const bad = Object.entries(codes).map(
    ([status, some]) => [status, badAnswer(route, Number(status), some ?? [])] as const,
  )
  return Object.fromEntries([...good, ...bad])
}

function goodAnswer(route: Route, status: number, routes: Routes, schemas: Schemas): Answer {
  const {
    description,
    schema,
    mediaType = 'application/json',
    headers = [],
  } = route.answers[status] ?? { description: '' }
  const mutated: readonly AnswerHeader[] = isMutation(route) ? ['Idempotency-Replayed'] : []
  const links = followUpsOf(route, status, routes)
  return {
    description,
    headers: headersOf([...headers, ...mutated, ...allowanceOf(route, status), 'X-Request-Id']),
    ...(schema !== undefined && {
      content: Object.fromEntries(
        [mediaType].flat().map((type) => [type, { schema: schemas.of(schema) }]),
      ),
    }),
    ...(Object.keys(links).length > 0 && { links }),
  }
}

function badAnswer(route: Route, status: number, codes: readonly ProblemCode[]): Answer {
  const examples = codes.map((code) => [code, { $ref: `#/components/examples/${code}` }] as const)
  return {
    description: codes.map((code) => `\`${code}\`: ${problems[code][1]}`).join('\n\n'),
    headers: headersOf([
      ...headersOfProblem(status, codes),
      ...allowanceOf(route, status),
      'X-Request-Id',
    ]),
    content: {
      'application/problem+json': {
        schema: {
          $ref: '#/components/schemas/Problem',
          properties: { status: { const: status }, code: { enum: [...codes] } },
        },
        examples: Object.fromEntries(examples),
      },
    },
  }
}

function headersOfProblem(status: number, codes: readonly ProblemCode[]): AnswerHeader[] {
  if (status === 401) return ['WWW-Authenticate']
  const again = status === 429 || status === 503 || codes.includes('request_in_progress')
  return again ? ['Retry-After'] : []
}

/** Who is not known has none. */
function allowanceOf(route: Route, status: number): AnswerHeader[] {
  const limited = route.problems.includes('rate_limited') && ![401, 408, 431].includes(status)
  return limited ? ['RateLimit-Policy', 'RateLimit'] : []
}

function headersOf(names: readonly AnswerHeader[]): Record<string, object> {
  return Object.fromEntries(
    names.map((name) => [name, { $ref: `#/components/headers/${name}` }] as const),
  )
}

/** What answers refer to. */
export function sharedByAnswers() {
  const headers = Object.entries(answerHeaders).map(
    ([name, [type, description]]) =>
      [name, { description, required: certainHeaders.includes(name), schema: { type } }] as const,
  )
  const examples = Object.entries(problems).map(
    ([code, [, summary]]) =>
      [code, { summary, value: problem(code as ProblemCode, { requestId }) }] as const,
  )
  return { headers: Object.fromEntries(headers), examples: Object.fromEntries(examples) }
}
