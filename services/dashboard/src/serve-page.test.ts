import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import express, { type Express } from 'express'
import request from 'supertest'
import { servePage } from './serve-page.ts'

const script = 'index-A1b2.js'

let directory: string
let app: Express
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sleepwell-page-'))
  mkdirSync(join(directory, 'assets'))
  const files = {
    'index.html': '<!doctype html><title>Sleepwell</title>',
    'favicon.svg': '<svg/>',
    '.env': 'secret',
    // Each form says which it is, so that the tests see what was sent.
    [`assets/${script}`]: 'plain',
    [`assets/${script}.br`]: 'brotli',
    [`assets/${script}.gz`]: 'gzip',
    'assets/small.css': 'never compressed',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  app = express().use(servePage(directory))
})
afterEach(() => rmSync(directory, { recursive: true }))

test('without a page it says at once how to make one', () => {
  expect(() => servePage(join(directory, 'assets'))).toThrow('build-page.ts')
})

describe('the page', () => {
  test.each(['/', '/links', '/links/01a0e3c4?range=7d'])(
    '%s is the page, asked for anew each time',
    async (path) => {
      const answer = await request(app).get(path).set('Accept', 'text/html').expect(200)
      expect(answer.text).toContain('<title>Sleepwell</title>')
      expect(answer.headers['cache-control']).toBe('no-cache')
    },
  )

  test('whoever wants no page, or a file, gets none', async () => {
    await request(app).get('/links').set('Accept', 'application/json').expect(404)
    await request(app).get('/robots.txt').set('Accept', 'text/html').expect(404)
    await request(app).get('/.env').set('Accept', 'text/html').expect(404)
    await request(app).post('/links').set('Accept', 'text/html').expect(404)
    await request(app).get('/favicon.svg').expect(200)
  })
})

describe('its files', () => {
  test('are kept for a year, as their names tell their content', async () => {
    const { headers, text } = await request(app)
      .get('/assets/small.css')
      .set('Accept-Encoding', 'identity')
      .expect(200)
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(text).toBe('never compressed')
  })

  test.each([
    ['br', 'br', 'brotli'],
    ['gzip, deflate, br, zstd', 'br', 'brotli'],
    ['gzip, br;q=0', 'gzip', 'gzip'],
    ['*', 'br', 'brotli'],
    ['gzip', 'gzip', 'gzip'],
    ['identity', undefined, 'plain'],
    ['zstd', undefined, 'plain'],
  ])('whoever takes %s is sent %s: %s', async (accepted, encoding, sent) => {
    const { headers } = await request(app)
      .head(`/assets/${script}`)
      .set('Accept-Encoding', accepted)
      .expect(200)
    expect(headers['content-encoding']).toBe(encoding)
    expect(headers['content-length']).toBe(String(sent.length))
    expect(headers['content-type']).toMatch(/^text\/javascript/u)
    expect(headers.vary).toBe('Accept-Encoding')
  })

  test('one that has no compressed form is sent as it is', async () => {
    const { headers } = await request(app)
      .get('/assets/small.css')
      .set('Accept-Encoding', 'br')
      .expect(200)
    expect(headers['content-encoding']).toBeUndefined()
  })

  test.each([
    '/assets/index-of-another-release.js',
    '/assets/',
    '/assets/..%2f.env',
    '/assets/.env',
  ])('%s is none, and not the page', async (path) => {
    await request(app).get(path).set('Accept', 'text/html').expect(404)
  })
})
