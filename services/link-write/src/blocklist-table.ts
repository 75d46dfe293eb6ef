import type { Pool, PoolClient } from 'pg'
import { onEitherSchema, type StoredLink } from './link-columns.ts'

/** Of links that may still be restored, the deleted ones too; a day more, for clocks and upkeep. */
const restorableFor = '31 days'

/** A list is in force from now on, and all links are to be looked at; what another one blocked too. */
export async function putInForce(postgres: Pool, digest: string): Promise<void> {
  await postgres.query({
    name: 'put_in_force',
    text: `
      insert into blocklists (digest) values (decode($1, 'hex'))
      on conflict (digest) do update set
        in_force_from = excluded.in_force_from, scanned_to = null, scanned_at = null`,
    values: [digest],
  })
}

/**
 * If it never was before: whoever starts with an old list does not bring it back. All links are to be looked at in any case: before
 * he started there may have been no list, and links were made that nobody judged.
 */
export async function lookAgain(postgres: Pool, digest: string): Promise<void> {
  await postgres.query({
    name: 'look_again',
    text: `
      insert into blocklists (digest) values (decode($1, 'hex'))
      on conflict (digest) do update set scanned_to = null, scanned_at = null`,
    values: [digest],
  })
}

export interface Scan {
  readonly digest: string
  readonly scannedTo: string | null
  /** Not for longer than a day: a process without a list may have gone on while they were looked at. */
  readonly isDone: boolean
  /** Whether everybody who writes links has had the time to end what he had begun by the list before. */
  readonly mayBegin: boolean
}

/** Of the list in force; until the transaction ends no other process scans. `'busy'` while one does. */
export async function lockScan(client: PoolClient): Promise<Scan | 'busy' | 'no list'> {
  const { rows: locks } = await client.query<{ locked: boolean }>({
    name: 'lock_scan',
    text: `select pg_try_advisory_xact_lock(hashtextextended('scan links', 0)) as locked`,
  })
  if (locks[0]?.locked !== true) return 'busy'
  // A statement of its own, so that it sees what the last holder committed. Whoever wants all links looked at anew waits until this step
  // is written down, or it would be written down over his wish.
  const { rows } = await client.query<Scan>({
    name: 'find_scan',
    text: `
      select encode(digest, 'hex') as digest, scanned_to as "scannedTo",
        coalesce(scanned_at > clock_timestamp() - interval '1 day', false) as "isDone",
        in_force_from < clock_timestamp() - interval '5 s' as "mayBegin"
      from blocklists order by in_force_from desc limit 1
      for no key update`,
  })
  return rows[0] ?? 'no list'
}

export interface ScannedLink extends Pick<
  StoredLink,
  'id' | 'destination' | 'expiredDestination' | 'preview' | 'blocked'
> {
  /** Because of the list. */
  readonly listed: boolean
}

const scanned = `
  links.id, links.destination, expired_destination as "expiredDestination", preview,
  links.blocked_at is not null as blocked, links.deleted_at is not null as deleted`

/** In the order of their ids. */
export async function findToScan(
  client: PoolClient,
  after: string | null,
  limit: number,
): Promise<ScannedLink[]> {
  const { rows } = await client.query<ScannedLink>({
    name: 'find_to_scan',
    text: `
      select found.*, listed_links.link_id is not null as listed
      from (${onEitherSchema(`
        select ${scanned} from links
        where id > coalesce($1, uuid '00000000-0000-0000-0000-000000000000') and alias_of is null
          and (deleted_at is null or deleted_at > clock_timestamp() - interval '${restorableFor}')
        order by id
        limit $2`)}) as found
      left join listed_links on listed_links.link_id = found.id
      order by found.id`,
    values: [after, limit],
  })
  return rows
}

/** As it is now; nobody else changes it until the transaction ends. */
export async function lockScanned(
  client: PoolClient,
  id: string,
): Promise<(ScannedLink & { readonly deleted: boolean }) | 'absent'> {
  const { rows } = await client.query<ScannedLink & { deleted: boolean }>({
    name: 'lock_scanned',
    text: onEitherSchema(`
      select ${scanned},
        exists (select from listed_links where link_id = links.id) as listed
      from links where id = $1
      for no key update`),
    values: [id],
  })
  return rows[0] ?? 'absent'
}

export async function blockListed(client: PoolClient, id: string, entry: string): Promise<void> {
  await client.query({
    name: 'block_listed',
    text: `
      with listed as (
        insert into listed_links (link_id, entry) values ($1, $2)
        on conflict (link_id) do update set entry = excluded.entry)
      update links set
        blocked_at = clock_timestamp(), version = version + 1, updated_at = clock_timestamp()
      where id = $1`,
    values: [id, entry],
  })
}

export async function unblockListed(client: PoolClient, id: string): Promise<void> {
  await client.query({
    name: 'unblock_listed',
    text: `
      with listed as (delete from listed_links where link_id = $1)
      update links set blocked_at = null, version = version + 1, updated_at = clock_timestamp()
      where id = $1`,
    values: [id],
  })
}

/** Whether it was listed. */
export async function unlist(client: PoolClient, id: string): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'unlist',
    text: 'delete from listed_links where link_id = $1',
    values: [id],
  })
  return rowCount === 1
}

/** @param to null: to the end */
export async function scannedTo(
  client: PoolClient,
  digest: string,
  to: string | null,
): Promise<void> {
  await client.query({
    name: 'scanned_to',
    text: `
      update blocklists set
        scanned_to = $2,
        scanned_at = case when $2::uuid is null then clock_timestamp() end
      where digest = decode($1, 'hex')`,
    values: [digest, to],
  })
}
