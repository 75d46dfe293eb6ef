// What the monitor from outside takes for a redirect, and that it reads the date on a certificate, by a real exporter.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { makeAuthority } from '../certificates.ts'
import { freePort, host } from '../ports.ts'
import { supervise } from '../supervise.ts'
import { httpProgram } from './http-program.ts'
import { blackboxConfig } from './scrape-config.ts'

const days = 10
const open = new AsyncDisposableStack()
let blackbox: string
let visitorsDoor: string
let secureDoor: string

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sleepwell-blackbox-'))
  open.defer(() => rmSync(directory, { recursive: true }))
  const authority = makeAuthority(directory)
  const { certificateFile, keyFile } = authority.issue('front', days)
  const answer: RequestListener = (req, res) => {
    const status = Number(req.url?.slice(1))
    // Nothing listens where it leads: who follows fails.
    res.writeHead(status, status === 302 ? { location: `http://${host}:1/` } : {}).end()
  }
  visitorsDoor = `http://${await listen(createHttpServer(answer))}`
  const tls = { cert: readFileSync(certificateFile), key: readFileSync(keyFile) }
  secureDoor = `https://${await listen(createHttpsServer(tls, answer))}`

  const config = join(directory, 'blackbox.yml')
  writeFileSync(config, blackboxConfig())
  const place = `${host}:${await freePort()}`
  blackbox = `http://${place}`
  const program = httpProgram({
    name: 'Blackbox exporter',
    words: [
      'prometheus-blackbox-exporter',
      `--config.file=${config}`,
      `--web.listen-address=${place}`,
    ],
    env: { SSL_CERT_FILE: authority.authorityFile },
    readyUrl: `${blackbox}/-/healthy`,
  })
  await open.use(supervise(program, { say: () => {}, hurry: new AbortController().signal })).ready
})
afterAll(() => open.disposeAsync())

test('a redirect is one, wherever it leads', async () => {
  expect(await probe(`${visitorsDoor}/302`, 'probe_success')).toBe(1)
})

test.each([200, 301, 404, 429, 503])('%d is none', async (status) => {
  expect(await probe(`${visitorsDoor}/${status}`, 'probe_success')).toBe(0)
})

test('a door that is closed is none', async () => {
  expect(await probe(`http://${host}:1/302`, 'probe_success')).toBe(0)
})

test('of a secure door it is known when the certificate expires', async () => {
  const expiresAt = await probe(`${secureDoor}/302`, 'probe_ssl_earliest_cert_expiry')
  const left = (expiresAt - Date.now() / 1000) / 86_400
  // The authority itself lives for two days: what expires first is what counts.
  expect(left).toBeGreaterThan(1.9)
  expect(left).toBeLessThanOrEqual(days)
  expect(await probe(`${secureDoor}/302`, 'probe_success')).toBe(1)
})

async function probe(target: string, metric: string): Promise<number> {
  const words = new URLSearchParams({ module: 'redirect', target })
  const text = await (await fetch(`${blackbox}/probe?${words.toString()}`)).text()
  const value = new RegExp(`^${metric} (.+)$`, 'mu').exec(text)?.[1]
  if (value === undefined) throw new Error(`no ${metric}:\n${text}`)
  return Number(value)
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  open.defer(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('no port')
  return `${host}:${address.port}`
}
