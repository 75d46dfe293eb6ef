import { createServer } from 'node:net'
import { CannotStart } from '../cannot-start.ts'
import { freePort } from '../ports.ts'

/** Three ports that are free on each of `hosts`. */
export async function findPorts(hosts: readonly string[]): Promise<[number, number, number]> {
  const next = () => findPort(hosts)
  const found = new Set([await next()])
  while (found.size < 3) found.add(await next())
  const [port = 0, controllerPort = 0, tlsPort = 0] = found
  return [port, controllerPort, tlsPort]
}

async function findPort(hosts: readonly string[]): Promise<number> {
  for (let i = 0; i < 100; i++) {
    const port = await freePort()
    const free = await Promise.all(hosts.map((host) => isFreeAt(host, port)))
    if (!free.includes(false)) return port
  }
  throw new CannotStart(`No port that is free on ${hosts.join(', ')} was found.`)
}

function isFreeAt(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
