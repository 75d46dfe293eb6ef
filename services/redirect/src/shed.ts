// The cheapest answer: made once, and the connection ends with it. Its visitor comes again by the queue of the kernel,
// which costs us nothing while it waits.
import type { ServerResponse } from 'node:http'
import { problem } from '@sleepwell/contracts/problem'

const document = problem('unavailable', { detail: 'More is asked than can be answered' })
const body = JSON.stringify(document)
const headers = [
  'Content-Type',
  'application/problem+json',
  'Content-Length',
  String(Buffer.byteLength(body)),
  'Cache-Control',
  'no-store',
  'Retry-After',
  '1',
]
const closing = [...headers, 'Connection', 'close']

/** @param close whether the connection ends too */
export function shed(res: ServerResponse, close: boolean): 'shed' {
  res.writeHead(document.status, close ? closing : headers)
  res.end(res.req.method === 'HEAD' ? undefined : body)
  return 'shed'
}
