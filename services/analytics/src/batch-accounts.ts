// What a batch, and what was stored of it, says about the spools it came from.
import type { ClickBatch } from './click-batch.ts'
import type { AccountedNumbers, HeardSpool, Heartbeat } from './spool-table.ts'
import type { Stored } from './store-parts.ts'

interface Numbered {
  readonly spool: string
  readonly seq: number
}

/** What became of the numbers of a batch. */
export function accountsOf(batch: ClickBatch, stored: Stored): AccountedNumbers[] {
  const numbers = (account: AccountedNumbers['account'], records: readonly Numbered[]) => {
    const ranges: { account: typeof account; spool: string; from: number; to: number }[] = []
    // A batch of one spool is nearly always one range.
    for (const { spool, seq } of records) {
      const last = ranges.at(-1)
      if (last?.spool === spool && last.to + 1 === seq) last.to = seq
      else ranges.push({ account, spool, from: seq, to: seq })
    }
    return ranges
  }
  return [
    ...numbers('counted', [...stored.counted, ...stored.apart]),
    ...numbers(
      'dead_lettered',
      stored.deadLetters.flatMap(({ click }) => click ?? []),
    ),
    ...batch.dropped.map(({ spool, from, to }) => ({
      account: 'dropped' as const,
      spool,
      from,
      to,
    })),
  ]
}

/** Every spool that a batch names. */
export function spoolsOf(batch: ClickBatch): string[] {
  const named = [
    ...batch.clicks,
    ...batch.apart,
    ...batch.dropped,
    ...batch.heartbeats,
    ...batch.deadLetters.flatMap(({ click }) => click ?? []),
  ]
  return [...new Set(named.map(({ spool }) => spool))]
}

export function heardSpools(batch: ClickBatch, stored: Stored): HeardSpool[] {
  const spools = new Map<string, HeardSpool>()
  const hear = (spool: string, at: Date, said: Partial<HeardSpool> = {}) => {
    const before = spools.get(spool)
    spools.set(spool, {
      spool,
      firstAt: before === undefined || at < before.firstAt ? at : before.firstAt,
      lastAt: before === undefined || at > before.lastAt ? at : before.lastAt,
      lastSeq: Math.max(before?.lastSeq ?? 0, said.lastSeq ?? 0),
      shippedSeq: Math.max(before?.shippedSeq ?? 0, said.shippedSeq ?? 0),
      closed: said.closed === true || before?.closed === true,
      duplicates: (before?.duplicates ?? 0) + (said.duplicates ?? 0),
    })
  }
  const set = batch.deadLetters.flatMap(({ click }) => click ?? [])
  for (const { spool, at } of [...batch.clicks, ...batch.apart, ...set])
    hear(spool, at ?? new Date(), { duplicates: 1 })
  const kept = stored.deadLetters.flatMap(({ click }) => click ?? [])
  for (const { spool, at } of [...stored.counted, ...stored.apart, ...kept])
    hear(spool, at ?? new Date(), { duplicates: -1 })
  for (const range of batch.dropped) hear(range.spool, new Date(range.at))
  for (const { at, ...said } of batch.heartbeats) hear(said.spool, new Date(at), said)
  return [...spools.values()]
}

/** Of each spool and number the latest. */
export function newestHeartbeats(batch: ClickBatch): Heartbeat[] {
  const newest = new Map<string, Heartbeat>()
  for (const { spool, lastSeq, at } of batch.heartbeats) {
    const key = `${spool} ${lastSeq}`
    const heartbeat = { spool, lastSeq, at: new Date(at) }
    const before = newest.get(key)
    if (before === undefined || before.at < heartbeat.at) newest.set(key, heartbeat)
  }
  return [...newest.values()]
}
