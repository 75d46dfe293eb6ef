import { expect, test } from '@jest/globals'
import type { IncomingMessage } from 'node:http'
import { OrphanClick } from '@sleepwell/contracts/click'
import { createAllowance } from '@sleepwell/runtime/allowance'
import { v7 as uuidv7 } from 'uuid'
import { createRecordOrphan, type OrphanDraft, type OrphanKept } from './record-orphan.ts'

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

function orphans(allowed: () => boolean, isRoomy = true) {
  const drafts: OrphanDraft[] = []
  const counts: Record<OrphanKept, number> = { recorded: 0, limited: 0 }
  const record = createRecordOrphan({
    allowed,
    keep: (draft) => {
      if (isRoomy) drafts.push(draft)
      return isRoomy
    },
    kept: (kept) => (counts[kept] += 1),
  })
  const ask = (slug: string, headers: Record<string, string> = {}, method = 'GET') =>
    record(uuidv7(), '@', slug, { method, headers } as unknown as IncomingMessage)
  return { ask, drafts, counts }
}

test('of an unknown slug nothing is kept but the slug, its domain, and whether a program asked', () => {
  const { ask, drafts } = orphans(() => true)
  ask('misprint', {
    'user-agent': firefox,
    referer: 'https://news.example/needle',
    cookie: 'needle',
  })
  ask('misprint', { 'user-agent': 'curl/8.5.0' })
  ask('misprint', { 'user-agent': firefox }, 'HEAD')
  expect(drafts.map(({ bot }) => bot)).toEqual([false, true, true])
  const numbered = { ...drafts[0], spool: uuidv7(), seq: 1, at: new Date().toISOString() }
  expect(OrphanClick.strict().parse(numbered)).toEqual(numbered)
})

test('a scan is recorded up to the allowance, and the rest is counted', () => {
  let now = 0
  const { ask, drafts, counts } = orphans(createAllowance(10, () => now))
  for (now = 0; now < 3_000; now += 1) ask(`guess${now}`)
  expect(drafts.length).toBeLessThanOrEqual(40)
  expect(counts).toEqual({ recorded: drafts.length, limited: 3_000 - drafts.length })
})

test('where there is no room it is counted too', () => {
  const { ask, counts } = orphans(() => true, false)
  ask('misprint')
  expect(counts).toEqual({ recorded: 0, limited: 1 })
})
