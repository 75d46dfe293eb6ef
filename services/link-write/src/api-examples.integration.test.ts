// The document that this service serves, believed to the letter: each route is called as its examples and its links say.
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { linkWriteRoutes } from '@sleepwell/contracts/link-write-routes'
import type { Route } from '@sleepwell/contracts/route'
import { z } from 'zod'
import { openTestApi } from './test-api.ts'

interface FollowUp {
  readonly operationId: string
  readonly parameters: Readonly<Record<string, string>>
}
interface Operation {
  readonly operationId: string
  readonly responses: Readonly<Record<string, { readonly links?: Record<string, FollowUp> }>>
}
const { paths } = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>
}
const operations = Object.values(paths).flatMap((item) => Object.values(item))
const routes: Readonly<Record<string, Route>> = linkWriteRoutes

test('the document has every route', () => {
  expect(operations.map((one) => one.operationId).sort()).toEqual(Object.keys(routes).sort())
})

// A link that was just made has had no other slug.
const unreachable = ['deleteAlias']

test.each(Object.keys(routes).filter((name) => !unreachable.includes(name)))(
  '%s takes its examples, and answers as it says',
  async (name) => {
    for (const body of examplesOf(name)) {
      await using api = await openTestApi()
      const authorization = await api.bearer('acme', 'admin')
      const call: Call = (...words) => send(api.origin, authorization, ...words)
      const place = await findPlace(name, call)
      expectAsDocumented(name, await call(name, place, body))
    }
  },
)

interface Place {
  readonly path: Readonly<Record<string, string>>
  readonly header: Readonly<Record<string, string>>
}
interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}
type Call = (name: string, place: Place, body: unknown) => Promise<Answered>

const nowhere: Place = { path: {}, header: {} }

/** Makes what the route is about, if it is about something. */
async function findPlace(name: string, call: Call): Promise<Place> {
  if (!routes[name]?.path.includes('{')) return nowhere
  const source = operations.flatMap(({ operationId, responses }) =>
    Object.values(responses).flatMap(({ links }) =>
      links?.[name] !== undefined && !routes[operationId]?.path.includes('{')
        ? [{ operationId, link: links[name] }]
        : [],
    ),
  )[0]
  if (source === undefined) throw new Error(`nothing leads to ${name}`)
  const made = await call(source.operationId, nowhere, examplesOf(source.operationId)[0])
  expectAsDocumented(source.operationId, made)
  const place = { path: {}, header: {} } as Record<string, Record<string, string>>
  for (const [parameter, expression] of Object.entries(source.link.parameters)) {
    const [kind = '', key = ''] = parameter.split(/\.(.*)/u)
    ;(place[kind] ??= {})[key] = valueOf(expression, made)
  }
  return place as unknown as Place
}

function valueOf(expression: string, { headers, text }: Answered): string {
  const header = /^\$response\.header\.(.+)$/u.exec(expression)?.[1]
  if (header !== undefined) return headers.get(header) ?? ''
  const [, pointer = ''] = /^\$response\.body#\/(.+)$/u.exec(expression) ?? []
  const steps = pointer.split('/')
  return String(
    steps.reduce<unknown>((value, step) => Object(value)[step] as unknown, JSON.parse(text)),
  )
}

/** The examples of parameters that have to be there. */
function requiredOf(query: Route['query']): Record<string, string> {
  if (query === undefined) return {}
  const { required = [], properties = {} } = z.toJSONSchema(query, { io: 'input' })
  return Object.fromEntries(
    required.map((name) => [name, String(Object(properties[name]).examples?.[0])]),
  )
}

async function send(
  origin: string,
  authorization: string,
  name: string,
  place: Place,
  body: unknown,
): Promise<Answered> {
  const { method, path, upload, query } = routes[name] as Route
  const filled = path.replaceAll(/\{(\w+)\}/gu, (_all, key: string) => place.path[key] ?? '')
  const url = `${origin}${filled}?${new URLSearchParams(requiredOf(query)).toString()}`
  const headers = { ...place.header, authorization }
  const answer = await fetch(url, {
    method,
    headers:
      body === undefined
        ? headers
        : { ...headers, 'content-type': upload?.[0] ?? 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

function expectAsDocumented(name: string, { status, headers, text }: Answered): void {
  const answer = routes[name]?.answers[status]
  expect({ name, status, known: answer !== undefined, text }).toMatchObject({ known: true })
  for (const header of answer?.headers ?? [])
    // The last page has no next one.
    if (header !== 'Link')
      expect({ header, value: headers.get(header) }).not.toMatchObject({ value: null })
  if (answer?.schema === undefined) return expect(text).toBe('')
  const types = [answer.mediaType ?? 'application/json'].flat()
  expect(types).toContain(headers.get('content-type')?.split(';')[0])
  // A field that the schema lacks would be dropped.
  if (answer.mediaType === undefined)
    expect(answer.schema.parse(JSON.parse(text))).toEqual(JSON.parse(text))
}

function examplesOf(name: string): readonly unknown[] {
  const { body, upload } = routes[name] as Route
  if (upload !== undefined) return ['destination\nhttps://example.com/\n']
  return body === undefined
    ? [undefined]
    : ((z.globalRegistry.get(body)?.examples ?? []) as readonly unknown[])
}
