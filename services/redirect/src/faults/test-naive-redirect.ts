// For tests: redirects without the spool, as shorteners are often built. `memory`: clicks wait in a buffer that is
// flushed every 200 ms. `file`: each is appended to a file before the answer, by a call that the process waits for.
import { openSync, writeSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openClickLog } from '@sleepwell/click-log/open-click-log'
import { createLog } from '@sleepwell/runtime/log'
import { v7 as uuidv7 } from 'uuid'

const [how, clickLogUrl = '', path = ''] = process.argv.slice(2)
const log = createLog('naive')
const flushEveryMs = 200

const clickLog = openClickLog(clickLogUrl, { log })
const spool = uuidv7()
let seq = 0
let buffer: Buffer[] = []

const file = how === 'file' ? openSync(path, 'a') : undefined
const keep = (record: string) => {
  if (file === undefined) buffer.push(Buffer.from(record))
  else writeSync(file, `${record}\n`)
}
const flush = async () => {
  const records = buffer
  buffer = []
  if (records.length > 0) await clickLog.publish(records)
}
if (file === undefined) setInterval(() => void flush(), flushEveryMs)

const server = createServer((_req, res) => {
  const id = uuidv7()
  try {
    keep(JSON.stringify({ type: 'click', id, spool, seq: ++seq }))
    res.writeHead(302, { Location: 'https://example.com/', 'X-Request-Id': id })
  } catch {
    res.writeHead(500)
  }
  res.end()
})
server.listen(0, '127.0.0.1', () => {
  log.info({ port: (server.address() as AddressInfo).port }, 'listening')
})
process.once('SIGTERM', () => {
  void flush().then(() => process.exit())
})
