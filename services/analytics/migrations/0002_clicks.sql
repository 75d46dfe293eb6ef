-- Where each partition of each click log is to be read next; null: nothing was read yet.
create table offsets (
  cluster text not null,
  topic text not null,
  partition integer not null,
  next bigint,
  primary key (cluster, topic, partition)
);

-- One row a click; the primary key finds duplicates for as long as the day is kept.
create table clicks (
  at timestamptz not null,
  id uuid not null,
  spool uuid not null,
  seq bigint not null,
  link_id uuid not null,
  owner_id text not null,
  policy_version smallint not null,
  bot boolean not null,
  is_unique boolean not null,
  country text not null,
  device text not null,
  browser text not null,
  os text not null,
  referrer text not null,
  primary key (at, id)
) partition by range (at);

-- Who was already seen on a link that day (UTC). Visitor ids mean nothing after their day, and go soon after it.
create table visitors (
  day date not null,
  link_id uuid not null,
  visitor text not null,
  primary key (day, link_id, visitor)
) partition by range (day);

-- Clicks of a quarter of an hour: every time zone's hours and days begin on one. total = human + bot.
create table rollups (
  owner_id text not null,
  link_id uuid not null,
  dimension text not null,
  bucket timestamptz not null,
  value text not null,
  human bigint not null,
  bot bigint not null,
  uniques bigint not null,
  primary key (owner_id, link_id, dimension, bucket, value)
) with (fillfactor = 80);

-- Records that could not be counted, as they were.
create table dead_letters (
  cluster text not null,
  topic text not null,
  partition integer not null,
  "offset" bigint not null,
  reason text not null,
  click_id uuid unique,
  value bytea not null,
  at timestamptz not null default now(),
  primary key (cluster, topic, partition, "offset")
);

create table dropped_clicks (
  spool uuid not null,
  "from" bigint not null,
  "to" bigint not null,
  at timestamptz not null,
  primary key (spool, "from", "to")
);

-- The highest number up to which none is missing.
create function through_seq(accounted int8multirange) returns bigint
  language sql immutable strict parallel safe
  return case when lower(accounted) = 1
    then (select upper(r) - 1 from unnest(accounted) r order by r limit 1)
    else 0 end;

-- One row a spool. `accounted`: its numbers that were counted, dead-lettered or dropped; as a set, so that one
-- counted again changes nothing.
create table spools (
  spool uuid primary key,
  first_at timestamptz not null,
  heard_at timestamptz not null default now(),
  accounted int8multirange not null,
  through_seq bigint not null generated always as (through_seq(accounted)) stored,
  through_at timestamptz, -- of the newest heartbeat whose numbers are all accounted for
  last_seq bigint not null default 0,
  closed boolean not null default false
) with (fillfactor = 50);

-- Heartbeats that wait for numbers; of several with the same number the newest.
create table heartbeats (
  spool uuid not null references spools on delete cascade,
  last_seq bigint not null,
  at timestamptz not null,
  primary key (spool, last_seq)
);

-- The role analytics changes no schema, except by these two. A table is made apart and then attached: making it
-- as a partition would wait for every reader of the whole.
create function make_days(days date[]) returns void
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  day date;
  parent text;
  child text;
  midnight text;
begin
  perform pg_advisory_xact_lock(hashtext('public.make_days'));
  foreach day in array days loop
    foreach parent in array array['clicks', 'visitors'] loop
      midnight := case parent when 'clicks' then 'YYYY-MM-DD "00:00Z"' else 'YYYY-MM-DD' end;
      child := format('%s_%s', parent, to_char(day, 'YYYYMMDD'));
      continue when to_regclass('public.' || child) is not null;
      execute format('create table public.%I (like public.%I including all)', child, parent);
      execute format(
        'alter table public.%I attach partition public.%I for values from (%L) to (%L)',
        parent, child,
        to_char(day, midnight), to_char(day + 1, midnight));
    end loop;
  end loop;
end
$$;

-- Drops the days before; never one of the last three, whatever is asked for.
create function drop_days(parent text, before date) returns void
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '1s'
  set timezone = 'UTC'
as $$
declare
  child text;
begin
  if parent not in ('clicks', 'visitors') then
    raise exception 'not partitioned by day: %', parent;
  end if;
  for child in
    select c.relname
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = format('public.%I', parent)::regclass
      and right(c.relname, 8) < to_char(least(before, current_date - 3), 'YYYYMMDD')
    order by c.relname
  loop
    execute format('drop table public.%I', child);
  end loop;
end
$$;
revoke all on function make_days(date[]), drop_days(text, date) from public;
grant execute on function make_days(date[]), drop_days(text, date) to analytics;

grant select, insert, update (next) on offsets to analytics;
grant select, insert on clicks, visitors, dropped_clicks to analytics;
grant select, insert on dead_letters to analytics;
grant select, insert, update (human, bot, uniques) on rollups to analytics;
grant select, insert, delete, update (first_at, heard_at, accounted, through_at, last_seq, closed)
  on spools to analytics;
grant select, insert, delete, update (at) on heartbeats to analytics;
