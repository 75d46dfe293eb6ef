// link-write as people use it, and what came of it: by this, visitors know where a link may lead.
import type { Link } from '@sleepwell/contracts/link'
import { runJob } from '@sleepwell/deploy-local/job'
import { call } from '../api.ts'
import { startService } from './service-process.ts'

/** What a link leads to from some moment on. */
export interface Step {
  /** A destination, `gone` or `absent`; of one link no two steps have the same. */
  readonly state: string
  /** On the clock of performance.now(); undefined while it is under way, and for ever if it was refused. */
  acknowledgedAt: number | undefined
  /** Only on a server that will not survive. */
  readonly doomed: boolean
}

export interface LinkWriter extends AsyncDisposable {
  /** Of each link, in the order in which they were asked for. */
  readonly steps: ReadonlyMap<string, readonly Step[]>
  /** Those of which something was acknowledged. */
  readonly slugs: readonly string[]
  /** These resolve to whether it was acknowledged; if it was not, nobody knows what became of it. */
  readonly create: (slug: string, destination: string) => Promise<boolean>
  readonly change: (slug: string, destination: string) => Promise<boolean>
  readonly remove: (slug: string) => Promise<boolean>
  /** From now on, what is written is on a server that will not survive; or no longer. */
  readonly doom: (isDoomed: boolean) => void
}

/**
 * @param linksUrl where it finds the primary, as its own role
 * @param keyUrl the same at a time when all is well: there its key is made
 */
export async function startLinkWriter(linksUrl: string, keyUrl: string): Promise<LinkWriter> {
  const words = ['src/create-key.ts', '--owner', 'owner', '--scopes', 'admin']
  const printed = await runJob('The key', 'services/link-write', words, { LINKS_URL: keyUrl })
  const apiKey = printed.trim()
  const service = await startService('link-write', { LINKS_URL: linksUrl })
  const steps = new Map<string, Step[]>()
  const slugs: string[] = []
  const ids = new Map<string, string>()
  let isDoomed = false

  const write = async (slug: string, state: string, method: string, body?: unknown) => {
    const of = steps.get(slug) ?? [{ state: 'absent', acknowledgedAt: -Infinity, doomed: false }]
    steps.set(slug, of)
    const step: Step = { state, acknowledgedAt: undefined, doomed: isDoomed }
    of.push(step)
    const path = method === 'POST' ? '' : `/${ids.get(slug)}`
    const answer = await call<Link>({ apiKey }, method, `${service.url}/v1/links${path}`, body, {
      'If-Match': '*',
    })
    if (answer.status === 503) return false
    if (answer.status >= 300)
      throw new Error(`${method} ${slug}: ${answer.status} ${JSON.stringify(answer.body)}`)
    if (method === 'POST') ids.set(slug, answer.body.id)
    if (of.every(({ acknowledgedAt = -Infinity }) => acknowledgedAt === -Infinity)) slugs.push(slug)
    step.acknowledgedAt = performance.now()
    return true
  }
  return {
    steps,
    slugs,
    create: (slug, destination) => write(slug, destination, 'POST', { slug, destination }),
    change: (slug, destination) => write(slug, destination, 'PATCH', { destination }),
    remove: (slug) => write(slug, 'gone', 'DELETE'),
    doom: (next) => {
      isDoomed = next
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  }
}
