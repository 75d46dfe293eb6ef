// Looks at every link when the list of the operator has changed, when a process starts with it, and once a day: a step at a time, each
// short, and one process at a time.
import { setTimeout as sleep } from 'node:timers/promises'
import { every } from '@sleepwell/runtime/every'
import { errorFields, type Logger } from '@sleepwell/runtime/log'
import { inTransaction } from '@sleepwell/runtime/postgres'
import type { Pool, PoolClient } from 'pg'
import {
  blockListed,
  findToScan,
  lockScan,
  lockScanned,
  lookAgain,
  putInForce,
  type ScannedLink,
  scannedTo,
  unblockListed,
} from './blocklist-table.ts'
import { recordChange } from './change-table.ts'
import type { Blocklist } from './follow-blocklist.ts'
import { destinationsOf } from './link-rules.ts'

/** Links a step. */
const looksAt = 1000
/** Of them so many are changed at most: an open transaction holds the change feed back. */
const changes = 25
/** A quarter of the time at most goes to it. */
const pauseMs = 50

export interface ScanOptions {
  readonly postgres: Pool
  /** As it is now. What is in force for others may be another one. */
  readonly list: () => Blocklist | undefined
  readonly log: Logger
  readonly everyMs?: number
}

type Step = 'more' | 'done' | 'busy' | 'another list' | 'no list'

/** Puts each new list in force, and scans by it until all links have been looked at. */
export function startScanning({
  postgres,
  list,
  log,
  everyMs = 1_000,
}: ScanOptions): AsyncDisposable {
  const open = new AsyncDisposableStack()
  const stopping = new AbortController()
  let told: Blocklist | undefined
  let before: Step = 'done'

  async function scan(): Promise<void> {
    const current = list()
    if (current === undefined) return
    if (current !== told) {
      await (current.isChange ? putInForce : lookAgain)(postgres, current.digest)
      told = current
    }
    let step: Step = 'more'
    while (step === 'more' && !stopping.signal.aborted && list() === current) {
      step = await inTransaction(postgres, (client) => scanStep(client, current))
      if (step === 'more') await sleep(pauseMs)
    }
    if (step === 'another list' && before !== step)
      log.warn('another process has a newer blocklist: links are looked at by that one')
    before = step
  }

  open.use(every(everyMs, scan, (error) => log.warn(errorFields(error), 'links cannot be scanned')))
  open.defer(() => stopping.abort())
  return open
}

async function scanStep(client: PoolClient, list: Blocklist): Promise<Step> {
  const scan = await lockScan(client)
  if (typeof scan === 'string') return scan
  if (scan.digest !== list.digest) return 'another list'
  if (scan.isDone) return 'done'
  if (!scan.mayBegin) return 'busy'
  const found = await findToScan(client, scan.scannedTo, looksAt)
  const wrong = found.filter((link) => isWrong(link, entryAgainst(list, link)))
  const now = wrong.slice(0, changes)
  for (const { id } of now) await settle(client, id, list)
  const isAll = now.length === wrong.length
  if (isAll && found.length < looksAt) {
    await scannedTo(client, list.digest, null)
    return 'done'
  }
  const last = isAll ? found.at(-1) : now.at(-1)
  await scannedTo(client, list.digest, last?.id ?? null)
  return 'more'
}

async function settle(client: PoolClient, id: string, list: Blocklist): Promise<void> {
  const link = await lockScanned(client, id)
  if (link === 'absent') return
  const entry = entryAgainst(list, link)
  if (!isWrong(link, entry)) return
  if (entry === undefined) await unblockListed(client, id)
  else await blockListed(client, id, entry)
  // A deleted one leads nowhere, and its slugs may be another's by now: redirect hears of the block when it is restored.
  if (!link.deleted) await recordChange(client, { id }, 'lives')
}

/** What a person has blocked stays as it is. */
function isWrong({ blocked, listed }: ScannedLink, entry: string | undefined): boolean {
  return entry === undefined ? listed : !blocked
}

function entryAgainst(list: Blocklist, link: ScannedLink): string | undefined {
  for (const href of destinationsOf(link)) {
    const entry = list.entryAgainst(href)
    if (entry !== undefined) return entry
  }
  return undefined
}
