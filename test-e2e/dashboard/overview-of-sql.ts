// What the overview of today must show, by SQL.
import { expect } from '@jest/globals'
import type { Page } from 'playwright-core'
import type { System } from '../system.ts'
import { figure, openTab, rowsOf } from './on-screen.ts'

type Asked = Pick<System, 'query'>

export const own = `owner_id = 'me'`

/** @param sql its answer is one number, `n` */
export async function countOf(
  { query }: Asked,
  sql: string,
  database: 'analytics' | 'links' = 'analytics',
): Promise<number> {
  const [row] = await query<{ n: number }>(database, sql)
  return row?.n ?? Number.NaN
}

/** Of `/?period=today&table=clicks`: every number that it has. */
export async function expectOverviewOfSql(page: Page, system: Asked): Promise<void> {
  await expectFigures(page, system)
  await expectLists(page, system)
  const cells = await page.locator('[data-card="clicks"] tbody td:nth-child(2)').allTextContents()
  expect(cells.reduce((sum, text) => sum + Number(text.replaceAll(',', '')), 0)).toBe(
    await countOf(system, `select count(*)::int as n from clicks where ${own} and not bot`),
  )
}

async function expectFigures(page: Page, system: Asked): Promise<void> {
  const clicks = (where: string) =>
    countOf(system, `select count(*)::int as n from clicks where ${own} and ${where}`)
  const sums = {
    human: await clicks('not bot'),
    bot: await clicks('bot'),
    unique: await clicks('is_unique'),
    orphans: await countOf(system, 'select sum(human)::int as n from orphans'),
    links: await countOf(
      system,
      `select count(*)::int as n from links where ${own} and deleted_at is null and alias_of is null`,
      'links',
    ),
  }
  for (const [name, sum] of Object.entries(sums))
    expect([name, await figure(page, name)]).toEqual([name, sum])
}

async function expectLists(page: Page, system: Asked): Promise<void> {
  const slugs = await system.query<{ id: string; slug: string }>(
    'links',
    'select id, slug from links',
  )
  const byLink = Object.entries(await countsBy(system, 'link_id::text')).map(([id, n]) => [
    slugs.find((link) => link.id === id)?.slug,
    n,
  ])
  expect(await rowsOf(page, 'links')).toEqual(Object.fromEntries(byLink))
  expect(await rowsOf(page, 'sources')).toEqual(
    renamed(await countsBy(system, 'referrer'), 'direct', 'Direct, or not told'),
  )
  for (const [tab, column] of [
    ['Source', 'utm_source'],
    ['Campaign', 'utm_campaign'],
  ] as const) {
    await openTab(page, 'sources', tab)
    expect(await rowsOf(page, 'sources')).toEqual(await countsBy(system, column))
  }
  for (const [tab, column] of [
    ['Browsers', 'browser'],
    ['Systems', 'os'],
  ] as const) {
    await openTab(page, 'devices', tab)
    expect(await rowsOf(page, 'devices')).toEqual(
      renamed(await countsBy(system, column), 'unknown', 'Unknown'),
    )
  }
}

/** Clicks of people by a column. */
async function countsBy({ query }: Asked, column: string): Promise<Record<string, number>> {
  const rows = await query<{ name: string; n: number }>(
    'analytics',
    `select coalesce(${column}, '(none)') as name, count(*)::int as n from clicks
     where ${own} and not bot group by 1`,
  )
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]))
}

function renamed(names: Record<string, number>, from: string, to: string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(names).map(([name, n]) => [name === from ? to : name, n]),
  )
}
