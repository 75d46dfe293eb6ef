// What a release has to know of a place: who runs the service there, who leads visitors to it, and who knows how it does.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { probeLink } from '@sleepwell/contracts/probe-link'
import { CannotStart } from '@sleepwell/deploy-local/cannot-start'
import { z } from 'zod'

const name = z.string().regex(/^[\w.-]+$/u, 'letters, digits, dots, dashes')
const address = z.string().regex(/^[^\s:/]+:\d+$/u, 'host:port')
/** A program and its words, in which {server}, {host} and {release} are replaced. */
const command = z.array(z.string().min(1)).min(1)

const Server = z.strictObject({
  /** As HAProxy calls it. */
  name,
  /** Where it serves, and where it tells how it is; as seen from here. */
  address,
  admin: address,
  /** Prometheus' label `instance`; the admin address if absent. */
  instance: z.string().min(1).optional(),
  /** For commands; the host of the address if absent. */
  host: z.string().min(1).optional(),
})

/** What is visited so that there is something to judge where visitors are few. It counts as no click. */
const Floor = z.strictObject({
  path: z.string().startsWith('/'),
  status: z.int(),
  location: z.string().optional(),
  /** An API key, sent along. */
  keyFile: z.string().optional(),
})

const Inventory = z.strictObject({
  service: z.enum(['redirect', 'link-write']).default('redirect'),
  /** Runtime API of each HAProxy: the path of its socket, or host:port. */
  haproxy: z.array(z.string().min(1)).min(1),
  /** In which the servers are, in each of them. */
  backends: z.array(name).min(1),
  prometheus: z.url({ protocol: /^https?$/u }),
  servers: z.array(Server).min(2),
  /** Stops what runs on a server, in order, and starts a release there; what it starts is started again when it ends. */
  run: command,
  /** Prints which release a server runs: what `run` was told. */
  running: command,
  floor: Floor.or(z.literal(false)).optional(),
  /** How long a process may take until it is ready, and a command until it ends. */
  readySeconds: z.number().positive().default(120),
  commandSeconds: z.number().positive().default(600),
  /** Where records are kept; from the folder of this file. */
  records: z.string().default('releases'),
})

export type Inventory = Omit<z.infer<typeof Inventory>, 'servers' | 'floor'> & {
  readonly servers: readonly Server[]
  readonly floor: z.infer<typeof Floor> | undefined
}

export interface Server {
  readonly name: string
  readonly address: string
  readonly admin: string
  readonly instance: string
  readonly host: string
}

/** @throws {CannotStart} with every mistake in it, exit code 2 */
export function readInventory(path: string): Inventory {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CannotStart(`There is no inventory at ${path} (${why}); see docs/releases.md.`, 2)
  }
  const found = parse(text)
  if (typeof found === 'string') throw new CannotStart(`${path}: ${found}`, 2)
  return { ...found, records: resolve(dirname(path), found.records) }
}

function parse(text: string): Inventory | string {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  const { data, error } = Inventory.safeParse(json)
  if (error !== undefined) return z.prettifyError(error)
  const twice = data.servers.find((one, i) => data.servers.findIndex(sameAs(one)) !== i)
  if (twice !== undefined) return `${twice.name} is there twice, or its address is`
  const floor = data.floor ?? usualFloor(data.service)
  if (floor === undefined)
    return 'link-write needs a floor: {"path", "status", "keyFile"}, or false'
  return {
    ...data,
    floor: floor === false ? undefined : floor,
    servers: data.servers.map((server) => ({
      ...server,
      instance: server.instance ?? server.admin,
      host: server.host ?? server.address.replace(/:\d+$/u, ''),
    })),
  }
}

type Given = z.infer<typeof Server>

function sameAs(one: Given): (other: Given) => boolean {
  return ({ name, address, admin }) =>
    name === one.name || address === one.address || admin === one.admin
}

function usualFloor(service: 'redirect' | 'link-write') {
  if (service === 'link-write') return undefined
  return { path: `/${probeLink.slug}`, status: 302, location: probeLink.destination }
}
