import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { readInventory } from './inventory.ts'

const server = (n: number) => ({
  name: `s-${n}`,
  address: `10.0.0.${n}:8080`,
  admin: `10.0.0.${n}:9080`,
})
const given = {
  haproxy: ['/run/haproxy.sock'],
  backends: ['redirects'],
  prometheus: 'http://p:9090',
  servers: [server(1), server(2)],
  run: ['run'],
  running: ['running'],
}

function read(content: unknown) {
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-inventory-'))
  const file = join(scratch, 'release.json')
  try {
    writeFileSync(file, JSON.stringify(content))
    return { ...readInventory(file), scratch }
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

test.each([
  ['inventory.example.json', 3],
  ['../compose/inventory.json', 2],
])('%s is one', (file, count) => {
  const example = fileURLToPath(new URL(file, import.meta.url))
  expect(readInventory(example).servers).toHaveLength(count)
})

test('what is not said follows from what is', () => {
  const { servers, records, scratch, floor } = read(given)
  expect(servers[0]).toMatchObject({ instance: '10.0.0.1:9080', host: '10.0.0.1' })
  expect(records).toBe(join(scratch, 'releases'))
  expect(floor).toMatchObject({ path: '/sleepwell-probe', status: 302 })
  expect(read({ ...given, floor: false }).floor).toBeUndefined()
})

test.each([
  ['an unknown word', { ...given, server: [] }, 'server'],
  ['one server', { ...given, servers: [server(1)] }, 'servers'],
  ['a server twice', { ...given, servers: [server(1), server(1)] }, 's-1 is there twice'],
  [
    'an address without a port',
    { ...given, servers: [server(1), { ...server(2), admin: 'b' }] },
    'host:port',
  ],
  ['no command', { ...given, run: [] }, 'run'],
  ['link-write without a floor', { ...given, service: 'link-write' }, 'floor'],
])('%s is refused, and said', (_what, content, said) => {
  expect(() => read(content)).toThrow(said)
})
