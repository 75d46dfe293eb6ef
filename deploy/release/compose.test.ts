// What a first `docker compose up` would show, as far as it can be read without Docker.
import { existsSync, readFileSync } from 'node:fs'
import { BlockList } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { readInventory } from './inventory.ts'

interface Service {
  readonly image: string
  readonly build?: object
  readonly restart: string
  readonly pull_policy?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly secrets?: readonly string[]
  readonly healthcheck?: { readonly disable?: boolean }
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly networks?: { readonly default: { readonly ipv4_address: string } }
}

const at = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url))
const compose: {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: {
    readonly default: {
      readonly ipam: { readonly config: readonly { subnet: string; ip_range: string }[] }
    }
  }
  readonly volumes: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, unknown>>
} = parse(readFileSync(at('compose.yaml'), 'utf8'), { merge: true })
const services = Object.entries(compose.services)
const { dashboard, haproxy, prometheus } = compose.services
const inventory = readInventory(at('compose/inventory.json'))

const addresses = new Map(
  services.flatMap(([name, { networks }]) =>
    networks === undefined ? [] : [[name, networks.default.ipv4_address] as const],
  ),
)
const mounts = services.flatMap(([name, { volumes = [] }]) =>
  volumes.map((volume) => ({ name, volume, source: volume.split(':')[0] ?? '' })),
)

test('nobody is given an address that another one has for itself', () => {
  const [{ subnet, ip_range } = { subnet: '', ip_range: '' }] = compose.networks.default.ipam.config
  for (const [name, address] of addresses)
    expect([name, isIn(subnet, address), isIn(ip_range, address)]).toEqual([name, true, false])
  expect(new Set(addresses.values()).size).toBe(addresses.size)
})

test('where a server is, is said alike to HAProxy, to a release and to redirect', () => {
  for (const [i, { name, address, admin, instance }] of inventory.servers.entries()) {
    expect(`${addresses.get(name)}:8080`).toBe(address)
    expect(`${addresses.get(name)}:9080`).toBe(admin)
    expect(haproxy?.environment?.[`REDIRECT_${i + 1}`]).toBe(address)
    expect(instance).toBe(`${name}:9080`)
    expect(compose.services[name]?.environment?.TRUSTED_PROXIES).toBe(
      `${addresses.get('haproxy')}/32`,
    )
  }
})

test('HAProxy may write where its runtime API is, and a release finds it there', () => {
  // Of the directories in its image this one is its own; it does not run as root.
  expect(haproxy?.volumes).toContain('haproxy:/var/lib/haproxy')
  expect(haproxy?.environment?.RUNTIME_API).toBe('/var/lib/haproxy/haproxy.sock')
  expect(inventory.haproxy).toEqual([
    '/var/lib/docker/volumes/sleepwell_haproxy/_data/haproxy.sock',
  ])
})

test('an image of ours is built by one, and fetched by nobody', () => {
  const ours = services.filter(([, { image }]) => image.includes('sleepwell/'))
  for (const [name, service] of ours) expect([name, service.pull_policy]).toEqual([name, 'never'])
  const built = services.filter(([, { build }]) => build !== undefined)
  const images = built.map(([, { image }]) => image.split(':')[0] ?? '')
  expect(images.toSorted()).toEqual([
    'sleepwell/analytics',
    'sleepwell/dashboard',
    'sleepwell/link-write',
    'sleepwell/redirect',
  ])
})

test('an image of others has a version', () => {
  for (const [, { image }] of services.filter(([, { image }]) => !image.includes('sleepwell/')))
    expect(image).toMatch(/^[a-z0-9_/-]+:v?\d+\.\d+[.\d]*(-[a-z]+)?$/u)
})

test('who runs for good is started again, and asked whether it is well', () => {
  const jobs = ['first-key', 'migrate-analytics', 'migrate-links', 'topics']
  // In the image of the exporter of Redis is nothing that could ask.
  const unasked = ['redis-exporter']
  for (const [name, { image, restart, healthcheck }] of services) {
    expect([name, restart]).toEqual([name, jobs.includes(name) ? 'no' : 'unless-stopped'])
    const asked = healthcheck === undefined ? image.includes('sleepwell/') : !healthcheck.disable
    expect([name, asked]).toEqual([name, !jobs.includes(name) && !unasked.includes(name)])
  }
})

test('Prometheus asks whom there is, and nobody before visitors come in', () => {
  const hosts = readFileSync(at('compose/prometheus.yml'), 'utf8').matchAll(
    /(?<=['/])([a-z][a-z0-9-]*):\d+/gu,
  )
  const asked = new Set([...hosts].map(([, host]) => host ?? ''))
  expect(asked.size).toBeGreaterThan(8)
  for (const host of asked) expect(['localhost', ...Object.keys(compose.services)]).toContain(host)
  expect(prometheus?.depends_on).toEqual({ haproxy: { condition: 'service_healthy' } })
})

test('the dashboard asks the services that Prometheus asks', () => {
  const targets = readFileSync(at('compose/prometheus.yml'), 'utf8').match(/[a-z0-9-]+:9080/gu)
  const asked = dashboard?.environment?.ADMIN_URLS?.split(', ') ?? []
  for (const one of asked) expect(one).toMatch(/^([a-z-]+)=http:\/\/\1(-\d)?:9080$/u)
  expect(asked.map((one) => one.replace(/.*\//u, ''))).toEqual(targets)
})

test('from outside only visitors come in', () => {
  for (const [name, { ports = [] }] of services)
    for (const port of ports)
      expect([name, port.startsWith('127.0.0.1:')]).toEqual([name, name !== 'haproxy'])
})

test('what has to be secret comes from a file', () => {
  const open = services.flatMap(([name, { environment = {} }]) =>
    Object.keys(environment)
      .filter((setting) => /PASS|SECRET|KEY|_URLS?$/u.test(setting) && !setting.endsWith('_FILE'))
      // Addresses without a password.
      .filter(
        (setting) => !/^(PUBLIC|CLICK_LOG|.*_API|DASHBOARD|PROMETHEUS|ADMIN)_URLS?$/u.test(setting),
      )
      .map((setting) => `${name}: ${setting}`),
  )
  expect(open).toEqual([])
})

test('what is mounted is there, and what is declared is used', () => {
  for (const { name, source } of mounts.filter((mount) => mount.source.startsWith('.')))
    expect([name, source, existsSync(at(source))]).toEqual([name, source, true])
  const named = mounts.map(({ source }) => source).filter((source) => !source.startsWith('.'))
  expect(new Set(named)).toEqual(new Set(Object.keys(compose.volumes)))
  const read = services.flatMap(([, { secrets = [] }]) => secrets)
  expect(new Set(read)).toEqual(new Set(Object.keys(compose.secrets)))
})

function isIn(subnet: string, address: string): boolean {
  const [network = '', bits] = subnet.split('/')
  const list = new BlockList()
  list.addSubnet(network, Number(bits))
  return list.check(address)
}
