import { CreateLink, ImportLink, Link, UpdateLink } from '@sleepwell/contracts/link'
import { z } from 'zod'
import type { JsonSchema } from './json-schema.ts'

/** `packages/cli/src/link-fields.ts`: what a person may say of a link, for flags and columns of files. */
export function linkFields(): string {
  return `// Written by \`npm run generate\` out of the schemas of links: name, kind, whether it can be cleared, meaning.

export type FieldKind = 'text' | 'number' | 'boolean' | 'list' | 'object'
export type Field = readonly [name: string, kind: FieldKind, clears: boolean, meaning: string]

export const newLinkFields: readonly Field[] = ${listed(CreateLink)}

export const importedFields: readonly Field[] = ${listed(ImportLink)}

export const linkChangeFields: readonly Field[] = ${listed(UpdateLink)}

export const shownFields: readonly string[] = ${JSON.stringify(Object.keys(Link.shape))}
`
}

function listed(zod: z.ZodType): string {
  const { properties = {} } = z.toJSONSchema(zod, { io: 'input' }) as JsonSchema
  const lines = Object.entries(properties).map(([name, schema]) => {
    const types = typesOf(schema)
    const words = [name, kindOf(types), types.includes('null'), schema.description ?? '']
    return `  ${JSON.stringify(words)},`
  })
  return `[\n${lines.join('\n')}\n]`
}

function kindOf(types: readonly string[]): string {
  const kinds = {
    string: 'text',
    integer: 'number',
    number: 'number',
    boolean: 'boolean',
    array: 'list',
    object: 'object',
  } as const
  const [first] = Object.entries(kinds).filter(([type]) => types.includes(type))
  return first?.[1] ?? 'text'
}

function typesOf({ type, anyOf = [] }: JsonSchema): readonly string[] {
  return [...(type === undefined ? [] : [type].flat()), ...anyOf.flatMap(typesOf)]
}
