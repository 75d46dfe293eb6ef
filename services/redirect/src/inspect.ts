// Where a link leads, for who would rather know before following it: `/slug+`, as no slug has a plus. It is no click, claims
// nothing, leads nobody anywhere, and is told of none but what redirect knows.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import type { Domains } from '@sleepwell/contracts/domain'
import { problem } from '@sleepwell/contracts/problem'
import { sendProblem } from '@sleepwell/runtime/send-problem'
import { refuse, wantsPage } from './answer.ts'
import type { ClaimClick } from './claim-click.ts'
import type { Inspect } from './fast-lane.ts'
import type { FindForSource } from './limit-scans.ts'
import type { Overload } from './overload.ts'
import { sendPage } from './pages.ts'
import type { ResolveLink } from './resolve-link.ts'
import { shed } from './shed.ts'

export interface InspectDeps {
  readonly domains: Pick<Domains, 'ofHost' | 'shortLink'>
  readonly known: ResolveLink['known']
  readonly remembered: ResolveLink['remembered']
  readonly find: FindForSource
  readonly claimClick: ClaimClick
  readonly overload: Pick<Overload, 'level' | 'sheds'>
  readonly failed: (error: unknown) => void
  readonly newId: () => string
}

export function createInspect(deps: InspectDeps): Inspect {
  const show = async (slug: string, req: IncomingMessage, res: ServerResponse, id: string) => {
    const domain = deps.domains.ofHost(req.headers.host)
    const known = deps.known(domain, slug)
    const level = deps.overload.level()
    if (level > 0 && deps.overload.sheds(known ?? deps.remembered(domain, slug))) {
      shed(res, level === 2)
      return
    }
    const found = known ?? (await deps.find(domain, slug, req))
    if (typeof found !== 'object') return void refuse(req, res, id, found)
    if ('expired' in found) return void refuse(req, res, id, 'gone')
    // As a program, which takes nothing: is it known to be used up?
    if (found.limited && (await deps.claimClick(found, { bot: true })) === 'gone')
      return void refuse(req, res, id, 'gone')
    sendLink(req, res, id, deps.domains.shortLink(domain, slug), found)
  }
  return (slug, req, res) => {
    const id = deps.newId()
    show(slug, req, res, id).catch((error: unknown) => {
      deps.failed(error)
      if (res.headersSent) res.destroy()
      else sendProblem(res, problem('internal'))
    })
  }
}

function sendLink(
  req: IncomingMessage,
  res: ServerResponse,
  id: string,
  shortLink: string,
  link: CachedLink,
): void {
  const { destination, forwardQuery, forwardPath, limited } = link
  const createdOn = dayOf(link.id)
  const expiresAt = link.expiresAt === null ? null : new Date(link.expiresAt).toISOString()
  res.setHeader('X-Request-Id', id)
  res.setHeader('Vary', 'Accept')
  if (wantsPage(req)) {
    sendPage(res, 200, {
      title: shortLink,
      text: 'This short link leads to',
      link: destination,
      notes: [
        ...(forwardQuery || forwardPath ? ['What is added to it is added there too.'] : []),
        ...(limited ? ['It can be followed a limited number of times.'] : []),
        ...(createdOn === null ? [] : [`It was made on ${createdOn}.`]),
        ...(expiresAt === null ? [] : [`It expires on ${expiresAt}.`]),
      ],
    })
    return
  }
  const told = { shortLink, destination, forwardQuery, forwardPath, limited, createdOn, expiresAt }
  const body = JSON.stringify(told)
  res.setHeader('Content-Type', 'application/json')
  res.setHeader('Content-Length', Buffer.byteLength(body))
  res.setHeader('Cache-Control', 'no-store')
  res.setHeader('X-Content-Type-Options', 'nosniff')
  res.setHeader('X-Robots-Tag', 'noindex')
  res.end(req.method === 'HEAD' ? undefined : body)
}

/** Ids of links are UUIDv7, which begin with the milliseconds in which they were made; older ones say nothing. */
function dayOf(id: string): string | null {
  if (id[14] !== '7') return null
  const ms = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
  return new Date(ms).toISOString().slice(0, 10)
}
