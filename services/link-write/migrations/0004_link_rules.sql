-- Rules on links. Code that does not know them goes on: each has a default, by which a link is as it was.
alter table links
  add column starts_at timestamptz,
  add column max_clicks integer,
  add column forward_query boolean not null default false,
  add column redirect_status smallint not null default 302,
  add column cache_seconds integer not null default 0,
  add column blocked_at timestamptz;

-- Not valid: no row can have another value yet, and looking at each would keep redirects from the table meanwhile.
alter table links
  add constraint links_max_clicks check (max_clicks >= 1) not valid,
  add constraint links_redirect_status check (redirect_status in (301, 302, 307, 308)) not valid,
  add constraint links_cache_seconds check (cache_seconds >= 0) not valid;

grant update (starts_at, max_clicks, forward_query, redirect_status, cache_seconds, blocked_at)
  on links to link_write;
grant select (starts_at, max_clicks, forward_query, redirect_status, cache_seconds, blocked_at)
  on links to redirect;

-- How much of max_clicks is spent. Apart from links, whose rows are wide and are in the change feed. With room in each
-- page a claim touches no index.
create table link_claims (
  link_id uuid primary key references links on delete cascade,
  claimed integer not null
) with (fillfactor = 50);

-- The one thing that redirect may write: how many of `wanted` visitors may follow a link that has max_clicks. Granted
-- once is spent, whether the answer arrives or not.
create function claim_click(link_id uuid, wanted integer) returns integer
language plpgsql volatile strict security definer set search_path = pg_catalog, pg_temp as $$
declare
  already integer;
  granted integer;
begin
  -- The lock on a row that is there already is all that claims of one link wait for.
  insert into public.link_claims (link_id, claimed)
    select l.id, 0 from public.links l
    where l.id = claim_click.link_id and l.max_clicks is not null
  on conflict do nothing;
  select c.claimed into already from public.link_claims c
    where c.link_id = claim_click.link_id
    for update;
  -- Read after the wait for the lock: a limit that was lowered meanwhile holds.
  select greatest(0, least(wanted, l.max_clicks - already)) into granted from public.links l
    where l.id = claim_click.link_id
      and l.max_clicks is not null
      and l.deleted_at is null
      and l.blocked_at is null
      and (l.starts_at is null or l.starts_at <= clock_timestamp())
      and (l.expires_at is null or l.expires_at > clock_timestamp());
  if granted is null or granted = 0 then
    return 0;
  end if;
  update public.link_claims c set claimed = c.claimed + granted
    where c.link_id = claim_click.link_id;
  return granted;
end
$$;
revoke all on function claim_click(uuid, integer) from public;
grant execute on function claim_click(uuid, integer) to redirect;
