import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { breakingChanges } from './breaking-changes.ts'
import type { OpenApi } from './open-api-document.ts'
import { documents, outputs } from './outputs.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const committed = (path: string) => readFileSync(join(root, path), 'utf8')

test('nothing that clients rely on is taken from them', async () => {
  const broken = [...(await documents())].flatMap(([path, document]) =>
    breakingChanges(JSON.parse(committed(path)) as OpenApi, document),
  )
  // If it has to be: npm run generate -- --accept-breaking
  expect(broken).toEqual([])
})

test('what is committed is what `npm run generate` writes', async () => {
  const stale = [...(await outputs())].filter(([path, text]) => committed(path) !== text)
  expect(stale.map(([path]) => path)).toEqual([])
})

test('the documents are OpenAPI 3.1 to a validator that is not ours, examples included', async () => {
  for (const document of (await documents()).values()) expect(await faultsOf(document)).toEqual([])
})

test('the validator sees an example that does not fit, and a reference to nothing', async () => {
  const [document] = (await documents()).values()
  const text = JSON.stringify(document)
  const worse = text
    .replace('"slug":"spring-sale"', '"slug":7')
    .replace('#/components/responses/forbidden', '#/components/responses/nothing')
  expect((await faultsOf(JSON.parse(worse) as OpenApi)).join('\n')).toMatch(
    /must be string[^]*resolve|resolve[^]*must be string/iu,
  )
})

test('every route has an answer that is good, and says which key it takes', async () => {
  const withoutScope: string[] = []
  for (const document of (await documents()).values())
    for (const operation of Object.values(document.paths).flatMap((item) => Object.values(item))) {
      expect(Object.keys(operation.responses).some((status) => Number(status) < 300)).toBe(true)
      if (operation.security[0]?.apiKey?.length === 0) withoutScope.push(operation.operationId)
      else expect(operation.security[0]?.apiKey).toBeDefined()
    }
  expect(withoutScope).toEqual(['findOwnKey', 'findKeyHolder'])
})

async function faultsOf(document: OpenApi): Promise<string[]> {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      // The server is the one that serves the document.
      'no-server-example.com': 'off',
      'info-contact': 'off',
      // What stands where an id could is none: ids are UUIDs.
      'no-ambiguous-paths': 'off',
      'tag-description': 'off',
      'no-invalid-media-type-examples': 'error',
      'no-invalid-schema-examples': 'error',
      'no-invalid-parameter-examples': 'error',
      'no-unused-components': 'error',
      'operation-operationId-unique': 'error',
    },
  })
  const source = JSON.stringify(document)
  const found = await lintFromString({ source, absoluteRef: join(root, 'openapi.json'), config })
  return found.map(({ message, location }) => `${message} (${location[0]?.pointer})`)
}
