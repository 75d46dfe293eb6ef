import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { cellOf, readCell } from './csv-cell.ts'
import { newLinkOf, readRows } from './link-file.ts'

const row = (raw: Record<string, unknown>) => ({ number: 1, raw })

test('what an export has of a link is taken back, and its campaign is left in its destination', () => {
  const link = {
    id: '01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e11',
    slug: 'spring',
    aliases: ['old'],
    destination: 'https://example.com/?utm_source=x',
    utm: { source: 'x' },
    createdAt: '2026-03-01T09:30:00.000Z',
    version: 7,
    title: null,
  }
  const { slug, aliases, destination, createdAt } = link
  const taken = { slug, aliases, destination, createdAt }
  expect(newLinkOf(row(link), 'ndjson', [])).toEqual(taken)
  const cells = Object.fromEntries(
    Object.entries(link).map(([name, value]) => [name, cellOf(value)]),
  )
  expect(newLinkOf(row(cells), 'csv', [])).toEqual(taken)
  expect(newLinkOf(row(cells), 'csv', ['id', 'slug', 'aliases'])).toEqual({
    destination,
    createdAt,
  })
  const asked = { destination, utm: { source: 'y' } }
  expect(newLinkOf(row(asked), 'ndjson', [])).toEqual(asked)
})

test.each([
  ['text', '', "'"],
  ['text', '=1+1', "'=1+1"],
  ['text', "'", "''"],
  ['text', "'=1", "''=1"],
  ['text', "'tis", "'tis"],
  ['text', 'plain', 'plain'],
  ['list', ['=x', 'y'], "'=x;y"],
  ['list', ['a;b', '[c'], '["a;b","[c"]'],
  ['list', ['a,b'], 'a,b'],
] as const)('a %s is the same again out of its cell: %j', (kind, value, cell) => {
  expect(cellOf(value)).toBe(cell)
  expect(readCell(kind, true, cell)).toEqual(value)
})

test('a line of JSON ends where a line of a file does', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'sleepwell-lines-')), 'links.ndjson')
  const link = { destination: 'https://example.com/', title: 'one\u2028two' }
  writeFileSync(file, `${JSON.stringify(link)}\r\n\n${JSON.stringify(link)}`)
  const found: unknown[] = []
  for await (const { number, raw } of readRows(file, 'ndjson')) found.push([number, raw])
  expect(found).toEqual([
    [1, link],
    [2, link],
  ])
})
