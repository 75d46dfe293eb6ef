// Every place where something of a visitor could have been left behind, as bytes to be searched.
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Service, System } from './system.ts'

export interface Place {
  readonly name: string
  readonly contents: readonly Buffer[]
}

const services: readonly Service[] = ['redirect', 'link-write', 'analytics', 'dashboard']
const databases = ['links', 'analytics'] as const

/** Of a directory; what goes away meanwhile is not there. */
export function filesIn(name: string, directory: string): Place {
  const contents = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      try {
        return [readFileSync(join(entry.parentPath, entry.name))]
      } catch {
        return []
      }
    })
  return { name, contents }
}

/** Every row of every table, as text. */
export async function tablesOf(system: System, database: 'links' | 'analytics'): Promise<Place> {
  const tables = await system.query<{ name: string }>(
    database,
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  const contents: Buffer[] = []
  for (const { name } of tables) {
    const rows = await system.query<{ row: string }>(
      database,
      `select t::text as row from ${name} t`,
    )
    contents.push(Buffer.from(`${name}\n${rows.map(({ row }) => row).join('\n')}`))
  }
  return { name: `tables of ${database}`, contents }
}

export async function everyTable(system: System): Promise<Place[]> {
  return await Promise.all(databases.map((database) => tablesOf(system, database)))
}

export async function everyMetric(system: System): Promise<Place[]> {
  return await Promise.all(
    services.map(async (service) => ({
      name: `metrics of ${service}`,
      contents: [Buffer.from(await system.metricsOf(service))],
    })),
  )
}

/** Whatever Redis holds, as it would write it to its disk; uncompressed, to be searched. */
export async function keysOfRedis(system: System): Promise<Place> {
  const { redis: password } = JSON.parse(
    readFileSync(join(system.data, 'secrets.json'), 'utf8'),
  ) as { redis: string }
  const { hostname, port } = new URL(`redis://${system.access.engines.Redis}`)
  const socket = connect(Number(port), hostname)
  socket.end(`AUTH ${password}\r\nCONFIG SET rdbcompression no\r\nSAVE\r\nQUIT\r\n`)
  const answers: Buffer[] = []
  socket.on('data', (bytes: Buffer) => answers.push(bytes))
  await once(socket, 'close')
  const said = String(Buffer.concat(answers))
  if (said !== '+OK\r\n'.repeat(4)) throw new Error(`Redis did not save: ${said}`)
  return filesIn('keys of Redis', join(system.data, 'redis'))
}

/** How often the text is there: as it is, and in hexadecimal, as Postgres shows bytes. */
export function hits(place: Place, text: string): number {
  const forms = [Buffer.from(text), Buffer.from(Buffer.from(text).toString('hex'))]
  let count = 0
  for (const bytes of place.contents) {
    for (const form of forms) {
      for (let at = bytes.indexOf(form); at !== -1; at = bytes.indexOf(form, at + 1)) count += 1
    }
  }
  return count
}
