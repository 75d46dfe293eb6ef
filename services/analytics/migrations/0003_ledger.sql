-- The books: of each number of a spool what became of it. A number that is in several sets counts in the first of
-- counted, dead-lettered, dropped.
alter table spools drop column through_seq;
alter table spools rename column accounted to counted;
alter table spools
  add column dead_lettered int8multirange not null default '{}',
  add column dropped int8multirange not null default '{}',
  add column duplicates bigint not null default 0, -- times that a number already counted came again
  add column shipped_seq bigint not null default 0; -- the highest that was said to be on the log
alter table spools
  add column accounted int8multirange not null
    generated always as (counted + dead_lettered + dropped) stored,
  add column through_seq bigint not null
    generated always as (through_seq(counted + dead_lettered + dropped)) stored;

-- The sets hold what this table did.
update spools set dropped = ranges.dropped, counted = counted - ranges.dropped
from (
  select spool, range_agg(int8range("from", "to", '[]')) as dropped from dropped_clicks group by spool
) as ranges
where ranges.spool = spools.spool;
drop table dropped_clicks;

create function how_many(numbers int8multirange) returns bigint
  language sql immutable strict parallel safe
  return (select coalesce(sum(upper(r) - lower(r)), 0) from unnest(numbers) r);

-- What a spool said it had shipped, one row for each minute in which it said so, and only while some of it is missing.
create table shipments (
  spool uuid not null references spools on delete cascade,
  heard_at timestamptz not null, -- the end of that minute
  shipped_seq bigint not null,
  primary key (spool, heard_at)
);

-- Slugs that people try and no link has, by day (UTC). '' stands for all beyond the most that are told apart.
create table orphans (
  day date not null,
  domain text not null,
  slug text not null,
  human bigint not null,
  bot bigint not null,
  last_at timestamptz not null,
  primary key (day, domain, slug)
) with (fillfactor = 80);

-- Campaigns, as the visitor's or the link's URL named them.
alter table clicks
  add column utm_source text,
  add column utm_medium text,
  add column utm_campaign text,
  add column utm_term text,
  add column utm_content text;

grant update (counted, dead_lettered, dropped, duplicates, shipped_seq) on spools to analytics;
grant select, insert, delete, update (shipped_seq) on shipments to analytics;
grant select, insert, delete, update (human, bot, last_at) on orphans to analytics;
