import { expect, test } from '@jest/globals'
import express from 'express'
import request from 'supertest'
import { serveDocuments } from './serve-documents.ts'

const document = JSON.stringify({ openapi: '3.1.1', info: { title: 'Things & "others"' } })
const app = express().use(serveDocuments(document))

test('the document is served as it is, and not sent again to whoever has it', async () => {
  const { text, headers } = await request(app).get('/openapi.json').expect(200)
  expect(text).toBe(document)
  expect(headers['content-type']).toMatch(/^application\/json/u)
  await request(app).get('/openapi.json').set('If-None-Match', String(headers.etag)).expect(304)
})

test('the page names only what this service serves, and may load nothing else', async () => {
  const { text, headers } = await request(app).get('/docs').expect(200)
  const loaded = [...text.matchAll(/\b(?:src|href|data-url)="([^"]+)"/gu)].map(([, url]) => url)
  expect(new Set(loaded)).toEqual(new Set(['openapi.json', 'docs/scalar.js', 'data:,']))
  expect(text).not.toMatch(/https?:\/\//u)
  expect(text).toContain('<title>Things &amp; &quot;others&quot;</title>')
  const policy = String(headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'; script-src 'self';")
  expect(policy).not.toMatch(/https?:|\*/u)
})

test('its script is a whole one, packed for whoever can unpack it', async () => {
  const get = (encoding: string) =>
    request(app).get('/docs/scalar.js').set('Accept-Encoding', encoding).buffer(true)
  const plain = await get('identity').expect(200)
  expect(plain.headers['content-type']).toMatch(/^text\/javascript/u)
  expect(plain.text.length).toBeGreaterThan(1_000_000)
  const packed = await get('gzip').expect(200)
  expect(packed.headers['content-encoding']).toBe('gzip')
  expect(Number(packed.headers['content-length'])).toBeLessThan(plain.text.length / 2)
  expect(packed.text === plain.text).toBe(true)
  const tag = String(packed.headers.etag)
  await request(app).get('/docs/scalar.js').set('If-None-Match', tag).expect(304)
  await request(app).head('/docs/scalar.js').expect(200)
})

test('each path has one spelling', async () => {
  for (const path of ['/docs/', '/Docs', '/openapi.json/', '/docs/scalar.js.map'])
    await request(app).get(path).expect(404)
})
