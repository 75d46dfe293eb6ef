// For tests: an API with a blocklist that changes.
import { setTimeout as sleep } from 'node:timers/promises'
import { Link } from '@sleepwell/contracts/link'
import request from 'supertest'
import type { Blocklist } from './follow-blocklist.ts'
import { startScanning } from './scan-links.ts'
import { openTestApi } from './test-api.ts'
import { silentLog } from './test-postgres.ts'

export const evil = 'https://evil.example/login'
export const good = 'https://example.com/'

/** A list of hosts. */
export function listOf(hosts: readonly string[], isChange = true): Blocklist {
  return {
    entryAgainst: (href) => hosts.find((host) => new URL(href).hostname === host),
    entries: hosts.length,
    digest: Buffer.from(`list ${hosts.join()}`).toString('hex').padEnd(64, '0'),
    isChange,
  }
}

export async function openListed() {
  const open = new AsyncDisposableStack()
  let list: Blocklist | undefined
  const api = open.use(await openTestApi({ entryAgainst: (href) => list?.entryAgainst(href) }))
  const { postgres } = api
  const admin = await api.bearer('operator')
  const acme = await api.bearer('acme', 'links:create', 'links:read', 'links:write')
  const create = (body: object, Authorization = acme) =>
    request(api.origin).post('/v1/links').set({ Authorization }).send(body)
  const made = async (body: object) => Link.parse((await create(body).expect(201)).body)
  const patch = (id: string, body: object, Authorization = acme) =>
    request(api.origin).patch(`/v1/links/${id}`).set({ Authorization, 'If-Match': '*' }).send(body)
  const scans = async () => {
    const { rows } = await postgres.query<{ digest: string; done: boolean }>(
      `select encode(digest, 'hex') as digest, scanned_at is not null as done
       from blocklists order by in_force_from desc`,
    )
    return rows
  }
  const startScan = (of: () => Blocklist | undefined = () => list) =>
    startScanning({ postgres, list: of, log: silentLog, everyMs: 5 })
  const inForce = async (digest: string) => {
    while ((await scans())[0]?.digest !== digest) await sleep(5)
    // All who wrote by the list before have ended.
    await postgres.query(`update blocklists set in_force_from = in_force_from - interval '6 s'`)
  }
  return {
    ...api,
    admin,
    acme,
    create,
    made,
    patch,
    scans,
    startScan,
    inForce,
    isBlocked: async (id: string) => {
      const answer = await request(api.origin).get(`/v1/links/${id}`).set({ Authorization: acme })
      return Link.parse(answer.body).blocked
    },
    setList: (next: Blocklist | undefined) => (list = next),
    /** Puts a list in force and waits until every link has been looked at. */
    apply: async (next: Blocklist) => {
      list = next
      await using _ = startScan()
      await inForce(next.digest)
      while (!(await scans())[0]?.done) await sleep(5)
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
