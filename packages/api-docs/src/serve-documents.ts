import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Router } from 'express'
import { docsPage } from './docs-page.ts'

const compress = promisify(gzip)
const anHour = 'public, max-age=3600'

/** What the page needs, and no more: its script, this API. Scalar sets styles in ways that no nonce allows. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** `GET /openapi.json`, and `GET /docs`, a page to read it; for everybody. @param document as JSON */
export function serveDocuments(document: string): Router {
  const { info } = JSON.parse(document) as { info: { title: string } }
  const router = Router({ caseSensitive: true, strict: true })
  const etag = etagOf(document)
  router.get('/openapi.json', (_req, res) => {
    // A page elsewhere may read it: it says nothing that is secret.
    res.set({
      'Cache-Control': 'public, max-age=60',
      ETag: etag,
      'Access-Control-Allow-Origin': '*',
    })
    res.type('json').send(document)
  })
  router.get('/docs', (_req, res) => {
    res.set({ 'Cache-Control': 'no-cache', 'Content-Security-Policy': policy })
    res.type('html').send(docsPage(info.title))
  })
  let script: Promise<Script> | undefined
  router.get('/docs/scalar.js', async (req, res) => {
    // Megabytes that hardly anybody asks for.
    script ??= loadScript()
    const { plain, packed, tag } = await script
    const take = req.acceptsEncodings('gzip', 'identity') === 'gzip'
    res.set({ 'Cache-Control': anHour, ETag: tag, Vary: 'Accept-Encoding' })
    if (take) res.set('Content-Encoding', 'gzip')
    res.type('text/javascript').send(take ? packed : plain)
  })
  return router
}

interface Script {
  readonly plain: Buffer
  readonly packed: Buffer
  readonly tag: string
}

async function loadScript(): Promise<Script> {
  const { scalarScript } = await import('./scalar-script.ts')
  const text = scalarScript()
  const plain = Buffer.from(text)
  return { plain, packed: await compress(plain), tag: etagOf(text) }
}

function etagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url')}"`
}
