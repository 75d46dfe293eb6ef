import { isReservedSlug } from '@sleepwell/contracts/slug'
import type { Domains } from '@sleepwell/contracts/domain'
import type { SlugCheck, slugRoutes } from '@sleepwell/contracts/slug-routes'
import type { Handlers } from '@sleepwell/runtime/api-routes'
import type { Caller } from './authenticate.ts'
import { domainOf } from './read-link.ts'
import { reachOf } from './read-request.ts'
import type { SlugHolder } from './slug-table.ts'

/** `domain` is as stored. */
export interface SlugDeps {
  readonly domains: Domains
  readonly findSlug: (domain: string, slug: string) => Promise<SlugHolder | 'absent'>
  /** Whether a link that was blocked had it. */
  readonly isSlugBlocked: (domain: string, slug: string) => Promise<boolean>
}

type State = Pick<SlugCheck, 'state' | 'linkId'>

export function slugHandlers(deps: SlugDeps): Handlers<typeof slugRoutes, Caller> {
  const { domains } = deps
  return {
    checkSlug: async ({ res, holder, query: { slug, domain } }) => {
      const stored = domainOf(domain, domains)
      const state = await stateOf(stored, slug, holder)
      const check = { slug, domain: domains.hostname(stored), ...state } satisfies SlugCheck
      res.set('Cache-Control', 'private, no-cache').json(check)
    },
  }

  async function stateOf(domain: string, slug: string, holder: Caller): Promise<State> {
    if (isReservedSlug(slug)) return { state: 'reserved', linkId: null }
    const found = await deps.findSlug(domain, slug)
    if (found !== 'absent')
      return { state: 'taken', linkId: isReached(found, holder) ? found.id : null }
    const isBlocked = await deps.isSlugBlocked(domain, slug)
    return { state: isBlocked ? 'blocked' : 'free', linkId: null }
  }
}

/** Whether the key may read the link by its id. */
function isReached({ ownerId }: SlugHolder, holder: Caller): boolean {
  const reach = reachOf(holder)
  return reach === null || reach === ownerId
}
