import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { analyticsRoutes } from './analytics-routes.ts'
import { linkWriteRoutes } from './link-write-routes.ts'
import type { Route } from './route.ts'

const routes: Readonly<Record<string, Route>> = { ...linkWriteRoutes, ...analyticsRoutes }
/** Of an `integer` of Postgres. */
const largest = 2_147_483_647

interface Schema {
  readonly type?: unknown
  readonly enum?: unknown
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
}

/** Numbers anywhere in it, but for those that are listed. */
function numbersIn(schema: unknown): Schema[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { type, enum: listed, const: only } = schema as Schema
  const isNumber = (type === 'integer' || type === 'number') && (listed ?? only) === undefined
  const own = isNumber ? [schema as Schema] : []
  return [...own, ...Object.values(schema).flatMap(numbersIn)]
}

test('a number that a body has is one that the databases can hold', () => {
  const found = Object.entries(routes).flatMap(([name, { body }]) =>
    body === undefined
      ? []
      : numbersIn(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' })).map(
          ({ minimum = -Infinity, maximum = Infinity }) => ({ name, minimum, maximum }),
        ),
  )
  expect(found.length).toBeGreaterThan(10)
  expect(found.filter(({ minimum, maximum }) => minimum < -largest || maximum > largest)).toEqual(
    [],
  )
})
