import { expect, test } from '@jest/globals'
import { decodeLinkRecord, encodeLinkRecord, mayBeKept } from './link-record.ts'
import { decodeJournal, decodeSnapshot, encodeHeader } from './snapshot-format.ts'
import { journalOf, knowledge, link, snapshotOf } from './test-snapshot.ts'

const links = {
  '@/a': link(2 ** 40 + 7, { expiresAt: 1_900_000_000_000.5 }),
  'go.example/b': link(2),
  '@/gone': link(3, { deleted: true }),
}
const change = (key: string, position: number, deleted = true) => ({
  key,
  position,
  deleted,
  blocked: false,
})

function* flipped(bytes: Buffer): Generator<Buffer> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes)
    damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    yield damaged
  }
}

function* cut(bytes: Buffer): Generator<Buffer> {
  for (let end = 0; end < bytes.length; end++) yield bytes.subarray(0, end)
}

test('what was written is read, in order', () => {
  const decoded = decodeSnapshot(snapshotOf(5, links))
  expect(decoded).toEqual({
    generation: 5,
    knowledge,
    links: Object.entries(links),
    whole: true,
  })
})

test('a snapshot cut anywhere, or with a bit flipped, gives the links before the damage and never another one', () => {
  const bytes = snapshotOf(5, links)
  for (const damaged of [...cut(bytes), ...flipped(bytes)]) {
    const decoded = decodeSnapshot(damaged)
    if (decoded === undefined) continue
    expect(decoded.whole).toBe(false)
    expect(decoded.links).toEqual(Object.entries(links).slice(0, decoded.links.length))
    expect(decoded.knowledge).toEqual(knowledge)
  }
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['zeros', Buffer.alloc(1000)],
  [
    'a later version',
    snapshotOf(5, links, encodeHeader(knowledge).replace('"version":1', '"version":2')),
  ],
  ['another file', snapshotOf(5, links, '{}')],
])('%s is no snapshot of ours', (_what, bytes) => {
  expect(decodeSnapshot(bytes)).toBeUndefined()
})

test('links of another file behind the beginning of this one are not taken for its own', () => {
  const first = snapshotOf(5, { '@/a': link(1) })
  const second = snapshotOf(6, { '@/a': link(1), '@/b': link(2) })
  const mixed = Buffer.concat([first.subarray(0, 300), second.subarray(300)])
  const decoded = decodeSnapshot(mixed)
  expect(decoded?.whole).toBe(false)
  expect(decoded?.links.map(([key]) => key)).not.toContain('@/b')
})

test('a link with a field that this release does not know is not served by it', () => {
  const text = encodeLinkRecord('@/a', Object.assign({ country: 'nz' }, link(1)))
  expect(decodeLinkRecord(text)).toBeUndefined()
  expect(decodeLinkRecord(encodeLinkRecord('@/a', link(1)))).toEqual({ key: '@/a', link: link(1) })
})

test('a link of which the earlier release wrote less than this one must know is not served', () => {
  const { blocked: _blocked, ...rest } = link(1)
  expect(decodeLinkRecord(`@/a ${JSON.stringify(rest)}`)).toBeUndefined()
})

test('the rules of a link are kept with it', () => {
  const rules = {
    startsAt: 1,
    expiresAt: 2,
    forwardQuery: true,
    status: 308,
    cacheSeconds: 60,
    blocked: true,
  } as const
  const there = { key: '@/a', link: link(1, rules) }
  expect(decodeLinkRecord(encodeLinkRecord(there.key, there.link))).toEqual(there)
})

test('a link with a limit is not kept', () => {
  expect(mayBeKept(link(1, { limited: true }))).toBe(false)
  expect(mayBeKept(link(1))).toBe(true)
})

test('what the journal says is read', () => {
  const bytes = journalOf(5, [change('@/a', 9), knowledge, change('@/b', 10, false)])
  expect(decodeJournal(bytes, 5)).toEqual({
    changes: [change('@/a', 9), change('@/b', 10, false)],
    knowledge,
    records: 3,
    end: bytes.length,
    damaged: false,
  })
})

test('a journal cut anywhere keeps every whole record before the cut', () => {
  const bytes = journalOf(5, [change('@/a', 9), change('@/b', 10), knowledge])
  for (const torn of cut(bytes)) {
    const decoded = decodeJournal(torn, 5)
    expect(decoded.damaged).toBe(false)
    expect(decoded.records).toBe(decoded.changes.length + (decoded.knowledge ? 1 : 0))
    expect(decoded.end).toBeLessThanOrEqual(torn.length)
  }
})

test('a bit flipped in a change that another record follows is noticed', () => {
  const changes = journalOf(5, [change('@/a', 9), change('@/b', 10)])
  const bytes = journalOf(5, [change('@/a', 9), change('@/b', 10), knowledge])
  for (const damaged of flipped(changes)) {
    const decoded = decodeJournal(Buffer.concat([damaged, bytes.subarray(changes.length)]), 5)
    expect(decoded.damaged).toBe(true)
  }
})
