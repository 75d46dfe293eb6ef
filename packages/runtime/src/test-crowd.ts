// For tests: a thread whose clients connect and ask at once. In `state` it says when all have, and how many were answered.
import { once } from 'node:events'
import { connect } from 'node:net'
import { workerData } from 'node:worker_threads'

const { port, size, state } = workerData as { port: number; size: number; state: Int32Array }

const clients = Array.from({ length: size }, () => connect(port, '127.0.0.1'))
const ends = clients.map((client) => {
  let said = ''
  client.setEncoding('utf8').on('data', (text: string) => (said += text))
  client.on('error', () => {}) // then it was not answered
  client.once('close', () => Atomics.add(state, 1, said.includes('hello') ? 1 : 0))
  return once(client, 'close')
})
await Promise.all(clients.map((client) => once(client, 'connect')))
for (const client of clients) client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
Atomics.store(state, 0, 1)
Atomics.notify(state, 0)
await Promise.allSettled(ends)
