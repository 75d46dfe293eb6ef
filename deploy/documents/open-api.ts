import { requestHeaders, type RequestHeader } from '@sleepwell/contracts/answer-headers'
import { Id } from '@sleepwell/contracts/id'
import { ExternalId } from '@sleepwell/contracts/link-fields'
import { isMutation, type Route, type Routes } from '@sleepwell/contracts/route'
import { z } from 'zod'
import { answersOf, sharedByAnswers } from './answers.ts'
import { parametersIn } from './follow-ups.ts'
import type { OpenApi, Operation, Parameter } from './open-api-document.ts'
import { createSchemas, schemaOfParameter, type Schemas } from './schemas.ts'
import { share } from './share.ts'

export interface Api {
  readonly title: string
  readonly description: string
  readonly version: string
  readonly routes: Routes
}

/** The document of one API, all of it out of its table. */
export function openApi(api: Api, names: ReadonlyMap<z.ZodType, string>): OpenApi {
  const { title, description, version, routes } = api
  const all = Object.values(routes)
  const used = all.flatMap((route) => [
    ...(route.body === undefined ? [] : [route.body]),
    ...Object.values(route.answers).flatMap(({ schema }) => (schema === undefined ? [] : [schema])),
  ])
  const schemas = createSchemas(names, used)
  const paths: Record<string, Record<string, Operation>> = {}
  for (const [name, route] of Object.entries(routes))
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(name, route, routes, schemas)
  return share({
    openapi: '3.1.1',
    info: { title, version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/', description: 'Where this document was served' }],
    security: [{ apiKey: [] }],
    tags: [...new Set(all.map(tagOf))].map((tag) => ({ name: tag })),
    paths,
    components: {
      schemas: schemas.named,
      responses: {},
      ...sharedByAnswers(),
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key: `Authorization: Bearer sw_…`',
        },
      },
    },
  })
}

function operation(name: string, route: Route, routes: Routes, schemas: Schemas): Operation {
  const parameters = parametersOf(route)
  const scopes = [...(route.scope === null ? [] : [route.scope]), ...(route.alsoNeeds ?? [])]
  const needs =
    scopes.length === 0
      ? 'Every API key may.'
      : `Needs the scope ${scopes.map((scope) => `\`${scope}\``).join(' and ')}.`
  return {
    operationId: name,
    summary: route.summary,
    description: route.description === undefined ? needs : `${route.description}\n\n${needs}`,
    tags: [tagOf(route)],
    security: [{ apiKey: scopes }],
    ...(parameters.length > 0 && { parameters }),
    ...(route.upload !== undefined && {
      requestBody: {
        required: true,
        content: Object.fromEntries(
          route.upload.map((type) => [type, { schema: { type: 'string' } }]),
        ),
      },
    }),
    ...(route.body !== undefined && {
      requestBody: {
        required: route.mayLackBody !== true,
        content: { 'application/json': { schema: schemas.of(route.body) } },
      },
    }),
    responses: answersOf(route, routes, schemas),
  }
}

/** What stands in the braces of a path. */
const placeholders: Readonly<Record<string, z.ZodType>> = { id: Id, externalId: ExternalId }

function parametersOf(route: Route): Parameter[] {
  const inPath = parametersIn(route.path).map((name) => ({
    name,
    in: 'path' as const,
    required: true,
    schema: schemaOfParameter(placeholders[name] ?? z.string().min(1)).schema,
  }))
  const inQuery = Object.entries((route.query?.shape ?? {}) as Record<string, z.ZodType>).map(
    ([name, zod]) => {
      const { schema, required } = schemaOfParameter(zod)
      const { description, ...rest } = schema
      return {
        name,
        in: 'query' as const,
        required,
        ...(description !== undefined && { description }),
        schema: rest,
        // Several values stand in one, separated by commas.
        ...(rest.type === 'array' && { style: 'form' as const, explode: false }),
      }
    },
  )
  const taken: RequestHeader[] = [
    ...(route.headers ?? []),
    ...(isMutation(route) ? (['Idempotency-Key'] as const) : []),
  ]
  const inHeaders = taken.map((name) => ({
    name,
    in: 'header' as const,
    required: name === 'If-Match' && route.problems.includes('if_match_required'),
    description: requestHeaders[name],
    schema:
      name === 'Idempotency-Key'
        ? { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]+$' }
        : { type: 'string' },
  }))
  return [...inPath, ...inQuery, ...inHeaders]
}

/** `links` of `/v1/links/{id}`. */
function tagOf({ path }: Route): string {
  return path.split('/')[2]?.split('.')[0] ?? 'other'
}
