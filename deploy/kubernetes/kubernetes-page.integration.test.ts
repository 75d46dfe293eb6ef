// docs/kubernetes.md says what an operator has to bring, and what it costs.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { build, type Manifest, root } from './kustomize.ts'
import { ofKind, podsOf } from './pods.ts'
import { type Requests, requestsOf, sum } from './requests.ts'

const overlays = readdirSync(`${root}k8s/overlays`)
const page = readFileSync(`${root}docs/kubernetes.md`, 'utf8')

test.each(overlays)('%s asks for what the page says', async (overlay) => {
  const requests = [...requestsOf(await build(`k8s/overlays/${overlay}`)).values()]
  const [least, most] = [0, 1].map((i) => sum(requests.map((both) => both[i] as Requests))) as [
    Requests,
    Requests,
  ]
  const said = page.split('\n').findLast((line) => line.startsWith(`| \`${overlay}\` `))
  expect(said?.split('|').map((cell) => cell.trim())).toEqual([
    '',
    `\`${overlay}\``,
    `${least.pods} to ${most.pods}`,
    `${least.cores.toFixed(1)} to ${most.cores.toFixed(1)}`,
    `${least.gibibytes.toFixed(0)} to ${most.gibibytes.toFixed(0)}`,
    '',
  ])
})

test.each(overlays)(
  '%s: every Secret that has to be there is on the page, with its keys',
  async (overlay) => {
    const manifests = await build(`k8s/overlays/${overlay}`)
    const needed = secretsOf(manifests)
    // Those of the engines of the quickstart are made in the cluster.
    const own = overlay === 'quickstart' ? ['engines'] : []
    const missing = needed.filter(({ name, keys }) =>
      own.includes(name) ? false : [name, ...keys].some((word) => !page.includes(`\`${word}\``)),
    )
    expect(needed.length).toBeGreaterThan(3)
    expect(missing).toEqual([])
  },
)

test.each(overlays)('%s: no operator makes what has a name of ours', async (overlay) => {
  const manifests = await build(`k8s/overlays/${overlay}`)
  const names = (kind: string) => ofKind(manifests, kind).map(({ metadata }) => metadata.name)
  // CloudNativePG an account for each cluster, Strimzi a Secret for each user.
  const accounts = names('ServiceAccount')
  expect(names('Cluster').filter((name) => accounts.includes(name))).toEqual([])
  const secrets = secretsOf(manifests).map(({ name }) => name)
  expect(names('KafkaUser').filter((name) => secrets.includes(name))).toEqual([])
})

test('there are no secrets in the files', async () => {
  for (const overlay of overlays)
    expect(ofKind(await build(`k8s/overlays/${overlay}`), 'Secret')).toEqual([])
  const files = readdirSync(`${root}k8s`, { recursive: true, withFileTypes: true })
  const texts = files
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => readFileSync(`${parentPath}/${name}`, 'utf8'))
  expect(texts.length).toBeGreaterThan(30)
  const password =
    /(postgres|redis|kafka)s?:\/\/[^\s/:@]*:(?!\$\{)[^\s/@]+@|PRIVATE KEY-----|\bsw_[0-9A-Za-z]{20}/u
  expect(texts.filter((text) => password.test(text))).toEqual([])
})

interface Needed {
  readonly name: string
  readonly keys: readonly string[]
}

function secretsOf(manifests: readonly Manifest[]): Needed[] {
  const mounted = podsOf(manifests).flatMap(({ spec, containers }) =>
    (spec.volumes ?? []).flatMap((volume: { secret?: { secretName: string } }) => {
      if (volume.secret === undefined) return []
      const files = containers.flatMap(({ env = [] }) =>
        env.flatMap(({ name, value = '' }) =>
          name.endsWith('_FILE') && value.startsWith('/run/secrets/sleepwell/')
            ? [name.slice(0, -5)]
            : [],
        ),
      )
      return [{ name: volume.secret.secretName, keys: files }]
    }),
  )
  const referred = [
    ...JSON.stringify(manifests).matchAll(
      /"(?:secret|passwordSecret|secretKeyRef|serverCASecret|clientCASecret)":(?:\{"(?:key":"[^"]*","name|name)":)?"(?<name>[a-z-]+)"/gu,
    ),
  ].map(({ groups }) => ({ name: groups?.name ?? '', keys: [] }))
  return [...mounted, ...referred]
}
