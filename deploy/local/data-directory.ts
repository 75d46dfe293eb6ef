import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { lockDirectory } from '@sleepwell/runtime/directory-lock'
import { CannotStart } from './cannot-start.ts'
import { isFree } from './ports.ts'
import { hasOrphan, stopOrphan } from './postgres-orphan.ts'
import { findSecrets } from './secrets.ts'

const servers = ['postgres', 'postgres-replica'] as const
const made = [
  ...servers,
  ...servers.map((name) => `${name}.new`),
  'spool',
  'redis',
  'kafka',
  'uncounted-in-kafka',
  'sign-in',
  'access.json',
  'secrets.json',
]

/** Nobody else uses `directory` until this is disposed. */
export async function holdDirectory(directory: string): Promise<AsyncDisposable> {
  const lock = await lockDirectory(directory)
  if (lock === 'in use') throw new CannotStart(`${directory} is in use by another sleepwell.`)
  return lock
}

/**
 * When a supervisor is killed, its services finish by themselves: they still ship what they have, for which the old
 * Postgres must go on for a while.
 *
 * @param ports that they may still hold
 */
export async function awaitEarlierLife(
  directory: string,
  ports: readonly number[],
  say: (line: string) => void,
): Promise<void> {
  if (!hasOrphan(join(directory, 'postgres'))) return
  for (let i = 0; i < 75; i++) {
    if (!(await isInUse(join(directory, 'spool'), ports))) return
    if (i === 1) say('Waiting for the services of an earlier start to finish')
    await sleep(200)
  }
}

async function isInUse(spool: string, ports: readonly number[]): Promise<boolean> {
  if (existsSync(spool)) {
    const lock = await lockDirectory(spool)
    if (lock === 'in use') return true
    await lock[Symbol.asyncDispose]()
  }
  for (const port of ports) if (!(await isFree(port))) return true
  return false
}

/** Removes what earlier starts made in `directory`, and nothing else. The lock must be held. */
export async function removeData(directory: string): Promise<void> {
  const found = made.filter((name) => existsSync(join(directory, name)))
  if (found.length === 0) return
  // Written before anything else, so that a directory without it holds things of somebody else by the same names.
  if (findSecrets(directory) === 'absent')
    throw new CannotStart(
      `${directory} has ${found.join(', ')} but no secrets.json of Sleepwell: --fresh removes nothing there.`,
    )
  await stopOrphans(directory)
  // A broker whose supervisor was killed may still be closing its files.
  const patient = { recursive: true, force: true, maxRetries: 50, retryDelay: 100 } as const
  for (const name of made) rmSync(join(directory, name), patient)
}

/** Of an earlier life; those of them that this start has use for are started by it. The lock must be held. */
export async function stopOrphans(directory: string): Promise<void> {
  for (const name of servers.toReversed()) await stopOrphan(join(directory, name))
}
