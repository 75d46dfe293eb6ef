import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { TestRole } from './postgres.ts'

export interface PairedServer {
  /** Of its links database. */
  readonly url: (role: TestRole) => string
  /** As kill -9 does; nobody starts it again. */
  readonly kill: () => void
}

export interface PostgresPair extends AsyncDisposable {
  readonly primary: PairedServer
  /** Follows the primary, and shows everything so much later. */
  readonly replica: PairedServer
}

const program = fileURLToPath(new URL('../../../deploy/local/postgres-pair.ts', import.meta.url))

/**
 * Two servers of one test alone: for what cannot be done to those that all tests share.
 *
 * @param settings of both
 */
export async function openPostgresPair(
  delayMs: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresPair> {
  const child = spawn(process.execPath, [program, String(delayMs), JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const ended = once(child, 'exit')
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    ended.then(() => {
      throw new Error('the two servers could not start')
    }),
  ])) as [string]
  const told = JSON.parse(line) as Record<'primary' | 'replica', { url: string; pid: number }>
  const server = ({ url, pid }: { url: string; pid: number }): PairedServer => ({
    url: (role) => {
      const address = new URL(`${url}/links`)
      address.username = role
      return address.href
    },
    kill: () => void process.kill(-pid, 'SIGKILL'),
  })
  return {
    primary: server(told.primary),
    replica: server(told.replica),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      await ended
    },
  }
}
