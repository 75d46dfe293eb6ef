// What clicks of 90 days leave behind in the analytics database, made with SQL instead of clicks: the sums of the whole
// owner, those of each link by day and week, and by quarter of an hour all that the measured reports read.
import { createHash, randomUUID } from 'node:crypto'
import { keyFromSecret } from '@sleepwell/contracts/api-key'
import type { System } from '../system.ts'

export interface Owner {
  readonly name: string
  readonly links: number
  readonly clicks: number
}

export const large: Owner = { name: 'large', links: 10_000, clicks: 100_000_000 }
/** A hundredth. */
export const small: Owner = { name: 'small', links: 100, clicks: 1_000_000 }
export const days = 90
const quarters = days * 96

/** Links and values of a dimension are as popular as their rank is low: 1, 1/2, 1/3, ... */
const values = { browser: 10, country: 100, device: 3, os: 6, referrer: 200, total: 1 }

/** A key that may read his reports. */
export async function makeKey(system: System, owner: Owner): Promise<string> {
  const key = keyFromSecret(owner.name.replaceAll(/[^a-z]/gu, '').padEnd(32, 'x'))
  await system.query(
    'links',
    `insert into keys (id, owner_id, hash, scopes) values ($1, $2, $3, '{reports:read}')`,
    [randomUUID(), owner.name, createHash('sha256').update(key).digest()],
  )
  return key
}

export function linkOf(owner: Owner, rank: number): string {
  const hash = createHash('md5').update(`${owner.name} ${rank}`).digest('hex')
  return hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/u, '$1-$2-4$3-8$4-$5')
}

/** Makes links of those that have clicks, by rank, both included. */
export async function nameLinks(
  system: System,
  { name }: Owner,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  await system.query('links', benchLink)
  await system.query(
    'links',
    `insert into links (id, owner_id, domain, slug, destination)
     select bench_link($1, n), $1, '@', $1 || '-' || n, 'https://example.com/'
     from generate_series($2::integer, $3::integer) as n`,
    [name, from, to],
  )
}

/** @returns how many rows were made */
export async function fillRollups(
  system: System,
  owner: Owner,
  measured: readonly number[],
): Promise<number> {
  const perQuarter = owner.clicks / quarters
  for (const rank of measured) await nameLinks(system, owner, { from: rank, to: rank })
  await system.query('analytics', sums)
  const fill = async (sql: string, ...parameters: readonly unknown[]) =>
    (await system.query('analytics', sql, parameters)).length
  await fill(ofOwner, owner.name, perQuarter, days)
  await fill(ofLinksByDay, owner.name, perQuarter * 96, days, owner.links)
  await fill(longer, owner.name)
  await fill(ofLinks, owner.name, perQuarter, days, owner.links)
  await fill(ofMeasured, owner.name, perQuarter, days, owner.links, measured)
  await fill(daysOfMeasured, owner.name)
  await fill(summedDays, owner.name)
  const [rows] = await system.query<{ count: string }>(
    'analytics',
    `select (select count(*) from owner_rollups where owner_id = $1)
      + (select count(*) from rollups where owner_id = $1) as count`,
    [owner.name],
  )
  await system.query('analytics', 'analyze owner_rollups')
  await system.query('analytics', 'analyze rollups')
  await system.query('analytics', 'analyze link_days')
  return Number(rows?.count)
}

const weights = Object.entries(values).map(([dimension, count]) => `('${dimension}', ${count})`)
const benchLink = `
  create or replace function bench_link(owner text, rank integer) returns uuid language sql immutable
    return overlay(overlay(md5(owner || ' ' || rank) placing '4' from 13) placing '8' from 17)::uuid`
const sums = `
  ${benchLink};
  create or replace view bench_values as
  select dimension, case dimension when 'total' then '' else dimension || ' ' || rank end as value,
    (1.0 / rank / sum(1.0 / rank) over (partition by dimension))::float as share
  from (values ${weights.join(', ')}) as d (dimension, count), generate_series(1, count) as rank;
  create or replace function bench_share(rank integer, links integer) returns float language sql immutable
    return 1.0 / rank / (ln(links) + 0.5772)`

// Clicks that are no whole number are rounded up as often as they must be, so that the sums are right.
const counted = (clicks: string) => `
  cross join lateral floor(${clicks} + random()) as n
  where n > 0`
const counts = 'n - floor(n / 10), floor(n / 10), floor(n / 2)'
const newest = `date_bin('15 minutes', now(), timestamptz '1970-01-01 00:00:00Z')`
const newestDay = `date_trunc('day', now(), 'UTC')`

