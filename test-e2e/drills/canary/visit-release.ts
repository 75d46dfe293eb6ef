// node visit-release.ts RELEASE: a hundred visits to a link in memory, by the release itself; it prints what became of them.
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

export interface Visited {
  readonly found: number
  readonly error: number
  readonly slow: number
}

const [release = '.'] = process.argv.slice(2)
const source = join(resolve(release), 'services/redirect/src/test-redirect.ts')
const { link, redirectServing } = (await import(pathToFileURL(source).href)) as {
  readonly link: object
  readonly redirectServing: (link: object) => { server: Server; outcomes: readonly string[] }
}

const { server, outcomes } = redirectServing(link)
await once(server.listen(0, '127.0.0.1'), 'listening')
const { port } = server.address() as AddressInfo
let slow = 0
for (let i = 0; i < 100; i++) {
  const startedAt = performance.now()
  await fetch(`http://127.0.0.1:${port}/home`, { redirect: 'manual' })
  if (performance.now() - startedAt > 90) slow += 1
}
const count = (wanted: string) => outcomes.filter((outcome) => outcome === wanted).length
const visited: Visited = { found: count('found'), error: count('error'), slow }
console.log(JSON.stringify(visited))
server.close()
