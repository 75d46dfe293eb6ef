import { expect, test } from '@jest/globals'
import type { Link } from '@sleepwell/contracts/link'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { csvHead, csvRow, linkOfCsv, unknownColumns } from './link-csv.ts'

const plain: Link = {
  id: '01936f1e-0000-7000-8000-000000000000',
  slug: 's',
  aliases: [],
  domain: 'go.example.com',
  shortLink: 'https://go.example.com/s',
  destination: 'https://example.com/',
  utm: null,
  externalId: null,
  title: null,
  notes: null,
  tags: [],
  archived: false,
  startsAt: null,
  expiresAt: null,
  maxClicks: null,
  forwardQuery: false,
  redirectStatus: 302,
  cacheSeconds: 0,
  expiredDestination: null,
  forwardPath: false,
  noindex: false,
  preview: null,
  blocked: false,
  version: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  deletedAt: null,
}

function readBack(link: Link) {
  const [row] = parse<Record<string, string>>(csvHead + csvRow(link), { columns: true, bom: true })
  return linkOfCsv(row ?? {})
}

// What a file makes hard: quotes, commas, line breaks, formulas, apostrophes, nothing at all.
const hard = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', ',', '\n', '\r', "'", '=', '+', '-', '@', '\t', '\\', ' ', ';'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 12,
})

test('whatever a link says is read as it was', () => {
  fc.assert(
    fc.property(
      fc.record({
        title: fc.option(hard),
        notes: fc.option(hard),
        externalId: fc.option(hard),
        tags: fc.array(
          hard.filter((tag) => tag !== ''),
          { maxLength: 4 },
        ),
        maxClicks: fc.option(fc.nat()),
        archived: fc.boolean(),
        preview: fc.option(
          fc.record({ title: hard, description: fc.option(hard), image: fc.option(hard) }),
        ),
      }),
      (given) => {
        const read = readBack({ ...plain, ...given })
        const { title = null, notes = null, externalId = null, maxClicks = null } = read
        expect({ title, notes, externalId, maxClicks }).toEqual({
          title: given.title,
          notes: given.notes,
          externalId: given.externalId,
          maxClicks: given.maxClicks,
        })
        expect(read['tags'] ?? []).toEqual(given.tags)
        expect(read['archived']).toBe(given.archived)
        const none = { title: null, description: null, image: null }
        expect({ ...none, ...(read['preview'] as object | undefined) }).toEqual(
          given.preview ?? none,
        )
      },
    ),
    { numRuns: 500 },
  )
})

test.each(['=1+1', '+1', '-1', '@x', '\t=1', '\r=1'])('%j is no formula in the file', (title) => {
  expect(csvRow({ ...plain, title })).toMatch(/,"?'/u)
})

test('what nobody would take for a formula is as it was typed', () => {
  const row = csvRow({ ...plain, title: `'Tis the season`, notes: `it's`, tags: ['a', 'b'] })
  expect(row).toContain(`,'Tis the season,it's,"a,b",`)
})

test('what only the service says is not read', () => {
  const { id: _id, shortLink: _link, ...rest } = plain
  expect(Object.keys(readBack(plain))).toEqual(
    Object.keys(readBack(plain)).filter(
      (name) => name in rest && !['version', 'blocked', 'updatedAt'].includes(name),
    ),
  )
  expect(readBack(plain)).toMatchObject({
    slug: 's',
    createdAt: plain.createdAt,
    redirectStatus: 302,
  })
})

test('columns that mean nothing are named, and cells that are not what they should be go on as they are', () => {
  expect(unknownColumns(['slug', 'url', 'toString'])).toEqual(['url', 'toString'])
  expect(linkOfCsv({ archived: 'yes', maxClicks: '1e3', destination: '' })).toEqual({
    archived: 'yes',
    maxClicks: '1e3',
  })
})
