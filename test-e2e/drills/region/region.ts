// One region: the whole system in a network of its own, with a Postgres of the links that is the primary of both regions or follows it.
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { newDataDirectory, startSystem, superuserUrl, type System } from '../../system.ts'
import type { Place } from '../node-network.ts'
import { findPostgresPrograms } from '../postgres-programs.ts'
import type { RunDirectory } from '../run-directory.ts'
import { waitFor } from '../wait-for.ts'
import { startLinksFront } from './links-front.ts'
import { prepareLinksServer, type LinksServer } from './links-server.ts'

export interface Region extends AsyncDisposable {
  readonly name: string
  readonly place: Place
  readonly links: LinksServer
  readonly data: string
  /** Starts what leads to the primary, and the stack; resolves when all of it is ready. */
  readonly open: () => Promise<System>
  /** Everything at once: processes, engines, its address. */
  readonly lose: () => Promise<void>
  readonly query: System['query']
}

export interface RegionOptions {
  readonly name: string
  readonly place: Place
  /** Of the row, the same in both regions: a name has no port. */
  readonly ports: number
  /** Of the Postgres of the links, and of what leads to its primary. */
  readonly linksPort: number
  readonly frontPort: number
  readonly env: Readonly<Record<string, string>>
  /** Of this and the other region, in any order. */
  readonly all: () => readonly LinksServer[]
  readonly timeScale: number
}

export function prepareRegion(run: RunDirectory, options: RegionOptions): Region {
  const { name, place, ports, frontPort } = options
  const links = prepareLinksServer(run, `${name}-links`, place, options.linksPort)
  const data = newDataDirectory()
  const front = `postgres://postgres@127.0.0.1:${frontPort}`
  const leadsToPrimary = async () => {
    const asked = await askInside<{ writes: boolean }>(
      place,
      `${front}/postgres?connect_timeout=2`,
      `select current_setting('transaction_read_only') = 'off' as writes`,
    ).catch(() => [])
    return asked[0]?.writes === true
  }
  let system: System | undefined
  return {
    name,
    place,
    links,
    data,
    open: async () => {
      startLinksFront(run, `${name}-front`, place, frontPort, options.all())
      // HAProxy takes every server for one that is up until it has asked.
      await waitFor(`${name} finds the primary`, leadsToPrimary, () => '')
      system = await startSystem({
        form: 'stack',
        data,
        port: ports,
        place,
        timeScale: options.timeScale,
        links: [front, links.url],
        env: options.env,
      })
      return system
    },
    lose: async () => {
      place.cut()
      await place.killAll()
    },
    query: async (database, sql, values = []) => {
      if (database === 'links') return await links.query('links', sql, values)
      return await askInside(place, superuserUrl(data, 'analytics'), sql)
    },
    [Symbol.asyncDispose]: async () => {
      await system?.stop()
      rmSync(dirname(data), { recursive: true, force: true })
    },
  }
}

/** Of databases that listen in there alone. */
async function askInside<Row>({ enter }: Place, url: string, sql: string): Promise<Row[]> {
  const [file, ...words] = [
    ...enter,
    join(findPostgresPrograms(), 'psql'),
    '-XAtq',
    url,
    '-c',
    `select coalesce(json_agg(rows), '[]') from (${sql}) as rows`,
  ]
  const { stdout } = await promisify(execFile)(file, words, { maxBuffer: 256 << 20 })
  return JSON.parse(stdout) as Row[]
}

/** Passwords of roles, the key by which visitors are told apart, the first API key: what regions have in common. */
export function shareSecrets(from: Region, to: Region): void {
  mkdirSync(to.data, { recursive: true, mode: 0o700 })
  copyFileSync(join(from.data, 'secrets.json'), join(to.data, 'secrets.json'))
}
