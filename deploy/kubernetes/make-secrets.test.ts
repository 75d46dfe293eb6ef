import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'

const script = fileURLToPath(
  new URL('../../k8s/overlays/quickstart/make-secrets.ts', import.meta.url),
)

/** As a cluster keeps them. */
let kept: Map<string, Record<string, string>>
let account: string
let failing: string | undefined

beforeEach(() => {
  kept = new Map()
  failing = undefined
  account = mkdtempSync(join(tmpdir(), 'account-'))
  writeFileSync(join(account, 'namespace'), 'any')
  writeFileSync(join(account, 'token'), 'the-token')
})

afterEach(() => {
  rmSync(account, { recursive: true })
})

test('every password is random, and what uses an engine knows it', async () => {
  expect(await makeSecrets()).toBe(0)
  const engines = kept.get('engines') ?? {}
  expect(new Set(Object.values(engines)).size).toBe(Object.keys(engines).length)
  expect(kept.get('redirect')?.LINKS_URL).toBe(
    `postgres://redirect:${engines.redirect}@postgres:5432/links`,
  )
  expect(kept.get('migrations')?.LINKS_OWNER_URL).toContain(engines.links_owner)
  expect(kept.get('valkey')?.['users.acl']).toContain(`>${engines.valkey} `)
  expect(kept.get('redirect')?.REDIS_URL).toContain(engines.valkey)
  expect(kept.get('dashboard')?.SESSION_KEY).toBe(engines.session_key)
})

test('a second run changes nothing', async () => {
  await makeSecrets()
  const before = structuredClone(kept)
  expect(await makeSecrets()).toBe(0)
  expect(kept).toEqual(before)
})

test('a run that was interrupted goes on with the passwords of the first', async () => {
  failing = 'redirect'
  expect(await makeSecrets()).toBe(1)
  const { redirect } = kept.get('engines') ?? {}
  failing = undefined
  expect(await makeSecrets()).toBe(0)
  expect(kept.get('redirect')?.LINKS_URL).toContain(redirect)
})

/** Resolves to its exit code. */
async function makeSecrets(): Promise<number> {
  const server = createServer(async (req, res) => {
    const answer = (status: number, body: unknown) =>
      res.writeHead(status).end(JSON.stringify(body))
    if (req.headers.authorization !== 'Bearer the-token') return answer(401, {})
    if (req.method === 'GET') {
      const data = Object.entries(kept.get(req.url?.split('/').at(-1) ?? '') ?? {})
      return answer(200, { data: Object.fromEntries(data.map(([k, v]) => [k, btoa(v)])) })
    }
    let text = ''
    for await (const part of req) text += String(part)
    const { metadata, stringData } = JSON.parse(text)
    if (metadata.name === failing) return answer(500, {})
    if (kept.has(metadata.name)) return answer(409, {})
    kept.set(metadata.name, stringData)
    return answer(201, {})
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const env = { ...process.env, ACCOUNT_DIR: account, API_SERVER: `http://127.0.0.1:${port}` }
  const child = spawn(process.execPath, [script], { env, stdio: 'ignore' })
  const [code] = await once(child, 'close')
  server.closeAllConnections()
  server.close()
  return code
}
