import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { parse } from 'yaml'

const deploy = fileURLToPath(new URL('..', import.meta.url))
let scratch: string

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'sleepwell-secrets-'))
  mkdirSync(join(scratch, 'compose'))
  copyFileSync(join(deploy, 'compose/make-secrets.sh'), join(scratch, 'compose/make-secrets.sh'))
})

afterEach(() => {
  rmSync(scratch, { recursive: true })
})

test('all that compose.yaml asks for is made, and nothing else', () => {
  const made = Object.keys(makeSecrets())
  const { secrets }: { secrets: Record<string, { file: string }> } = parse(
    readFileSync(join(deploy, 'compose.yaml'), 'utf8'),
  )
  const asked = Object.values(secrets).map(({ file }) => file.replace('./compose/secrets/', ''))
  expect(made.toSorted()).toEqual([...asked, 'kafka.env'].toSorted())
})

test('each is random, known to those who need it, and to nobody else on the machine', () => {
  const made = makeSecrets()
  const passwords = Object.keys(made).filter((name) => /_(password|key)$/u.test(name))
  for (const name of passwords) expect(made[name]).toMatch(/^[0-9a-f]{64}$/u)
  expect(new Set(passwords.map((name) => made[name])).size).toBe(passwords.length)
  for (const role of ['redirect', 'link_write', 'analytics'])
    expect(made[`${role}_links_url`]).toContain(`//${role}:${made[`${role}_password`]}@postgres/`)
  const redis = new URL(made.redis_url ?? '').password
  expect(made['redis.conf']).toContain(`requirepass ${redis}\n`)
  expect(JSON.parse(made['redis_exporter.json'] ?? '')).toEqual({ 'redis://redis:6379': redis })
  expect(made['kafka.env']).toMatch(/^CLUSTER_ID=[A-Za-z0-9]{22}\n$/u)
  expect(statSync(join(scratch, 'compose/secrets')).mode & 0o777).toBe(0o700)
})

test('a second run changes nothing', () => {
  const before = makeSecrets()
  expect(makeSecrets()).toEqual(before)
  expect(readdirSync(join(scratch, 'compose')).toSorted()).toEqual(['make-secrets.sh', 'secrets'])
})

/** What is in each of its files. */
function makeSecrets(): Record<string, string> {
  const { status } = spawnSync('sh', [join(scratch, 'compose/make-secrets.sh')])
  expect(status).toBe(0)
  const made = join(scratch, 'compose/secrets')
  return Object.fromEntries(
    readdirSync(made).map((name) => [name, readFileSync(join(made, name), 'utf8')]),
  )
}
