import { readdirSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { build, root } from './kustomize.ts'
import { mistakesIn } from './validate.ts'

const overlays = readdirSync(`${root}k8s/overlays`).map((name) => `k8s/overlays/${name}`)

test.each([...overlays, 'k8s/platform'])('%s: every field is known to the API', async (folder) => {
  const manifests = await build(folder)
  expect(manifests.length).toBeGreaterThan(5)
  expect(manifests.flatMap(mistakesIn)).toEqual([])
})

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'any' },
  spec: {
    selector: { matchLabels: { any: 'any' } },
    template: { metadata: { labels: { any: 'any' } }, spec: { containers: [{ name: 'any' }] } },
  },
}
const rollout = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'any' },
  spec: { strategy: { canary: { steps: [{ setWeight: 1 }] } } },
}

test.each([
  ['a field', { ...deployment, spec: { ...deployment.spec, replica: 1 } }, 'replica'],
  ['a type', { ...deployment, spec: { ...deployment.spec, replicas: 'many' } }, 'replicas'],
  [
    "a field of an operator's kind",
    { ...rollout, spec: { strategy: { canary: { steps: [{ setWeigth: 1 }] } } } },
    'setWeigth',
  ],
  ['a label', { ...rollout, metadata: { name: 'any', label: {} } }, 'label'],
  ['a kind', { ...rollout, kind: 'Rollot' }, 'Rollot'],
])('%s that is misspelt is a mistake', (_what, manifest, misspelt) => {
  expect(mistakesIn(manifest).join('\n')).toContain(misspelt)
})

test('what is spelt well is none', () => {
  expect([deployment, rollout].flatMap(mistakesIn)).toEqual([])
})

test('an unknown field is a mistake wherever it stands, but for where names are free', async () => {
  const free = new Set<string>()
  for (const manifest of await build('k8s/overlays/us-east-1'))
    everyObject(manifest, '', (object, path) => {
      object.unknown = 1
      if (mistakesIn(manifest).length === 0) free.add(path.split('.').at(-1) ?? '')
      delete object.unknown
    })
  expect([...free].sort()).toEqual([
    'argoproj-labs/gatewayAPI',
    'config',
    'limits',
    'plugins',
    'requests',
  ])
})

function everyObject(
  node: unknown,
  path: string,
  visit: (object: Record<string, unknown>, path: string) => void,
): void {
  if (node === null || typeof node !== 'object') return
  if (!Array.isArray(node)) visit(node as Record<string, unknown>, path)
  for (const [name, value] of Object.entries(node))
    everyObject(value, Array.isArray(node) ? path : `${path}.${name}`, visit)
}
