import { setTimeout as sleep } from 'node:timers/promises'
import { namespace, podsOf } from '../cluster.ts'
import { startClient, visitorPlace } from '../inside.ts'
import { expectThat, type Proof, type Stage } from '../stage.ts'
import { urlOf } from '../traffic.ts'

interface Service {
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly type: string
    readonly ports: readonly { readonly nodePort?: number }[]
  }
}

interface Node {
  readonly status: { readonly addresses: readonly { type: string; address: string }[] }
}

/** Far longer than whoever enforces a policy needs to hear of it. */
const noticeMs = 5_000

export const onlyRedirectIsPublic: Proof = {
  name: 'only-redirect-is-public',
  promise: 'from outside the cluster redirect is reached, and no other service and no admin port',
  run: async (stage) => {
    const { cluster, found, visitor, program, watcher } = stage
    const services = await cluster.list<Service>(`/api/v1/namespaces/${namespace}/services`)
    const open = services.filter(({ spec }) => spec.type !== 'ClusterIP')
    expectThat(
      open.map(({ metadata }) => metadata.name).join() === 'redirect',
      `open to the outside: ${open.map(({ metadata }) => metadata.name).join(', ')}`,
    )
    const port = open[0]?.spec.ports[0]?.nodePort
    const nodes = await cluster.list<Node>('/api/v1/nodes')
    const addresses = nodes.flatMap(({ status }) =>
      status.addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address),
    )
    const answers = await Promise.all(
      addresses.map((address) => statusOf(`http://${address}:${port}/${found.slugs?.[0]}`)),
    )
    expectThat(answers.includes(302), `at the nodes redirect answers ${answers.join(', ')}`)

    if (!(await policiesAreEnforced(stage))) return { networkPolicies: 'not enforced here' }
    const key = { authorization: `Bearer ${found.apiKey}` }
    const apis = [urlOf('link-write', '/v1/links?limit=1'), urlOf('analytics', '/v1/ledger')]
    for (const url of apis) {
      expectThat((await visitor.ask({ url, headers: key })).status === undefined, `open: ${url}`)
      expectThat((await program.ask({ url, headers: key })).status === 200, `closed: ${url}`)
    }
    for (const service of ['redirect', 'link-write', 'analytics']) {
      const [pod] = await podsOf(cluster, service)
      const url = `http://${pod?.status.podIP}:9080/metrics`
      expectThat((await visitor.ask({ url })).status === undefined, `open: admin of ${service}`)
      expectThat((await watcher.ask({ url })).status === 200, `closed: admin of ${service}`)
    }
    return { networkPolicies: 'enforced' }
  },
}

/** From this machine. */
async function statusOf(url: string): Promise<number | undefined> {
  try {
    return (await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(3_000) })).status
  } catch {
    return undefined
  }
}

/** A pod that nobody may reach is asked. */
async function policiesAreEnforced(stage: Stage): Promise<boolean> {
  const { cluster, place, visitor, node, stop } = stage
  const control = { namespace: visitorPlace.namespace, name: 'control' }
  const image = `${place.images}redirect:good`
  await startClient(cluster, control, { image, node, stop })
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: control,
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': control.name } },
      policyTypes: ['Ingress'],
    },
  }
  await cluster.apply(['-f', '-'], JSON.stringify(policy))
  await sleep(noticeMs, undefined, { signal: stop })
  const pod = `/api/v1/namespaces/${control.namespace}/pods/${control.name}`
  const found = await cluster.get<{ status: { podIP: string } }>(pod)
  const { status } = await visitor.ask({ url: `http://${found?.status.podIP}:8080/` })
  return status === undefined
}
