// Makes the Secrets of the quickstart at random. What is there stays: a second run changes nothing, and one that was
// interrupted goes on with the passwords of the first.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'

const account = process.env.ACCOUNT_DIR ?? '/var/run/secrets/kubernetes.io/serviceaccount'
const server = process.env.API_SERVER ?? 'https://kubernetes.default.svc'
const read = (name: string) => readFileSync(`${account}/${name}`, 'utf8').trim()
const secrets = `${server}/api/v1/namespaces/${read('namespace')}/secrets`
const headers = { Authorization: `Bearer ${read('token')}`, 'Content-Type': 'application/json' }

const random = () => randomBytes(32).toString('hex')
const roles = ['links_owner', 'analytics_owner', 'redirect', 'link_write', 'analytics']

await make('engines', {
  postgres: random(),
  ...Object.fromEntries(roles.map((role) => [role, random()])),
  valkey: random(),
  visitor_key: random(),
  session_key: random(),
  kafka_cluster: randomBytes(16).toString('base64url'),
})
const made = await find('engines')

const kafka = 'kafka://kafka:9092'
const links = (role: string) => `postgres://${role}:${made[role]}@postgres:5432/links`
const analytics = (role: string) => `postgres://${role}:${made[role]}@postgres:5432/analytics`

await make('valkey', { 'users.acl': `user default on >${made.valkey} ~* &* +@all\n` })
await make('redirect', {
  LINKS_URL: links('redirect'),
  LINKS_REPLICA_URLS: '',
  REDIS_URL: `redis://:${made.valkey}@valkey:6379`,
  CLICK_LOG_URL: kafka,
  VISITOR_KEY: made.visitor_key ?? '',
})
await make('link-write', { LINKS_URL: links('link_write') })
await make('analytics', {
  ANALYTICS_URL: analytics('analytics'),
  LINKS_URL: links('analytics'),
  LINKS_REPLICA_URLS: '',
  CLICK_LOG_URLS: kafka,
})
// Not of those before, which an earlier release may have made.
await make('dashboard', { SESSION_KEY: made.session_key ?? random() })
await make('migrations', {
  LINKS_OWNER_URL: links('links_owner'),
  ANALYTICS_OWNER_URL: analytics('analytics_owner'),
  CLICK_LOG_URL: kafka,
})

async function make(name: string, stringData: Record<string, string>): Promise<void> {
  const labels = { 'app.kubernetes.io/part-of': 'sleepwell' }
  const response = await fetch(secrets, {
    method: 'POST',
    headers,
    body: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, labels },
      stringData,
    }),
  })
  const text = await response.text()
  if (!response.ok && response.status !== 409)
    throw new Error(`${name}: ${response.status} ${text}`)
  console.log(`${name} ${response.ok ? 'made' : 'is there'}`)
}

async function find(name: string): Promise<Record<string, string>> {
  const response = await fetch(`${secrets}/${name}`, { headers })
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`)
  const { data } = (await response.json()) as { data: Record<string, string> }
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  )
}
