import type { JsonSchema } from './json-schema.ts'

/** What a reference leads to. */
export type Resolve = (ref: string) => unknown

interface Resolvers {
  readonly before: Resolve
  readonly after: Resolve
}

/** Of what clients send: what was taken and is refused now. */
export function narrowed(
  before: JsonSchema,
  after: JsonSchema,
  resolve: Resolvers,
  name: string,
): string[] {
  return compare(
    { schema: before, resolve: resolve.before },
    { schema: after, resolve: resolve.after },
    name,
    taken,
    0,
  )
}

/** Of what clients get: what they relied on and do not get now. */
export function widened(
  before: JsonSchema,
  after: JsonSchema,
  resolve: Resolvers,
  name: string,
): string[] {
  return compare(
    { schema: after, resolve: resolve.after },
    { schema: before, resolve: resolve.before },
    name,
    given,
    0,
  )
}

interface Side {
  readonly schema: JsonSchema
  readonly resolve: Resolve
}

type Field = { readonly name: string; readonly inWide: boolean; readonly inNarrow: boolean }

/** How the two directions differ: both ask whether every value of `wide` fits `narrow`. */
interface Direction {
  readonly noType: (type: string) => string
  readonly noValue: (value: string) => string | undefined
  readonly missing: (field: Field) => string | undefined
  readonly required: (field: string) => string
  readonly bounds: boolean
}

const taken: Direction = {
  noType: (type) => `no longer takes ${type}`,
  noValue: (value) => `no longer takes ${value}`,
  missing: ({ name, inNarrow }) => (inNarrow ? undefined : `has no field ${name} any more`),
  required: (field) => `requires the field ${field}`,
  bounds: true,
}

const given: Direction = {
  noType: (type) => `may be ${type} now`,
  // Clients are told that there will be more.
  noValue: () => undefined,
  missing: ({ name, inWide }) => (inWide ? undefined : `has no field ${name} any more`),
  required: (field) => `does not always have the field ${field} any more`,
  bounds: false,
}

const deepest = 20

function compare(wide: Side, narrow: Side, name: string, how: Direction, depth: number): string[] {
  if (depth > deepest) return []
  const choices = alternatives(narrow)
  return alternatives(wide).flatMap((one) => {
    const faults = choices
      .filter((other) => typeOf(other.schema) === typeOf(one.schema) || isAny(other.schema))
      .map((other) => compareAlternatives(one, other, name, how, depth))
      .sort((a, b) => a.length - b.length)
    return faults[0] ?? [`${name} ${how.noType(typeOf(one.schema))}`]
  })
}

function compareAlternatives(
  wide: Side,
  narrow: Side,
  name: string,
  how: Direction,
  depth: number,
): string[] {
  return [
    ...compareValues(wide.schema, narrow.schema, name, how),
    ...(how.bounds ? compareBounds(wide.schema, narrow.schema, name) : []),
    ...compareFields(wide, narrow, name, how, depth),
    ...compareItems(wide, narrow, name, how, depth),
  ]
}

function compareValues(
  wide: JsonSchema,
  narrow: JsonSchema,
  name: string,
  how: Direction,
): string[] {
  const allowed = valuesOf(narrow)
  if (allowed === undefined) return []
  const given = valuesOf(wide)
  if (given === undefined) return how.bounds ? [`${name} takes only ${allowed.join(', ')} now`] : []
  return given
    .filter((value) => !allowed.includes(value))
    .flatMap((value) => how.noValue(value) ?? [])
    .map((what) => `${name} ${what}`)
}

const bounds = [
  ['minimum', 1, 'at least'],
  ['minLength', 1, 'at least so many characters:'],
  ['minItems', 1, 'at least so many:'],
  ['minProperties', 1, 'at least so many fields:'],
  ['maximum', -1, 'at most'],
  ['maxLength', -1, 'at most so many characters:'],
  ['maxItems', -1, 'at most so many:'],
] as const

function compareBounds(wide: JsonSchema, narrow: JsonSchema, name: string): string[] {
  const tighter = bounds.flatMap(([key, sign, words]) => {
    const [was, is] = [wide[key], narrow[key]]
    if (is === undefined || (was !== undefined && (is - was) * sign <= 0)) return []
    return [`${name} must have ${words} ${is} now`]
  })
  const pattern = narrow.pattern !== undefined && narrow.pattern !== wide.pattern
  const unique = narrow.uniqueItems === true && wide.uniqueItems !== true
  return [
    ...tighter,
    ...(pattern ? [`${name} must match ${narrow.pattern} now`] : []),
    ...(unique ? [`${name} may not name one twice now`] : []),
  ]
}

function compareFields(
  wide: Side,
  narrow: Side,
  name: string,
  how: Direction,
  depth: number,
): string[] {
  const [has, wants] = [wide.schema.properties, narrow.schema.properties]
  if (has === undefined || wants === undefined) return []
  return [...new Set([...Object.keys(has), ...Object.keys(wants)])].flatMap((key) => {
    const [one, other] = [has[key], wants[key]]
    const field = { name: key, inWide: one !== undefined, inNarrow: other !== undefined }
    const missing = how.missing(field)
    if (missing !== undefined) return [`${name} ${missing}`]
    const required =
      narrow.schema.required?.includes(key) === true && wide.schema.required?.includes(key) !== true
    if (required) return [`${name} ${how.required(key)}`]
    if (one === undefined || other === undefined) return []
    const inner = (side: Side, schema: JsonSchema) => ({ ...side, schema })
    return compare(
      inner(wide, one),
      inner(narrow, other),
      `field ${key} of ${name}`,
      how,
      depth + 1,
    )
  })
}

function compareItems(
  wide: Side,
  narrow: Side,
  name: string,
  how: Direction,
  depth: number,
): string[] {
  const [one, other] = [wide.schema.items, narrow.schema.items]
  if (one === undefined || other === undefined) return []
  const [a, b] = [
    { ...wide, schema: one },
    { ...narrow, schema: other },
  ]
  return compare(a, b, `an item of ${name}`, how, depth + 1)
}

/** With references followed, and each of one type. */
function alternatives({ schema, resolve }: Side): Side[] {
  if (schema.$ref !== undefined)
    return alternatives({ schema: resolve(schema.$ref) as JsonSchema, resolve })
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined)
    return choices.flatMap((choice) => alternatives({ schema: choice, resolve }))
  if (Array.isArray(schema.type))
    return schema.type.map((type) => ({ schema: { ...schema, type }, resolve }))
  return [{ schema, resolve }]
}

function typeOf({ type, const: only }: JsonSchema): string {
  return typeof type === 'string' ? type : only === undefined ? 'anything' : typeof only
}

function isAny(schema: JsonSchema): boolean {
  return typeOf(schema) === 'anything' || schema.type === 'number'
}

function valuesOf({ enum: values, const: only }: JsonSchema): string[] | undefined {
  if (only !== undefined) return [JSON.stringify(only)]
  return values?.map((value) => JSON.stringify(value))
}
