// Two regions, of which one has the primary of the links.
import { beforeAll, expect, test } from '@jest/globals'
import { probeSlug } from '@sleepwell/contracts/probe-link'
import { build, type Manifest } from './kustomize.ts'
import { named, ofKind, podsOf } from './pods.ts'

const regions = ['us-east-1', 'eu-west-1']
const manifests = new Map<string, Manifest[]>()
const of = (region: string) => manifests.get(region) ?? []

beforeAll(async () => {
  for (const region of regions) manifests.set(region, await build(`k8s/overlays/${region}`))
})

test('both say which one it is, and know the way to each other', () => {
  const roles = regions.map((region) => named(of(region), 'Cluster', 'links').spec)
  expect(roles.map(({ replica }) => replica.self)).toEqual(regions)
  expect(new Set(roles.map(({ replica }) => replica.primary)).size).toBe(1)
  for (const { replica, externalClusters } of roles) {
    expect(externalClusters.map(({ name }: { name: string }) => name)).toEqual(regions)
    expect(regions).toContain(replica.source)
    expect(replica.source).not.toBe(replica.self)
  }
})

test('the one with the primary begins anew, the other one as its copy; writes of both go to the primary', () => {
  for (const region of regions) {
    const { replica, bootstrap } = named(of(region), 'Cluster', 'links').spec
    const { externalName } = named(of(region), 'Service', 'links-primary').spec
    if (replica.primary === region) {
      expect(bootstrap.initdb.database).toBe('links')
      expect(externalName).toMatch(/^links-rw\.sleepwell\.svc\./u)
    } else {
      expect(bootstrap.pg_basebackup.source).toBe(replica.primary)
      expect(externalName).toBe(`links.${replica.primary}.sleepwell.internal`)
    }
  }
})

test('a certificate has every name by which a primary is called', () => {
  for (const region of regions) {
    const { certificates } = named(of(region), 'Cluster', 'links').spec
    expect(certificates.serverAltDNSNames).toEqual(
      expect.arrayContaining(['links-primary', `links.${region}.sleepwell.internal`]),
    )
    expect(certificates).toMatchObject({
      serverCASecret: 'engines-ca',
      clientCASecret: 'engines-ca',
    })
  }
})

test('an acknowledged link is in two places, and a primary that hangs is not waited for', () => {
  for (const region of regions) {
    const { instances, postgresql, switchoverDelay } = named(of(region), 'Cluster', 'links').spec
    expect(instances).toBe(3)
    expect(postgresql.synchronous).toEqual({
      method: 'any',
      number: 1,
      dataDurability: 'required',
      failoverQuorum: true,
    })
    // Its default is an hour, for which a primary that hangs would be waited for.
    expect(switchoverDelay).toBeLessThanOrEqual(15)
  }
})

test.each(regions)('%s: short links, the way in, the probe and DNS speak of one host', (region) => {
  const [settings] = of(region).filter(({ data }) => data?.PUBLIC_URL !== undefined)
  const host = new URL(settings?.data.PUBLIC_URL).hostname
  for (const name of ['redirect', 'to-https'])
    expect(named(of(region), 'HTTPRoute', name).spec.hostnames).toEqual([host])
  const [probe] = ofKind(of(region), 'Probe')
  expect(probe?.spec.targets.staticConfig.static).toEqual([`https://${host}/${probeSlug}`])
  expect(probe?.spec.jobName).toBe('redirect-probe')
  const [gslb] = ofKind(of(region), 'Gslb')
  expect(gslb?.spec.resourceRef).toMatchObject({ kind: 'HTTPRoute', name: 'redirect' })
  expect(gslb?.spec.strategy.dnsTtlSeconds).toBeLessThanOrEqual(30)
  const floor = podsOf(of(region)).find(({ name }) => name === 'redirect-floor')
  const url = floor?.containers[0]?.env?.find(({ name }) => name === 'VISIT_URL')?.value
  expect(new URL(url ?? '').pathname).toBe(`/${probeSlug}`)
})

test('the regions differ in nothing but which one they are', () => {
  const own = ['Cluster links', 'Service links-primary']
  const [one, other] = regions.map((region) =>
    of(region)
      .filter(({ kind, metadata }) => !own.includes(`${kind} ${metadata.name}`))
      // The hash of settings is in names: the farther region waits longer for the primary.
      .map(({ kind, metadata }) => `${kind} ${metadata.name.replace(/-[a-z0-9]{10}$/u, '')}`),
  )
  expect(one).toEqual(other)
})
