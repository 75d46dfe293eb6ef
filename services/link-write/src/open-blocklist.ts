// The operator's list, as a process has it: what asks it, and what follows when it changes.
import type { Logger } from '@sleepwell/runtime/log'
import type { Pool } from 'pg'
import { followBlocklist } from './follow-blocklist.ts'
import { blocklistLooked, observeBlocklist } from './indicators.ts'
import type { LinkDomains } from './link-domains.ts'
import { startScanning } from './scan-links.ts'

export interface OpenBlocklistOptions {
  /** Undefined: there is no list, and what an earlier one blocked stays so. */
  readonly BLOCKLIST_FILE?: string | undefined
  readonly BLOCKLIST_MAX_ENTRIES: number
  readonly postgres: Pool
  readonly log: Logger
}

export async function openBlocklist(
  options: OpenBlocklistOptions,
): Promise<Pick<LinkDomains, 'entryAgainst'> & AsyncDisposable> {
  const { BLOCKLIST_FILE: file, BLOCKLIST_MAX_ENTRIES: maxEntries, postgres, log } = options
  const open = new AsyncDisposableStack()
  if (file === undefined) {
    observeBlocklist({ current: () => undefined, isRefused: () => false })
    return { entryAgainst: () => undefined, [Symbol.asyncDispose]: () => open.disposeAsync() }
  }
  const followed = open.use(
    await followBlocklist({ file, maxEntries, looked: blocklistLooked, log }),
  )
  observeBlocklist(followed)
  open.use(startScanning({ postgres, list: followed.current, log }))
  return {
    entryAgainst: (href) => followed.current()?.entryAgainst(href),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
