// For tests: the real app on a private database.
import type { Scope } from '@sleepwell/contracts/api-key'
import { createDomains } from '@sleepwell/contracts/domain'
import { problem } from '@sleepwell/contracts/problem'
import { listen } from '@sleepwell/runtime/http'
import { createApp } from './app.ts'
import { createAuthenticate } from './authenticate.ts'
import { createCreateLink } from './create-link.ts'
import { createDeleteLink } from './delete-link.ts'
import { createMutate } from './idempotency.ts'
import { issueKey } from './issue-key.ts'
import { findKey, insertKey, touchKey } from './key-table.ts'
import { findLink, listLinks, type StoredLink } from './link-table.ts'
import { mintSlug } from './mint-slug.ts'
import { showLink } from './show-link.ts'
import { openTestPostgres, silentLog } from './test-postgres.ts'
import { createUpdateLink } from './update-link.ts'

export async function openTestApi(
  overrides: { mintSlug?: () => string; withProbeLink?: boolean } = {},
) {
  const open = new AsyncDisposableStack()
  const database = open.use(await openTestPostgres({ max: 10, ...overrides }))
  const { postgres } = database
  const log = silentLog
  const domains = createDomains('https://go.example.com', ['sho.rt'])
  const mutate = createMutate(postgres)
  const show = (link: StoredLink) => showLink(link, domains)
  const app = createApp({
    domains,
    now: Date.now,
    identify: createAuthenticate({
      findKey: (hash) => findKey(postgres, hash),
      touchKey: (keyId) => touchKey(postgres, keyId),
      log,
    }),
    createLink: createCreateLink({ mutate, mintSlug, show, ...overrides }),
    findLink: (ownerId, id) => findLink(postgres, ownerId, id),
    listLinks: (ownerId, limit, after) => listLinks(postgres, ownerId, limit, after),
    updateLink: createUpdateLink({ mutate, show }),
    deleteLink: createDeleteLink({ mutate }),
    answered: () => {},
    log,
  })
  const server = open.use(await listen(app, { port: 0, host: '127.0.0.1', problem }))
  return {
    database,
    postgres,
    port: server.port,
    origin: `http://127.0.0.1:${server.port}`,
    /** Value of the Authorization header. */
    bearer: async (ownerId: string, ...scopes: Scope[]) => {
      const key = await issueKey(
        { ownerId, scopes: scopes.length > 0 ? scopes : ['admin'], expiresAt: null },
        (stored) => insertKey(postgres, stored),
      )
      return `Bearer ${key}`
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
