// For tests: the real app on a private database.
import type { Scope } from '@sleepwell/contracts/api-key'
import { createDomains } from '@sleepwell/contracts/domain'
import { problem } from '@sleepwell/contracts/problem'
import { listen } from '@sleepwell/runtime/http'
import { createApp } from './app.ts'
import { findEntries, readKeyStates, readLinkStates } from './audit-table.ts'
import { createAuthenticate } from './authenticate.ts'
import { createKeyChanging } from './change-key.ts'
import { createMutate } from './idempotency.ts'
import { issueKey } from './issue-key.ts'
import { findKey, findPresentedKey, insertKey, listKeys, touchKey } from './key-table.ts'
import { isLinkOf } from './link-table.ts'
import { linksOnPostgres } from './links-on-postgres.ts'
import type { LookThroughOptions } from './look-through.ts'
import { mintSlug, type MintSlug } from './mint-slug.ts'
import { createTakeRequest } from './quota.ts'
import { createShowEntries } from './show-audit.ts'
import { showLink } from './show-link.ts'
import { openTestPostgres, silentLog } from './test-postgres.ts'

export async function openTestApi(
  overrides: {
    mintSlug?: MintSlug
    lookingThrough?: LookThroughOptions
    timeoutMs?: number
    withProbeLink?: boolean
    requestsPerMinute?: number
    entryAgainst?: (href: string) => string | undefined
  } = {},
) {
  const open = new AsyncDisposableStack()
  const database = open.use(await openTestPostgres({ max: 10, ...overrides }))
  const { postgres } = database
  const log = silentLog
  const domains = {
    ...createDomains('https://go.example.com', ['sho.rt']),
    entryAgainst: (href: string) => overrides.entryAgainst?.(href),
  }
  const mutate = createMutate(postgres)
  const app = createApp({
    documents: (_req, _res, next) => next(),
    ...linksOnPostgres({ postgres, mutate, domains, mintSlug, ...overrides }),
    now: Date.now,
    identify: createAuthenticate({
      findKey: (hash) => findPresentedKey(postgres, hash),
      touchKey: (keyId) => touchKey(postgres, keyId),
      log,
    }),
    takeRequest: createTakeRequest({
      postgres,
      requestsPerMinute: overrides.requestsPerMinute ?? 100_000,
      log,
    }),
    ...createKeyChanging({ mutate }),
    findEntries: (...asked) => findEntries(postgres, ...asked),
    showEntries: createShowEntries({
      readLinkStates: (states) => readLinkStates(postgres, states),
      readKeyStates: (states) => readKeyStates(postgres, states),
      showLink: (link) => showLink(link, domains),
    }),
    isLinkOf: (ownerId, id) => isLinkOf(postgres, ownerId, id),
    findKey: (ownerId, id) => findKey(postgres, ownerId, id),
    listKeys: (ownerId, limit, after) => listKeys(postgres, ownerId, limit, after),
    answered: () => {},
    log,
  })
  const server = open.use(await listen(app, { port: 0, host: '127.0.0.1', problem }))
  return {
    database,
    postgres,
    domains,
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
