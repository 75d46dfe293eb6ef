// What an API server would say of a manifest's fields, by the schemas of Kubernetes and of the operators' own kinds.
import { readdirSync, readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import type { Manifest } from './kustomize.ts'

const folder = new URL('schemas/', import.meta.url)
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))

const { kinds, $defs } = read('built-in.json')
const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false })

/** By apiVersion and kind. */
const validators = new Map<string, ValidateFunction>()

for (const schema of kinds) {
  const { apiVersion, kind } = schema.properties
  validators.set(`${apiVersion.enum[0]} ${kind.enum[0]}`, ajv.compile({ ...schema, $defs }))
}
for (const name of readdirSync(folder)) {
  if (name === 'built-in.json') continue
  const { apiVersion, kind, schema } = read(name)
  validators.set(`${apiVersion} ${kind}`, ajv.compile({ ...schema, $defs }))
}

/** Empty if every field is known and of its type. */
export function mistakesIn(manifest: Manifest): string[] {
  const validate = validators.get(`${manifest.apiVersion} ${manifest.kind}`)
  if (validate === undefined) return [`${manifest.apiVersion} ${manifest.kind} is no known kind`]
  validate(manifest)
  return (validate.errors ?? []).map(
    ({ instancePath, message = '', params }) =>
      `${manifest.kind} ${manifest.metadata.name} ${instancePath}: ${message} ${JSON.stringify(params)}`,
  )
}
