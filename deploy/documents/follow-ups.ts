// What a client may do next, with which values of the answer: by it a reader finds the way, and a fuzzer what to ask for.
import { isMutation, type Route, type Routes } from '@sleepwell/contracts/route'
import { z } from 'zod'
import type { FollowUp } from './open-api-document.ts'

type Fields = Readonly<Record<string, z.ZodType>>

/** The links of one answer: to every route below the same collection whose parameters the answer has. */
export function followUpsOf(
  route: Route,
  status: number,
  routes: Routes,
): Readonly<Record<string, FollowUp>> {
  const answer = route.answers[status]
  const fields = fieldsOf(answer?.schema)
  if (fields === undefined || status >= 300) return {}
  const places = placesOf(fields)
  const etag = answer?.headers?.includes('ETag') === true
  const found = Object.entries(routes).flatMap(([name, next]) => {
    const wanted = parametersIn(next.path)
    if (next === route && !isMutation(route)) return []
    if (wanted.length === 0 || !collectionOf(next).startsWith(collectionOf(route))) return []
    const values = wanted.map((parameter) => [`path.${parameter}`, places.get(parameter)] as const)
    if (values.some(([, place]) => place === undefined)) return []
    const versioned = etag && places.get('id') === '$response.body#/id'
    const header =
      versioned && next.headers?.includes('If-Match')
        ? { 'header.If-Match': '$response.header.ETag' }
        : {}
    const parameters = { ...Object.fromEntries(values), ...header } as Record<string, string>
    return [[name, { operationId: name, description: next.summary, parameters }] as const]
  })
  return Object.fromEntries(found)
}

/** Where in the answer each value is: in it, or in the first of a list in it, or the first of a list: `alias` of `aliases`. */
function placesOf(fields: Fields): ReadonlyMap<string, string> {
  const places = new Map<string, string>()
  for (const [name, field] of Object.entries(fields)) {
    if (field instanceof z.ZodArray) {
      const inner = fieldsOf(field.element as z.ZodType)
      for (const key of Object.keys(inner ?? {}))
        if (!places.has(key)) places.set(key, `$response.body#/${name}/0/${key}`)
      if (inner === undefined) places.set(singularOf(name), `$response.body#/${name}/0`)
    }
  }
  for (const name of Object.keys(fields)) places.set(name, `$response.body#/${name}`)
  return places
}

function singularOf(name: string): string {
  return name.replace(/(?<=s)es$|s$/u, '')
}

function fieldsOf(schema: z.ZodType | undefined): Fields | undefined {
  return schema instanceof z.ZodObject ? schema.shape : undefined
}

export function parametersIn(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name ?? '')
}

/** `/v1/links/` of `/v1/links`, `/v1/links/{id}` and what is below. */
function collectionOf({ path }: Route): string {
  const fixed = path.split('{')[0] ?? ''
  return fixed.endsWith('/') ? fixed : `${fixed}/`
}
