import { createHash } from 'node:crypto'
import type { Domains } from '@sleepwell/contracts/domain'
import type { qrRoutes } from '@sleepwell/contracts/qr-routes'
import type { Handlers } from '@sleepwell/runtime/api-routes'
import type { Caller } from './authenticate.ts'
import type { StoredLink } from './link-columns.ts'
import { qrCode } from './qr-code.ts'
import { linkIdOf, reachOf } from './read-request.ts'
import { refuse } from './refuse.ts'

export interface QrDeps {
  readonly domains: Domains
  readonly findLink: (ownerId: string | null, id: string) => Promise<StoredLink | 'absent'>
}

export function qrHandlers({ domains, findLink }: QrDeps): Handlers<typeof qrRoutes, Caller> {
  return {
    drawQrCode: async ({ req, res, holder, query }) => {
      const link = await findLink(reachOf(holder), linkIdOf(req))
      if (link === 'absent') return refuse('link_not_found')
      const picture = qrCode(domains.shortLink(link.domain, link.slug), query)
      const tag = createHash('sha256').update(picture).digest('base64url')
      res.set({ ETag: `"${tag}"`, 'Cache-Control': 'private, no-cache' })
      // With the ETag set, Express answers 304 to an If-None-Match that has it.
      res.type('image/svg+xml').send(picture)
    },
  }
}
