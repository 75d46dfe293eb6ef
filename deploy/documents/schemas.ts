import { z } from 'zod'
import type { JsonSchema } from './json-schema.ts'

export interface Schemas {
  /** A reference if the schema has a name, otherwise the schema itself. */
  readonly of: (schema: z.ZodType) => JsonSchema
  readonly named: Readonly<Record<string, JsonSchema>>
}

const prefix = '#/components/schemas/'

/**
 * What clients send and get: bodies as they are before anything is read into them.
 *
 * @param names of schemas that are components
 * @param used the others
 */
export function createSchemas(
  names: ReadonlyMap<z.ZodType, string>,
  used: readonly z.ZodType[],
): Schemas {
  const registry = z.registry<{ id: string }>()
  for (const [schema, id] of names) registry.add(schema, { id })
  const unnamed = new Map<z.ZodType, string>()
  for (const schema of used) {
    if (names.has(schema) || unnamed.has(schema)) continue
    // No export is called so.
    unnamed.set(schema, `unnamed-${unnamed.size}`)
    registry.add(schema, { id: `unnamed-${unnamed.size - 1}` })
  }
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    uri: (id) => prefix + id,
    override: ({ jsonSchema }) => plain(jsonSchema as JsonSchema),
  })
  const { __shared: _recursive, ...all } = withoutRecursion(schemas as Record<string, JsonSchema>)
  for (const schema of Object.values(all)) {
    delete schema.$schema
    delete schema.$id
  }
  return {
    of: (schema) => {
      const name = names.get(schema)
      if (name !== undefined) return { $ref: prefix + name }
      const found = all[unnamed.get(schema) ?? '']
      if (found === undefined) throw new Error('a schema that was not announced')
      return found
    },
    named: Object.fromEntries(Object.entries(all).filter(([id]) => !id.startsWith('unnamed-'))),
  }
}

/** Of a query parameter: what its text stands for, and what stands for its absence. */
export function schemaOfParameter(schema: z.ZodType): { schema: JsonSchema; required: boolean } {
  const absent = schema.safeParse(undefined)
  const found = convert(schema, 'output') ?? convert(schema, 'input') ?? { type: 'string' }
  delete found.$schema
  const byDefault = absent.success && absent.data !== undefined
  return {
    schema: byDefault ? { ...found, default: absent.data } : found,
    required: !absent.success,
  }
}

/** Undefined: it has a transformation, whose result no schema describes. */
function convert(schema: z.ZodType, io: 'input' | 'output'): JsonSchema | undefined {
  const unknown = Symbol('unknown')
  try {
    return z.toJSONSchema(schema, {
      io,
      unrepresentable: () => {
        throw unknown
      },
      override: ({ jsonSchema }) => plain(jsonSchema as JsonSchema),
    }) as JsonSchema
  } catch (error) {
    if (error === unknown) return undefined
    throw error
  }
}

/** A format says it better than the pattern by which it is checked; every number of ours is a safe one. */
function plain(schema: JsonSchema): void {
  if (schema.format === 'uuid' || schema.format === 'date-time') delete schema.pattern
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (schema.type === 'number' && schema.enum?.every(Number.isInteger)) schema.type = 'integer'
}

/** Of what contains itself without having a name, which is JSON of any shape, only that it is there is said. */
function withoutRecursion(schemas: Record<string, JsonSchema>): Record<string, JsonSchema> {
  const text = JSON.stringify(schemas, (_key, value: unknown) => {
    const { $ref, ...rest } = Object(value) as JsonSchema
    return $ref?.includes('__shared') === true ? rest : value
  })
  return JSON.parse(text) as Record<string, JsonSchema>
}
