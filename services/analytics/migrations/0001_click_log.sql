-- The Postgres form of the click log. Its name for ever is made here, once.
create table click_log_cluster (
  one boolean primary key default true check (one),
  id uuid not null default gen_random_uuid()
);
insert into click_log_cluster default values;

-- `next` is the offset of the record that comes next. Its row lock is held until the publisher has committed, so
-- offsets become visible in their order and a reader never skips a late commit.
create table click_log_partitions (
  partition integer primary key,
  next bigint not null default 0
) with (fillfactor = 10);
insert into click_log_partitions (partition) select generate_series(0, 3);

create table click_log (
  partition integer not null,
  "offset" bigint not null,
  value bytea not null,
  primary key (partition, "offset")
) partition by list (partition);

-- Every record is deleted soon after it came: vacuum by number, not by share.
create table click_log_0 partition of click_log for values in (0)
  with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
create table click_log_1 partition of click_log for values in (1)
  with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
create table click_log_2 partition of click_log for values in (2)
  with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
create table click_log_3 partition of click_log for values in (3)
  with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);

-- All that a publisher may do. `turn` counts its tries, so that each goes to the next partition. A publisher that
-- waits behind a stuck one has given up by then.
create function publish_clicks(turn integer, records bytea[]) returns void
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '2s'
as $$
declare
  chosen integer;
  first bigint;
begin
  select p.partition into strict chosen
  from public.click_log_partitions p
  order by p.partition
  limit 1 offset turn % (select count(*) from public.click_log_partitions);

  update public.click_log_partitions p
  set next = p.next + cardinality(records)
  where p.partition = chosen
  returning p.next - cardinality(records) into strict first;

  insert into public.click_log (partition, "offset", value)
  select chosen, first + r.position - 1, r.value
  from unnest(records) with ordinality as r (value, position);
end
$$;
revoke all on function publish_clicks(integer, bytea[]) from public;
grant execute on function publish_clicks(integer, bytea[]) to redirect;

grant select on click_log_cluster to analytics;
grant select on click_log_partitions to analytics;
grant select, delete on click_log to analytics;
