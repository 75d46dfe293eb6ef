// What the routes of links do, on a database.
import type { Pool } from 'pg'
import type { AppDeps } from './app.ts'
import type { AuditDeps } from './audit-handlers.ts'
import { createBulk } from './bulk.ts'
import { createCreateMany } from './bulk-create.ts'
import { createCreateLink, createMakeLink } from './create-link.ts'
import { findCursorKey } from './cursor-key-table.ts'
import { createCursors } from './cursors.ts'
import { createDeleteAlias } from './delete-alias.ts'
import { createDeleteLink } from './delete-link.ts'
import { createFindReplay, type Mutate } from './idempotency.ts'
import { jobsOnPostgres } from './jobs-on-postgres.ts'
import type { KeyDeps } from './key-handlers.ts'
import type { LinkDomains } from './link-domains.ts'
import type { StoredLink } from './link-columns.ts'
import { findByExternalId, findLink } from './link-table.ts'
import { countLinks, countTags, listLinks } from './list-table.ts'
import { createLookThrough, type LookThroughOptions } from './look-through.ts'
import type { MintSlug } from './mint-slug.ts'
import { blockOf } from './blocks.ts'
import { createPutLink } from './put-link.ts'
import { createRestoreLink } from './restore-link.ts'
import { createRevertLink } from './revert-link.ts'
import { showLink } from './show-link.ts'
import { findSlug } from './slug-table.ts'
import { createEditLink, createUpdateLink } from './update-link.ts'

export interface LinksOnPostgres {
  readonly postgres: Pool
  readonly mutate: Mutate
  readonly domains: LinkDomains
  readonly mintSlug: MintSlug
  readonly lookingThrough?: LookThroughOptions
}

export type LinkDeps = Omit<
  AppDeps,
  | 'documents'
  | 'log'
  | 'identify'
  | 'takeRequest'
  | 'answered'
  | Exclude<keyof KeyDeps | keyof AuditDeps, 'cursors' | 'revertLink'>
>

/** Three of ten connections, and no longer than P4 allows a report. */
const threeAtOnce: LookThroughOptions = { atOnce: 3, waiting: 30, limitMs: 4_000 }

export function linksOnPostgres(options: LinksOnPostgres): LinkDeps {
  const { postgres, mutate, domains, mintSlug, lookingThrough = threeAtOnce } = options
  const show = (link: StoredLink) => showLink(link, domains)
  const makeLink = createMakeLink({ mintSlug, show })
  const editLink = createEditLink({ show, domains })
  const lookThrough = createLookThrough(postgres, lookingThrough)
  const createMany = createCreateMany({ mintSlug, show, domains })
  return {
    domains,
    ...createBulk({ mutate, createMany, show, domains }),
    ...jobsOnPostgres(postgres, mutate),
    exportPage: (...asked) => listLinks(postgres, ...asked),
    cursors: createCursors(() => findCursorKey(postgres)),
    findReplay: createFindReplay(postgres),
    createLink: createCreateLink(mutate, makeLink),
    putLink: createPutLink({ mutate, makeLink, editLink }),
    updateLink: createUpdateLink(mutate, editLink),
    deleteLink: createDeleteLink({ mutate }),
    revertLink: createRevertLink({ mutate, editLink, domains }),
    restoreLink: createRestoreLink({ mutate, show }),
    deleteAlias: createDeleteAlias({ mutate, show }),
    findLink: (ownerId, id) => findLink(postgres, ownerId, id),
    findByExternalId: (ownerId, externalId) => findByExternalId(postgres, ownerId, externalId),
    findSlug: (...name) => findSlug(postgres, ...name),
    isSlugBlocked: async (domain, slug) =>
      (await blockOf(postgres, { domain, slug })) === 'slug_blocked',
    listLinks: (...asked) => lookThrough((client) => listLinks(client, ...asked)),
    countLinks: (...asked) => lookThrough((client) => countLinks(client, ...asked)),
    countTags: (...asked) => lookThrough((client) => countTags(client, ...asked)),
  }
}
