// A client inside the cluster: what a visitor, a program with an API key, or Prometheus gets to see there. It runs in pods of the
// test, out of a ConfigMap and with nothing but Node, and does what it is told over HTTP.
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Asked {
  readonly method?: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Without a status there was no answer, or not a whole one. */
export interface Answer {
  readonly status?: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  readonly failure?: string
}

export interface Load {
  /** One of these, by chance. */
  readonly urls: readonly string[]
  readonly perSecond: number
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Every other answer is a failure. */
  readonly expected: number
}

/** One request of a load: milliseconds since the epoch, how many it took, what became of it, X-Request-Id. */
export type Seen = readonly [at: number, tookMs: number, outcome: number | string, id: string]

/** Images of ours have it in their environment. */
const port = Number(process.env.PORT ?? 8080)
const patienceMs = 10_000
const tickMs = 5
/** Of all requests one in so many comes on a connection that is kept; the others make one each, and so meet every pod. */
const keptOneIn = 5
const kept = new Agent({ keepAlive: true, maxSockets: 4 })

const loads = new Map<string, { load: Load; readonly seen: Seen[] }>()

function ask({ method = 'GET', url, headers, body }: Asked, agent: Agent | false): Promise<Answer> {
  return new Promise((resolve) => {
    const none = (failure: string) => resolve({ headers: {}, body: '', failure })
    const sent = request(url, { method, agent, ...(headers && { headers }) })
    const late = setTimeout(() => sent.destroy(new Error('too late')), patienceMs)
    sent.once('error', (error) => {
      clearTimeout(late)
      none('code' in error ? String(error.code) : error.message)
    })
    sent.once('response', (answer) => {
      const parts: Buffer[] = []
      answer
        .on('data', (part: Buffer) => parts.push(part))
        .once('error', () => {})
        .once('close', () => {
          clearTimeout(late)
          if (!answer.complete) return none('cut off')
          const { statusCode = 0, headers } = answer
          resolve({ status: statusCode, headers, body: String(Buffer.concat(parts)) })
        })
    })
    sent.end(body)
  })
}

async function keepAsking(name: string): Promise<void> {
  let [startedAt, sent, perSecond] = [performance.now(), 0, 0]
  for (; ; await sleep(tickMs)) {
    const one = loads.get(name)
    if (one === undefined) return
    if (one.load.perSecond !== perSecond)
      [startedAt, sent, perSecond] = [performance.now(), 0, one.load.perSecond]
    for (; startedAt + (sent * 1000) / perSecond <= performance.now(); sent++)
      void askOnce(one.load, one.seen, sent % keptOneIn === 0 ? kept : false)
  }
}

async function askOnce(load: Load, seen: Seen[], agent: Agent | false): Promise<void> {
  const url = load.urls[Math.floor(Math.random() * load.urls.length)] ?? ''
  const [at, startedAt] = [Date.now(), performance.now()]
  const { status, headers, body, failure = '' } = await ask({ ...load, url }, agent)
  const id = headers['x-request-id']
  const tookMs = Math.round((performance.now() - startedAt) * 10) / 10
  const outcome =
    status === undefined ? failure : status === load.expected ? status : reasonOf(status, body)
  seen.push([at, tookMs, outcome, typeof id === 'string' ? id : ''])
}

/** As a page or a problem document says it. */
function reasonOf(status: number, body: string): string {
  const said = [/"detail":"([^"]*)/u, /"title":"([^"]*)/u, /<title>([^<]*)/u]
  const [reason = ''] = said.flatMap((pattern) => pattern.exec(body)?.[1] ?? [])
  return `${status} ${reason}`.trim()
}

async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(req.url ?? '', 'http://here')
  const [, what = '', name = ''] = pathname.split('/')
  const body: string[] = []
  for await (const part of req.setEncoding('utf8')) body.push(String(part))
  const end = (answer: unknown) => void res.end(JSON.stringify(answer))
  switch (what) {
    case 'ask':
      return end(await ask(JSON.parse(body.join('')) as Asked, false))
    case 'load': {
      const load = JSON.parse(body.join('')) as Load
      const running = loads.get(name)
      loads.set(name, { load, seen: running?.seen ?? [] })
      if (running === undefined) void keepAsking(name)
      return end({})
    }
    case 'seen':
      return end(loads.get(name)?.seen.slice(Number(searchParams.get('from'))) ?? [])
    case 'metrics': {
      const { status = 502, body } = await ask({ url: `http://${name}/metrics` }, false)
      return void res.writeHead(status, { 'Content-Type': 'text/plain; version=0.0.4' }).end(body)
    }
    default:
      return void res.writeHead(what === '' ? 200 : 404).end()
  }
}

const server = createServer((req, res) => {
  serve(req, res).catch((error: unknown) => res.writeHead(500).end(String(error)))
})
server.listen(port)
// As the first process of its container it would ignore the signal.
process.once('SIGTERM', () => process.exit())
