import { expect, test } from '@jest/globals'
import { exampleLink, type Link } from '@sleepwell/contracts/link'
import fc from 'fast-check'
import { type AskForLinks, type Place, readPage, startOf } from './by-clicks.ts'

/** As link-write answers: of the ids that were asked for those that it lists, the newest first. */
function listOf(ids: readonly string[]): { readonly ask: AskForLinks; readonly asked: string[] } {
  const asked: string[] = []
  const ask: AskForLinks = async ({ id, cursor, limit }) => {
    asked.push(id === undefined ? 'others' : 'counted')
    const named = id === undefined ? ids : ids.filter((one) => id.split(',').includes(one))
    const from = Number(cursor ?? 0)
    const links = named
      .slice(from, from + limit)
      .map((one) => ({ ...exampleLink, id: one }) as Link)
    return { links, nextCursor: from + limit < named.length ? String(from + limit) : null }
  }
  return { ask, asked }
}

async function readAll(
  counts: ReadonlyMap<string, number>,
  order: 'asc' | 'desc',
  ask: AskForLinks,
) {
  const pages: string[][] = []
  let place: Place | undefined = startOf(counts, order)
  while (place !== undefined) {
    const { links, next } = await readPage(place, order, ask)
    pages.push(links.map(({ id }) => id))
    place = next
  }
  return pages
}

test('every listed link comes once, by its clicks, and those without any last; or all the other way', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(450),
      fc.array(fc.nat(1000), { maxLength: 450 }),
      async (all, clicks) => {
        const ids = Array.from({ length: all }, (_, i) => `l${i}`)
        // Of every third only: there are clicks of links that the list leaves out, and links without clicks.
        const counts = new Map(clicks.map((count, i) => [`l${i * 3}`, count]))
        const shown = await Promise.all(
          (['desc', 'asc'] as const).map((order) => readAll(counts, order, listOf(ids).ask)),
        )
        const [desc = [], asc = []] = shown.map((pages) => pages.flat())
        expect(desc.toSorted()).toEqual(ids.toSorted())
        expect(asc.toSorted()).toEqual(ids.toSorted())
        const countsOf = (some: readonly string[]) => some.map((id) => counts.get(id) ?? -1)
        expect(countsOf(desc)).toEqual(countsOf(ids).toSorted((one, other) => other - one))
        expect(countsOf(asc)).toEqual(countsOf(ids).toSorted((one, other) => one - other))
      },
    ),
  )
})

test('a page of a list that few links are in is filled before it is shown', async () => {
  const counts = new Map(Array.from({ length: 1000 }, (_, i) => [`l${i}`, 1000 - i]))
  const { ask, asked } = listOf(['l999', 'l5', 'none'])
  expect(await readAll(counts, 'desc', ask)).toEqual([['l5', 'l999', 'none']])
  expect(asked).toEqual([...Array.from({ length: 10 }, () => 'counted'), 'others'])
})
