// Makes the schemas of an API small, and strict: what they do not name is a mistake.

export interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly additionalProperties?: boolean | Schema
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly [keyword: string]: unknown
}

const objectMeta = '#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'
const needless =
  /^(\$schema|\$id|description|default|example|externalDocs|format|x-kubernetes-(?!preserve|int-or).*)$/u

/** @param paths of properties, such as `spec.template`; lists are no step of their own */
export function without(schema: Schema, paths: readonly string[]): Schema {
  const dropped = paths.filter((path) => !path.includes('.'))
  const below = (name: string) =>
    paths.filter((path) => path.startsWith(`${name}.`)).map((path) => path.slice(name.length + 1))
  const { properties, items } = schema
  return {
    ...schema,
    ...(items && { items: without(items, paths) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties)
          .filter(([name]) => !dropped.includes(name))
          .map(([name, one]) => [name, without(one, below(name))]),
      ),
    }),
  }
}

/** Of a custom resource. Its server drops unknown fields in silence; here they fail. */
export function closed(schema: Schema): Schema {
  const whole = close(schema)
  return { ...whole, properties: { ...whole.properties, metadata: { $ref: objectMeta } } }
}

function close(schema: Schema): Schema {
  const kept = keywords(schema)
  const { properties, items, additionalProperties } = schema
  const open =
    properties === undefined ||
    additionalProperties !== undefined ||
    schema['x-kubernetes-preserve-unknown-fields'] === true
  return {
    ...kept,
    ...(properties && { properties: mapValues(properties, close) }),
    ...(items && { items: close(items) }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: close(additionalProperties),
    }),
    ...(!open && { additionalProperties: false }),
  }
}

/** Of the definitions, those that are needed, without their prose. */
export function reachable(
  from: unknown,
  definitions: Readonly<Record<string, Schema>>,
): Record<string, Schema> {
  const found = new Map<string, Schema>()
  const follow = (node: unknown): void => {
    for (const [, name = ''] of JSON.stringify(node).matchAll(/#\/\$defs\/(?<name>[^"]+)"/gu)) {
      const definition = definitions[name]
      if (found.has(name) || definition === undefined) continue
      const trimmed = trim(without(definition, ['status', 'managedFields']))
      found.set(name, trimmed)
      follow(trimmed)
    }
  }
  follow(from)
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** References stay inside one file; only what a validator looks at is kept. */
export function trim(schema: Schema): Schema {
  const { $ref, properties, items, additionalProperties, ...rest } = schema
  const kept = keywords(rest)
  return {
    ...kept,
    ...(typeof $ref === 'string' && { $ref: $ref.slice($ref.indexOf('#')) }),
    ...(properties && { properties: mapValues(properties, trim) }),
    ...(items && { items: trim(items) }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === 'object'
          ? trim(additionalProperties)
          : additionalProperties,
    }),
  }
}

function keywords(schema: Schema): Schema {
  return Object.fromEntries(
    Object.entries(schema).filter(
      ([word, value]) =>
        !needless.test(word) &&
        // Go's way to ignore case; JavaScript has none.
        !(word === 'pattern' && String(value).includes('(?i)')),
    ),
  )
}

function mapValues(
  properties: Readonly<Record<string, Schema>>,
  change: (one: Schema) => Schema,
): Record<string, Schema> {
  return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, change(one)]))
}
