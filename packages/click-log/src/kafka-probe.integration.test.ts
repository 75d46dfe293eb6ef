// At boot: what a person must mend is told, what may mend itself is not.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { engineUrl } from '@sleepwell/testing/engine'
import { testKafkaUrl } from '@sleepwell/testing/kafka'

/** A process of its own, as it trusts authorities for all of itself. */
async function probe(url: string, authority?: string): Promise<{ code: number; said: string }> {
  const program = `
    import { createLog } from '@sleepwell/runtime/log'
    import { probe, trustAuthorities } from '@sleepwell/runtime/probe'
    import { run } from '@sleepwell/runtime/process'
    import { probeClickLog } from './src/open-click-log.ts'
    const log = createLog('probe')
    await run(log, async () => {
      trustAuthorities(process.env.CA_FILE || undefined)
      await probe('CLICK_LOG_URL', () => probeClickLog(process.env.URL, log), log)
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { URL: url, CA_FILE: authority ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => (said += String(text)))
  const [code] = (await once(child, 'close')) as [number]
  return { code, said }
}

const tlsUrl = () => testKafkaUrl('with TLS')

test('the right password and authority are accepted', async () => {
  expect(await probe(tlsUrl(), engineUrl('TEST_CA_FILE'))).toMatchObject({
    code: 0,
    said: expect.not.stringContaining('reachable'),
  })
})

test('a wrong password is told by the name of the setting, without the password', async () => {
  const url = tlsUrl().replace(/:[^:@]*@/u, ':wrong-one@')
  const { code, said } = await probe(url, engineUrl('TEST_CA_FILE'))
  expect(code).toBe(1)
  expect(said).toContain('CLICK_LOG_URL: ')
  expect(said).toMatch(/authentication/iu)
  expect(said).not.toContain('wrong-one')
})

test('a server that no authority of ours vouches for is refused', async () => {
  const { code, said } = await probe(tlsUrl())
  expect(code).toBe(1)
  expect(said).toMatch(/CLICK_LOG_URL: [^"]*certificate/u)
})

test('an expired certificate is refused', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sleepwell-expired-'))
  const file = (name: string) => join(directory, name)
  writeFileSync(file('names'), 'subjectAltName=IP:127.0.0.1\n')
  const openssl = (...words: string[]) =>
    expect(spawnSync('openssl', words, { stdio: 'ignore' }).status).toBe(0)
  const key = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', file(name)]
  openssl('req', '-x509', ...key('ca.key'), '-out', file('ca.pem'), '-days', '2', '-subj', '/CN=ca')
  openssl('req', ...key('key'), '-out', file('csr'), '-subj', '/CN=kafka')
  const by = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial']
  const issued = ['-extfile', file('names'), '-days', '-1', '-out', file('pem')]
  openssl('x509', '-req', '-in', file('csr'), ...by, ...issued)
  const server = createServer({ key: readFileSync(file('key')), cert: readFileSync(file('pem')) })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { code, said } = await probe(`kafkas://u:p@127.0.0.1:${port}`, file('ca.pem'))
  server.close()
  rmSync(directory, { recursive: true })
  expect(code).toBe(1)
  expect(said).toContain('CLICK_LOG_URL: ')
  expect(said).toContain('expired')
})

test.each([
  ['nobody listens', 'kafka://127.0.0.1:1'],
  ['nobody listens, with TLS', 'kafkas://u:p@127.0.0.1:1,127.0.0.1:2'],
])('%s: not reachable yet, and no mistake', async (_what, url) => {
  const { code, said } = await probe(url)
  expect(code).toBe(0)
  expect(said).toContain('not reachable yet')
})

test('a broker that hangs is not waited for', async () => {
  const server = (await import('node:net')).createServer(() => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { code, said } = await probe(`kafka://127.0.0.1:${port}`)
  expect(code).toBe(0)
  expect(said).toContain('not reachable yet')
  server.close()
})
