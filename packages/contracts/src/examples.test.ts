import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { analyticsRoutes } from './analytics-routes.ts'
import { linkWriteRoutes } from './link-write-routes.ts'
import type { Route } from './route.ts'

const routes: [string, Route][] = Object.entries({ ...linkWriteRoutes, ...analyticsRoutes })
const examplesOf = (schema: z.ZodType) =>
  (z.globalRegistry.get(schema)?.examples ?? []) as readonly unknown[]

test.each(routes)('%s shows what a good answer is', (_name, route) => {
  for (const { schema, mediaType } of Object.values(route.answers)) {
    if (!(schema instanceof z.ZodObject) || mediaType !== undefined) continue
    expect(examplesOf(schema).length).toBeGreaterThan(0)
    // A field that the schema lacks would be dropped.
    for (const example of examplesOf(schema)) expect(schema.parse(example)).toEqual(example)
  }
})

test.each(routes.filter(([, { body }]) => body !== undefined))(
  '%s shows what a good body is',
  (_name, { body = z.never() }) => {
    expect(examplesOf(body).length).toBeGreaterThan(0)
    for (const example of examplesOf(body)) expect(body.safeParse(example).error).toBeUndefined()
  },
)
