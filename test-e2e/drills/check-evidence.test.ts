import { expect, test } from '@jest/globals'
import { checkEvidence } from './check-evidence.ts'
import type { Evidence, Read, Write } from './evidence.ts'
import { blindTo } from './plant.ts'

const none: Evidence = {
  writes: [],
  reads: [],
  reports: [],
  degraded: [],
  links: [],
  clicks: new Map(),
  rollupDifference: 0,
  replays: [],
}
const kinds = (evidence: Partial<Evidence>) =>
  checkEvidence({ ...none, ...evidence }).map(({ kind }) => kind)

/** @param tookMs undefined: never acknowledged */
const write = (
  start: number,
  destination: string | null,
  tookMs: number | undefined = 10,
): Write => ({
  slug: 'a',
  destination,
  start,
  acknowledgedAt: tookMs === undefined ? undefined : start + tookMs,
  tries: 1,
})
const unknown = (start: number, destination: string | null): Write => ({
  ...write(start, destination),
  acknowledgedAt: undefined,
})
const read = (start: number, seen: string | null, requestId?: string): Read => ({
  slug: 'a',
  dueAt: start,
  start,
  end: start + 5,
  answer: seen === null ? 'absent' : { destination: seen },
  requestId,
})
const life = [write(0, 'one'), write(10_000, 'two'), write(20_000, null)]
const judged = (reads: readonly Read[], more: Partial<Evidence> = {}) =>
  kinds({ writes: life, reads, ...more })

test('what led where the link led just then is right', () => {
  const reads = [read(-100, null), read(500, 'one'), read(10_900, 'one'), read(10_001, 'two')]
  expect(judged([...reads, read(20_900, 'two'), read(20_005, null), read(90_000, null)])).toEqual(
    [],
  )
})

test('nobody is judged by an answer that did not come', () => {
  expect(judged([{ ...read(5_000, null), answer: 'failed' }])).toEqual([])
})

test('what an edit had ended is stale, and what a deletion had ended is a resurrection', () => {
  expect(judged([read(11_500, 'one')])).toEqual(['stale redirect'])
  expect(judged([read(25_000, 'two')])).toEqual(['resurrected link'])
  expect(judged([read(25_000, 'one')])).toEqual(['resurrected link'])
})

test('while something is away an edit may take thirty seconds, and no longer', () => {
  const degraded = [{ from: 10_000, to: 80_000 }]
  expect(judged([read(39_000, 'one')], { degraded })).toEqual([])
  expect(judged([read(41_000, 'one')], { degraded })).toEqual(['resurrected link'])
})

test('a destination that nobody had written, or not yet, is wrong', () => {
  expect(judged([read(5_000, 'elsewhere')])).toEqual(['wrong redirect'])
  expect(judged([read(5_000, 'two')])).toEqual(['wrong redirect'])
})

test('a link is resolvable a second after it was acknowledged', () => {
  expect(judged([read(900, null)])).toEqual([])
  expect(judged([read(1_500, null)])).toEqual(['late 404'])
  expect(judged([read(12_000, null)])).toEqual(['late 404'])
})

test('a write that nobody knows of may be seen or not, from its first try on', () => {
  const writes = [write(0, 'one'), unknown(10_000, 'two')]
  const reads = [read(60_000, 'one'), read(60_000, 'two')]
  expect(kinds({ writes, reads, links: [{ slug: 'a', destination: 'two' }] })).toEqual([
    'unsettled write',
  ])
  expect(
    kinds({ writes, reads: [read(5_000, 'two')], links: [{ slug: 'a', destination: 'one' }] }),
  ).toEqual(['wrong redirect', 'unsettled write'])
})

test('what was acknowledged last is in the database, once', () => {
  const writes = [write(0, 'one'), write(10, 'two')]
  const at = (destination: string) => ({ slug: 'a', destination })
  expect(kinds({ writes, links: [at('two')] })).toEqual([])
  expect(kinds({ writes, links: [at('one')] })).toEqual(['lost write'])
  expect(kinds({ writes, links: [] })).toEqual(['lost write'])
  expect(kinds({ writes, links: [at('two'), at('two')] })).toEqual(['doubled link'])
  expect(kinds({ writes: life, links: [at('two')] })).toEqual(['lost write'])
})

test('each redirect that was answered is one click, and the sums are those of the clicks', () => {
  const reads = [read(500, 'one', 'x'), read(600, 'one', 'y'), read(700, null, 'z')]
  const clicks = new Map([
    ['x', 2],
    ['unanswered', 1],
  ])
  expect(judged(reads, { clicks, rollupDifference: -3 })).toEqual([
    'lost click',
    'doubled click',
    'sums differ',
  ])
})

test('a key gives the same answer again', () => {
  expect(kinds({ replays: [{ slug: 'a', same: false }] })).toEqual([
    'other answer under the same key',
  ])
})

test('evidence that could show what is planted is not blind to it', () => {
  const kept = { ...write(0, 'kept'), slug: 'b' }
  const evidence = {
    ...none,
    writes: [...life, kept],
    reads: [read(500, 'one', 'x')],
    links: [{ slug: 'b', destination: 'kept' }],
    clicks: new Map([['x', 1]]),
  }
  expect(checkEvidence(evidence)).toEqual([])
  expect(blindTo(evidence)).toEqual([])
  expect(blindTo({ ...evidence, writes: [kept] })).toEqual(['resurrected link'])
})
