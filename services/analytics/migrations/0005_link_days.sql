-- Days of links with many clicks, summed once they are over, so that a long report of such a link reads days and not
-- quarters of an hour. They are a copy: one counts only while its total is what owner_rollups says of that link and day.
create table link_days (
  owner_id text not null,
  link_id uuid not null,
  dimension text not null,
  bucket timestamptz not null,
  value text not null,
  human bigint not null,
  bot bigint not null,
  uniques bigint not null,
  primary key (owner_id, link_id, dimension, bucket, value)
);

create index owner_rollups_link_days on owner_rollups (bucket) where dimension = 'link' and unit = 'day';

insert into link_days (owner_id, link_id, dimension, bucket, value, human, bot, uniques)
select owner_id, link_id, dimension, day, value, sum(human), sum(bot), sum(uniques)
from rollups cross join lateral date_trunc('day', bucket, 'UTC') as day
where (owner_id, link_id::text, day) in (
  select owner_id, value, bucket from owner_rollups
  where dimension = 'link' and unit = 'day' and human + bot >= 1000)
group by owner_id, link_id, dimension, day, value;

grant select, insert, update (human, bot, uniques) on link_days to analytics;