const ofOwner = `
  insert into owner_rollups
  select $1, dimension, 'quarter', bucket, value, ${counts}
  from bench_values cross join
    generate_series(${newest} - ($3 * interval '1 day'), ${newest}, interval '15 minutes') as bucket
    ${counted('$2::float * share')}
  order by dimension, bucket, value`

const ofLinksByDay = `
  insert into owner_rollups
  select $1, 'link', 'day', bucket, bench_link($1, rank)::text, ${counts}
  from generate_series(1, $4::integer) as rank cross join
    generate_series(${newestDay} - ($3 * interval '1 day'), ${newestDay}, interval '1 day') as bucket
    ${counted('$2::float * bench_share(rank, $4)')}
  order by bucket, 5`

const longer = `
  with by_day as (
    insert into owner_rollups
    select owner_id, dimension, 'day', date_trunc('day', bucket, 'UTC'), value, sum(human), sum(bot), sum(uniques)
    from owner_rollups where owner_id = $1 and unit = 'quarter'
    group by 1, 2, 4, 5 order by 2, 4, 5
    returning *
  )
  insert into owner_rollups
  select owner_id, dimension, 'week', date_trunc('week', bucket, 'UTC'), value, sum(human), sum(bot), sum(uniques)
  from (
    select * from by_day union all select * from owner_rollups where owner_id = $1 and dimension = 'link'
  ) as s
  group by 1, 2, 4, 5 order by 2, 4, 5`

// Of all links only the days in which a measured range begins or ends: within whole days nobody reads their quarters.
const ofLinks = `
  insert into rollups
  select $1, bench_link($1, rank), 'total', bucket, '', ${counts}
  from generate_series(1, $4::integer) as rank cross join
    generate_series(${newest} - ($3 * interval '1 day'), ${newest}, interval '15 minutes') as bucket
    ${counted('$2::float * bench_share(rank, $4)')}
    and extract(day from now() - bucket) in (0, 1, 6, 7, 8, $3 - 2, $3 - 1, $3)
  order by bucket, 2`

const ofMeasured = `
  insert into rollups
  select $1, bench_link($1, rank), dimension, bucket, value, ${counts}
  from unnest($5::integer[]) as rank cross join bench_values cross join
    generate_series(${newest} - ($3 * interval '1 day'), ${newest}, interval '15 minutes') as bucket
    ${counted('$2::float * bench_share(rank, $4) * share')}
  order by bucket, 2, 3, 5
  on conflict do nothing`

const daysOfMeasured = `
  insert into owner_rollups
  select owner_id, 'link', 'day', date_trunc('day', bucket, 'UTC'), link_id::text, sum(human), sum(bot), sum(uniques)
  from rollups
  where owner_id = $1 and dimension = 'total' and link_id in (select link_id from rollups where dimension = 'os')
  group by 1, 4, 5
  on conflict (owner_id, dimension, unit, bucket, value) do update set
    human = excluded.human, bot = excluded.bot, uniques = excluded.uniques`

// What analytics does each hour.
const summedDays = `
  insert into link_days
  select owner_id, link_id, dimension, day, value, sum(human), sum(bot), sum(uniques)
  from rollups cross join lateral date_trunc('day', bucket, 'UTC') as day
  where owner_id = $1 and day < date_trunc('day', now(), 'UTC') and (owner_id, link_id::text, day) in (
    select owner_id, value, bucket from owner_rollups
    where dimension = 'link' and unit = 'day' and human + bot >= 1000)
  group by 1, 2, 3, 4, 5`

/** Clicks one by one, of the last 31 days. */
export async function fillClicks(system: System, owner: Owner, clicks: number): Promise<void> {
  await system.query(
    'analytics',
    `select make_days(array(select current_date - n from generate_series(0, 31) as n))`,
  )
  await system.query(
    'analytics',
    `insert into clicks (
      at, id, spool, seq, link_id, owner_id, policy_version, bot, is_unique,
      country, device, browser, os, referrer, utm_source)
    select
      at, uuidv7(at - now()), '00000000-0000-4000-8000-000000000001', n,
      bench_link($1, floor($3 ^ random())::integer), $1, 2, n % 10 = 0, n % 2 = 0,
      'country ' || floor(100 ^ random()), 'device ' || floor(1 + 3 * random()),
      'browser ' || floor(10 ^ random()), 'os ' || floor(6 ^ random()), 'referrer ' || floor(200 ^ random()),
      case when n % 5 = 0 then 'letter' end
    from generate_series(1, $2::integer) as n
      cross join lateral (select now() - n * (interval '30 days' / $2)) as t (at)`,
    [owner.name, clicks, owner.links],
  )
  await system.query('analytics', 'analyze clicks')
}
