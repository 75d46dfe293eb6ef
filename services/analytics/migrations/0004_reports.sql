-- Sums over all links of an owner: quarters of an hour, days and weeks (UTC, from Monday), so that a long range is
-- read as few rows. The dimension 'link' has days and weeks only; within a day each link has its own rollups.
create table owner_rollups (
  owner_id text not null,
  dimension text not null,
  unit text not null check (unit in ('quarter', 'day', 'week')),
  bucket timestamptz not null,
  value text not null,
  human bigint not null,
  bot bigint not null,
  uniques bigint not null,
  primary key (owner_id, dimension, unit, bucket, value)
) with (fillfactor = 80);

insert into owner_rollups (owner_id, dimension, unit, bucket, value, human, bot, uniques)
select owner_id, dimension, unit, bucket, value, sum(human), sum(bot), sum(uniques)
from (
  select owner_id, dimension, unit,
    date_bin(width, bucket, timestamptz '1970-01-05 00:00:00Z') as bucket, value, human, bot, uniques
  from rollups cross join (values
    ('quarter', interval '15 minutes'), ('day', interval '1 day'), ('week', interval '7 days')) as units (unit, width)
  union all
  select owner_id, 'link', unit,
    date_bin(width, bucket, timestamptz '1970-01-05 00:00:00Z'), link_id::text, human, bot, uniques
  from rollups cross join (values
    ('day', interval '1 day'), ('week', interval '7 days')) as units (unit, width)
  where dimension = 'total'
) as summed
group by owner_id, dimension, unit, bucket, value;

-- All links of an owner within a part of a day.
create index rollups_of_owner on rollups (owner_id, bucket) where dimension = 'total';

-- What each batch added, kept for minutes: who follows clicks live reads what his last snapshot did not see.
create table live_clicks (
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  owner_id text not null,
  link_id uuid not null,
  human bigint not null,
  bot bigint not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
create index live_clicks_xid on live_clicks (xid);

grant select, insert, update (human, bot, uniques) on owner_rollups to analytics;
grant select, insert, delete on live_clicks to analytics;
