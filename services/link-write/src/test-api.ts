// For tests: the real app on a private database.
import type { Scope } from '@sleepwell/contracts/api-key'
import { createDomains } from '@sleepwell/contracts/domain'
import { problem } from '@sleepwell/contracts/problem'
import { listen } from '@sleepwell/runtime/http'
import { createLog } from '@sleepwell/runtime/log'
import { openPool } from '@sleepwell/runtime/postgres'
import { openTestDatabase } from '@sleepwell/testing/postgres'
import { Client } from 'pg'
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
import { createUpdateLink } from './update-link.ts'

export async function openTestApi(overrides: { mintSlug?: () => string } = {}) {
  const open = new AsyncDisposableStack()
  const database = open.use(await openTestDatabase('links'))
  const log = createLog('link-write')
  log.level = 'silent'
  const url = database.url('link_write')
  const postgres = open.use(openPool({ url, name: 'link-write', max: 10, timeoutMs: 5000, log }))
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
    /** Past the grants of link-write. */
    asOwner: async (sql: string) => {
      const client = new Client({ connectionString: database.url('links_owner') })
      await client.connect()
      await client.query(sql)
      await client.end()
    },
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
