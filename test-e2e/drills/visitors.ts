// Visitors of links that stay as they are, of those that are written meanwhile, and of what nobody has made.
import { Agent } from 'node:http'
import { firefox } from '../api.ts'
import { zipf } from '../faults/traffic.ts'
import type { Access } from '../system.ts'
import { type Answer, ask } from './ask.ts'
import type { Read, Report } from './evidence.ts'
import { openLoop } from '../open-loop.ts'

export interface Calls<Call> {
  readonly all: readonly Call[]
  readonly stop: () => Promise<void>
}

const patienceMs = 10_000

export interface Slugs {
  readonly stable: readonly string[]
  readonly written: readonly string[]
}

export function startVisitors(access: Access, perSecond: number, slugs: Slugs): Calls<Read> {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 })
  const stable = zipf(slugs.stable)
  const all: Read[] = []
  const visit = async (dueAt: number) => {
    const slug = choose(stable, slugs.written)
    const start = performance.now()
    const url = `${access.redirect}/${slug}`
    const answer = await ask({ url, agent, headers: { 'user-agent': firefox }, patienceMs })
    const id = answer?.headers['x-request-id']
    const requestId = typeof id === 'string' ? id : undefined
    const end = performance.now()
    all.push({ slug, dueAt, start, end, requestId, ...seenIn(answer) })
  }
  return { all, ...openLoop(perSecond, visit) }
}

function choose(stable: () => string, written: readonly string[]): string {
  const chance = Math.random()
  if (chance < 0.7) return stable()
  if (chance < 0.95) return written[Math.floor(Math.random() * written.length)] ?? 'none'
  return `nobody-${Math.floor(Math.random() * 10)}`
}

function seenIn(answer: Answer | undefined): Pick<Read, 'answer' | 'failure'> {
  const location = answer?.headers.location
  if (answer?.status === 302 && typeof location === 'string')
    return { answer: { destination: location } }
  if (answer?.status === 404 || answer?.status === 410) return { answer: 'absent' }
  return { answer: 'failed', failure: answer ? reasonIn(answer) : 'no answer' }
}

function reasonIn({ status, body }: Answer): string {
  const said = /"detail":"([^"]*)"/u.exec(body)?.[1]
  return said === undefined ? String(status) : `${status} ${said}`
}

/** Somebody who looks at the dashboard. */
export function startReaders(access: Access, perSecond: number): Calls<Report> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const headers = { authorization: `Bearer ${access.apiKey}` }
  const all: Report[] = []
  const read = async () => {
    const start = performance.now()
    const url = `${access.analytics}/v1/reports/clicks?groupBy=link`
    const answer = await ask({ url, agent, headers, patienceMs })
    all.push({ start, end: performance.now(), ok: answer?.status === 200 })
  }
  return { all, ...openLoop(perSecond, read) }
}
