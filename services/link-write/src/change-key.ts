import { allows, type Scope } from '@sleepwell/contracts/api-key'
import type { ProblemCode } from '@sleepwell/contracts/problem'
import type { PoolClient } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import type { Caller } from './authenticate.ts'
import type { Effect, Mutate, Mutated, MutationRequest } from './idempotency.ts'
import { mintKey } from './issue-key.ts'
import {
  type InsertKey,
  insertKey,
  type KeyChanges,
  lockKey,
  revokeKey,
  rotateKey,
  type StoredKey,
  updateKey,
} from './key-table.ts'
import { reachOf, type Versions } from './read-request.ts'
import { refuse } from './refuse.ts'
import { showKey } from './show-key.ts'
import { etagOf } from './show-link.ts'

export type NewKey = Omit<InsertKey, 'id' | 'hash' | 'prefix'>

export interface KeyChanging {
  readonly createKey: (request: MutationRequest, key: NewKey) => Promise<Mutated>
  readonly updateKey: (
    request: MutationRequest,
    caller: Caller,
    id: string,
    versions: Versions,
    changes: KeyChanges,
  ) => Promise<Mutated>
  readonly rotateKey: (
    request: MutationRequest,
    caller: Caller,
    id: string,
    versions: Versions,
    overlapSeconds: number,
  ) => Promise<Mutated>
  readonly revokeKey: (
    request: MutationRequest,
    caller: Caller,
    id: string,
    versions: Versions,
  ) => Promise<Mutated>
}

export function createKeyChanging({ mutate }: { readonly mutate: Mutate }): KeyChanging {
  return {
    createKey: (request, key) =>
      mutate(request, async (client) => {
        const { secret, ...minted } = mintKey()
        const stored = await insertKey(client, { id: uuidv7(), ...key, ...minted })
        const headers = { ETag: etagOf(stored.version), Location: `/v1/keys/${stored.id}` }
        return { status: 201, headers, body: showKey(stored), once: { secret } }
      }),
    updateKey: (request, caller, id, versions, changes) =>
      mutate(request, async (client) => {
        const key = await lockUsable(client, caller, id, versions)
        if (typeof key === 'string') return key
        return done(await updateKey(client, id, changes))
      }),
    rotateKey: (request, caller, id, versions, overlapSeconds) =>
      mutate(request, async (client) => {
        const key = await lockUsable(client, caller, id, versions)
        if (typeof key === 'string') return key
        const { secret, ...minted } = mintKey()
        return { ...done(await rotateKey(client, id, minted, overlapSeconds)), once: { secret } }
      }),
    // Whoever finds a key where it should not be may end it, whatever it can do.
    revokeKey: (request, caller, id, versions) =>
      mutate(request, async (client) => {
        const key = await lockKey(client, reachOf(caller), id)
        if (key === 'absent') return 'key_not_found'
        if (!matches(key, versions)) return 'version_mismatch'
        if (key.revokedAt === null) await revokeKey(client, id)
        return { status: 204, headers: {}, body: null }
      }),
  }
}

/** A key hands on what it has itself, and no more. */
export function refuseBeyond(caller: Caller, scopes: readonly Scope[]): void {
  const beyond = scopes.filter((scope) => !allows(caller, scope))
  if (beyond.length > 0) refuse('forbidden', { detail: `Your own key lacks ${beyond.join(', ')}.` })
}

async function lockUsable(
  client: PoolClient,
  caller: Caller,
  id: string,
  versions: Versions,
): Promise<StoredKey | ProblemCode> {
  const key = await lockKey(client, reachOf(caller), id)
  if (key === 'absent') return 'key_not_found'
  // Its new secret would open what the old one of the caller does not.
  refuseBeyond(caller, key.scopes)
  if (key.revokedAt !== null) return 'key_revoked'
  return matches(key, versions) ? key : 'version_mismatch'
}

function matches({ version }: StoredKey, versions: Versions): boolean {
  return versions === 'any' || versions.includes(version)
}

function done(key: StoredKey): Effect {
  return { status: 200, headers: { ETag: etagOf(key.version) }, body: showKey(key) }
}
