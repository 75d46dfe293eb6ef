-- Written every second on the primary: by it a reader tells how far behind a replica is.
create table replication_heartbeat (
  one boolean primary key default true check (one),
  at timestamptz not null default clock_timestamp()
) with (fillfactor = 10);
insert into replication_heartbeat default values;

grant select, update (at) on replication_heartbeat to link_write;
grant select on replication_heartbeat to redirect, analytics;
