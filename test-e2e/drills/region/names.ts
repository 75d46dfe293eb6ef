// The name that visitors know, as PowerDNS answers it: the addresses of those regions in which a real link leads on. And those
// who ask for it, each with a memory of its own.
import { Resolver } from 'node:dns/promises'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { killAllIn } from '../processes-in.ts'
import type { RunDirectory } from '../run-directory.ts'
import { waitFor } from '../wait-for.ts'

/** Nobody asks whether regions are up once it is disposed. */
export interface Names extends AsyncDisposable {
  /** Addresses that it answers now. */
  readonly answer: () => Promise<readonly string[]>
  /** The address that a resolver, one of many, gives a visitor now: what it was told last, for as long as it may keep that. */
  readonly address: () => string
}

export interface NamesOptions {
  /** Where PowerDNS listens. */
  readonly host: string
  readonly port: number
  /** In which redirect answers, each on `servicePort`. */
  readonly regions: readonly string[]
  readonly servicePort: number
  /** Of the link by which they are judged. */
  readonly slug: string
}

const name = 'go.sleepwell.test'
export const ttlSeconds = 5
const resolvers = 20

/** Resolves when all regions are answered. */
export async function openNames(run: RunDirectory, options: NamesOptions): Promise<Names> {
  const { host, port, regions } = options
  const machine = run.open('names')
  const { directory } = machine
  const file = (name: string, text: string) => writeFileSync(join(directory, name), text)
  file('pdns.conf', configOf(options, directory))
  file('named.conf', `zone "sleepwell.test" { type master; file "${directory}/zone"; };\n`)
  file('zone', zoneOf(options))
  machine.start({ file: 'pdns_server', words: [`--config-dir=${directory}`] })

  const resolver = new Resolver({ timeout: 1_000, tries: 1 })
  resolver.setServers([`${host}:${port}`])
  const ask = async () => await resolver.resolve4(name, { ttl: true })
  const answer = async () => {
    try {
      return (await ask()).map(({ address }) => address).toSorted()
    } catch {
      return []
    }
  }
  const isWhole = async () => (await answer()).length === regions.length
  await waitFor('the names of both regions', isWhole, machine.lastWords)

  let open = true
  const known = Array.from({ length: resolvers }, (_, i) => regions[i % regions.length] ?? '')
  const keeping = known.map(async (_, i) => {
    // They were not all told at the same moment.
    await sleep((ttlSeconds * 1000 * i) / resolvers)
    while (open) {
      let keptSeconds = 1 // after a failure
      try {
        const told = await ask()
        const one = told[Math.floor(Math.random() * told.length)]
        if (one !== undefined) [known[i], keptSeconds] = [one.address, one.ttl]
      } catch {
        // What it knows is better than nothing.
      }
      await sleep(keptSeconds * 1000)
    }
  })
  return {
    answer,
    address: () => known[Math.floor(Math.random() * known.length)] ?? '',
    [Symbol.asyncDispose]: async () => {
      open = false
      await Promise.all(keeping)
      await killAllIn(directory)
    },
  }
}

function configOf({ host, port }: NamesOptions, directory: string): string {
  return `launch=bind
bind-config=${directory}/named.conf
socket-dir=${directory}
local-address=${host}
local-port=${port}
daemon=no
guardian=no
enable-lua-records=yes
lua-health-checks-interval=1
lua-health-checks-expire-delay=3600
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
`
}

/** A region is up where a real link leads on, and there is a page where it leads. */
function zoneOf({ regions, servicePort, slug }: NamesOptions): string {
  const addresses = regions.map((address) => `'${address}'`).join(',')
  const check = `ifurlup('http://${name}:${servicePort}/${slug}', {{${addresses}}}, {selector='all', timeout=1})`
  return `$TTL ${ttlSeconds}
@ IN SOA ns.sleepwell.test. nobody.sleepwell.test. 1 3600 600 86400 ${ttlSeconds}
@ IN NS ns.sleepwell.test.
ns IN A ${regions[0]}
go IN LUA A "${check}"
`
}
