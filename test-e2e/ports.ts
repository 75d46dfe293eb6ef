import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * First of a row of four, and one more, whose admin ports, 1000 higher, are free too. The row lies below the ports that engines take
 * by chance, and rows and admin ports never mix: systems that start at once do not meet. Not from 10000 on: fetch
 * refuses 10080.
 */
export async function freeRow(): Promise<number> {
  for (;;) {
    const first = (Math.random() < 0.5 ? 11_000 : 13_000) + Math.floor(Math.random() * 100) * 10
    const row = [0, 1, 2, 3, 4, 1000, 1001, 1002, 1003].map((offset) => first + offset)
    const free = await Promise.all(row.map(isFree))
    if (!free.includes(false)) return first
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen({ port, host: '127.0.0.1', exclusive: true }), 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
