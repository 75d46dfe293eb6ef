// The runtime API of one HAProxy: a line of commands, an answer, and the connection is closed.
import { connect } from 'node:net'

export interface Haproxy {
  /** As it stands in the inventory. */
  readonly place: string
  /** All at once, as far as visitors can tell; rejects with what it objects to. */
  readonly tell: (commands: readonly string[]) => Promise<void>
  /** The servers of a backend, by name. */
  readonly read: (backend: string) => Promise<ReadonlyMap<string, ProxyServer>>
}

export interface ProxyServer {
  /** `UP`, `UP 1/2` (a check has failed, or not all have succeeded), `DOWN`, `MAINT`, `DRAIN`, `no check`. */
  readonly status: string
  /** As it was set. */
  readonly weight: number
  /** It has just come back, and has not all of its weight yet. */
  readonly slowStart: boolean
  /** Requests that it has not answered yet. */
  readonly inFlight: number
  /** Since HAProxy was started. */
  readonly requests: number
  readonly answered5xx: number
}

const patienceMs = 5_000

/** @param place the path of its socket, or host:port */
export function createHaproxy(place: string): Haproxy {
  return {
    place,
    tell: async (commands) => {
      const objection = (await say(place, commands.join('; '))).trim()
      if (objection !== '') throw new Error(`HAProxy at ${place}: ${objection}`)
    },
    read: async (backend) => {
      const answer = await say(place, `show stat ${backend} 4 -1`)
      const servers = serversIn(answer)
      if (servers.size === 0)
        throw new Error(`HAProxy at ${place} has no servers in ${backend}: ${answer.trim()}`)
      return servers
    },
  }
}

function say(place: string, line: string): Promise<string> {
  const target = /^[^/\s]+:\d+$/u.test(place)
    ? { host: place.replace(/:\d+$/u, ''), port: Number(place.replace(/^.*:/u, '')) }
    : { path: place }
  return new Promise((resolve, reject) => {
    const socket = connect(target, () => socket.write(`${line}\n`))
    let answer = ''
    socket
      .setEncoding('utf8')
      .setTimeout(patienceMs, () => socket.destroy(new Error('it does not answer')))
      .on('data', (text: string) => (answer += text))
      .once('end', () => resolve(answer))
      .once('error', (error) => reject(new Error(`HAProxy at ${place}: ${error.message}`)))
  })
}

/** Of CSV whose first line, after `# `, names the columns. */
function serversIn(answer: string): ReadonlyMap<string, ProxyServer> {
  const [head = '', ...lines] = answer.trim().split('\n')
  const columns = head.replace(/^# /u, '').split(',')
  const servers = lines.map((line): readonly [string, ProxyServer] => {
    const cells = line.split(',')
    const cell = (column: string) => cells[columns.indexOf(column)] ?? ''
    const throttle = cell('throttle')
    return [
      cell('svname'),
      {
        status: cell('status'),
        weight: Number(cell('uweight')),
        slowStart: throttle !== '' && throttle !== '100',
        inFlight: Number(cell('scur')),
        requests: Number(cell('stot')),
        answered5xx: Number(cell('hrsp_5xx')),
      },
    ]
  })
  return new Map(servers)
}
