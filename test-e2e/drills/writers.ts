// People who create links, edit and delete them, and create them again. Each link has one of them, who sends a change again
// and again under the same key until it is answered.
import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Access } from '../system.ts'
import { type Answer, ask } from './ask.ts'
import type { Write } from './evidence.ts'
import { openLoop } from '../open-loop.ts'

export interface Writers {
  readonly slugs: readonly string[]
  /** Resolves, when every change is settled or `patienceMs` are over, to all of them in the order of their slugs' lives. */
  readonly stop: (patienceMs: number) => Promise<Write[]>
  /** Sends what was created by an acknowledged call once more; resolves to whether the answers are the same. */
  readonly replay: () => Promise<{ slug: string; same: boolean }[]>
}

interface Writer {
  readonly slug: string
  id: string | undefined
  destination: string | null
  busy: boolean
}

interface Creation {
  readonly slug: string
  readonly key: string
  readonly body: object
  readonly answer: string
}

const patienceMs = 5_000
const pauseMs = 250
/** Far fewer than a source may try of slugs that are not there. */
const links = 40
const replays = 50

/** @param prefix of their slugs: others have other links */
export function startWriters(access: Access, perSecond: number, prefix = 'written'): Writers {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  // Asked each time: a name may lead elsewhere.
  const url = () => `${access.linkWrite}/v1/links`
  const writers = Array.from({ length: links }, (_, n): Writer => {
    return { slug: `${prefix}-${n}`, id: undefined, destination: null, busy: false }
  })
  const writes: Write[] = []
  const creations: Creation[] = []
  let giveUpAt = Infinity
  let changes = 0

  const send = async (key: string, method: string, to: string, body?: object) => {
    const headers = { authorization: `Bearer ${access.apiKey}`, 'idempotency-key': key }
    const conditional = method === 'POST' ? headers : { ...headers, 'if-match': '*' }
    const all = { method, url: to, agent, headers: conditional, patienceMs }
    return await ask(body === undefined ? all : { ...all, body })
  }
  const settle = async (
    writer: Writer,
    destination: string | null,
    method: 'POST' | 'PATCH' | 'DELETE',
  ) => {
    const key = randomUUID()
    const body = bodyOf(method, writer.slug, destination)
    const start = performance.now()
    let answer: Answer | undefined
    let tries = 0
    do {
      if (tries > 0) await sleep(pauseMs)
      tries += 1
      const to = method === 'POST' ? url() : `${url()}/${writer.id}`
      answer = await send(key, method, to, body)
    } while (!isDone(answer) && performance.now() < giveUpAt)
    const acknowledgedAt = isDone(answer) ? performance.now() : undefined
    writes.push({ slug: writer.slug, destination, start, acknowledgedAt, tries })
    if (acknowledgedAt === undefined) return
    writer.destination = destination
    if (method === 'POST' && answer !== undefined && body !== undefined) {
      writer.id = (JSON.parse(answer.body) as { id: string }).id
      creations.push({ slug: writer.slug, key, body, answer: answer.body })
    }
  }
  const change = async () => {
    const free = writers.filter(({ busy }) => !busy)
    const writer = free[Math.floor(Math.random() * free.length)]
    if (writer === undefined) return
    writer.busy = true
    const next = `https://example.com/${writer.slug}/${++changes}`
    if (writer.destination === null) await settle(writer, next, 'POST')
    else if (Math.random() < 0.2) await settle(writer, null, 'DELETE')
    else await settle(writer, next, 'PATCH')
    writer.busy = false
  }
  const loop = openLoop(perSecond, change)
  return {
    slugs: writers.map(({ slug }) => slug),
    stop: async (withinMs) => {
      giveUpAt = performance.now() + withinMs
      await loop.stop()
      return writes
    },
    replay: async () =>
      await Promise.all(
        creations.slice(-replays).map(async ({ slug, key, body, answer }) => {
          const again = await send(key, 'POST', url(), body)
          return { slug, same: again?.body === answer }
        }),
      ),
  }
}

function bodyOf(method: string, slug: string, destination: string | null): object | undefined {
  if (method === 'DELETE') return undefined
  return method === 'POST' ? { slug, destination } : { destination }
}

/** Anything else is sent again: what it has done, nobody knows. */
function isDone(answer: Answer | undefined): answer is Answer {
  return answer !== undefined && answer.status >= 200 && answer.status < 300
}
