import { expect, test } from '@jest/globals'
import { Problem } from '@sleepwell/contracts/problem-document'
import type { Route, Routes } from '@sleepwell/contracts/route'
import { z } from 'zod'
import { breakingChanges } from './breaking-changes.ts'
import { openApi } from './open-api.ts'

const names = new Map([[Problem as z.ZodType, 'Problem']])
const Size = z.enum(['small', 'large'])
const body = { name: z.string().max(9), size: Size, note: z.string().nullish(), age: z.int() }
const answer = {
  id: z.uuid(),
  size: Size,
  seenAt: z.string().nullable(),
  tags: z.array(z.string()),
}
const ok = (schema: z.ZodType) => ({
  200: { description: 'It', schema, headers: ['ETag'] as const },
})
const make: Route = {
  method: 'POST',
  path: '/v1/things',
  summary: 'Make a thing',
  scope: 'links:write',
  query: z.strictObject({ dry: z.string().optional(), size: Size.optional() }),
  body: z.strictObject(body),
  answers: ok(z.object(answer)),
  problems: ['invalid_body'],
}
const find: Route = { ...make, method: 'GET', path: '/v1/things/{id}' }

const changes = (after: Partial<Route>, before: Route = make) =>
  breakingChanges(documentOf({ make: before }), documentOf({ make: { ...before, ...after } }))

test('what only adds breaks nobody', () => {
  expect(
    changes({
      query: make.query?.extend({ more: z.string().optional() }),
      body: z.strictObject({
        ...body,
        name: z.string().max(10),
        size: z.enum(['small', 'large', 'huge']),
        age: z.number(),
        colour: z.string().optional(),
      }),
      answers: {
        ...ok(
          z.object({
            ...answer,
            seenAt: z.string(),
            size: z.enum(['small', 'tiny']),
            more: z.int(),
          }),
        ),
        202: { description: 'Later' },
      },
      problems: [],
    } as Partial<Route>),
  ).toEqual([])
  expect(breakingChanges(documentOf({ make }), documentOf({ make, find }))).toEqual([])
})

test('a route that is gone is named', () => {
  expect(breakingChanges(documentOf({ make, find }), documentOf({ make }))).toEqual([
    'GET /v1/things/{id} is gone',
  ])
})

test.each<[string, Partial<Route>]>([
  ['it needs the scope admin, no longer links:write', { scope: 'admin' }],
  ['the query parameter dry is gone', { query: z.strictObject({ size: Size.optional() }) }],
  [
    'the query parameter dry is required now',
    { query: z.strictObject({ dry: z.string(), size: Size.optional() }) },
  ],
  [
    'it requires a new query parameter, why',
    {
      query: z.strictObject({ dry: z.string().optional(), size: Size.optional(), why: z.string() }),
    },
  ],
  [
    'the query parameter size no longer takes "large"',
    { query: z.strictObject({ dry: z.string().optional(), size: z.enum(['small']).optional() }) },
  ],
  ['the body has no field note any more', { body: z.strictObject(body).omit({ note: true }) }],
  ['the body requires the field why', { body: z.strictObject({ ...body, why: z.string() }) }],
  [
    'the body requires the field note',
    { body: z.strictObject({ ...body, note: z.string().nullable() }) },
  ],
  [
    'field note of the body no longer takes null',
    { body: z.strictObject({ ...body, note: z.string().optional() }) },
  ],
  [
    'field name of the body must have at most so many characters: 8 now',
    { body: z.strictObject({ ...body, name: z.string().max(8) }) },
  ],
  [
    'field name of the body must match ^a now',
    { body: z.strictObject({ ...body, name: z.string().max(9).regex(/^a/u) }) },
  ],
  [
    'field name of the body no longer takes string',
    { body: z.strictObject({ ...body, name: z.int() }) },
  ],
  [
    'field age of the body must have at least 0 now',
    { body: z.strictObject({ ...body, age: z.int().min(0) }) },
  ],
  ['the answer 200 has no field id any more', { answers: ok(z.object(answer).omit({ id: true })) }],
  [
    'the answer 200 does not always have the field id any more',
    { answers: ok(z.object({ ...answer, id: z.uuid().optional() })) },
  ],
  [
    'field id of the answer 200 may be null now',
    { answers: ok(z.object({ ...answer, id: z.uuid().nullable() })) },
  ],
  [
    'an item of field tags of the answer 200 may be integer now',
    { answers: ok(z.object({ ...answer, tags: z.array(z.int()) })) },
  ],
  [
    'the answer 200 has no header ETag any more',
    { answers: { 200: { description: 'It', schema: z.object(answer) } } },
  ],
  [
    'the answer 200 is no application/json any more',
    { answers: { 200: { ...ok(z.object(answer))[200], mediaType: 'text/csv' } } },
  ],
  ['it no longer answers 200', { answers: { 201: ok(z.object(answer))[200] } }],
])('%s', (sentence, change) => {
  expect(changes(change)).toEqual([`POST /v1/things: ${sentence}`])
})

function documentOf(routes: Routes) {
  return openApi({ title: 'Things', description: '', version: '1', routes }, names)
}
