#!/bin/sh
# Run by the image of Postgres once, when its data is made: what no migration can make.
set -eu
secret() { cat "/run/secrets/$1"; }

psql -v ON_ERROR_STOP=1 -U postgres <<SQL
create role replica login replication password '$(secret replica_password)';
select pg_create_physical_replication_slot('replica', true);
create role monitor login password '$(secret monitor_password)';
grant pg_monitor to monitor;
create role links_owner login password '$(secret links_owner_password)';
create role analytics_owner login password '$(secret analytics_owner_password)';
create role redirect login password '$(secret redirect_password)';
create role link_write login password '$(secret link_write_password)';
create role analytics login password '$(secret analytics_password)';
-- A frozen consumer must not hold locks for long.
alter role analytics set idle_in_transaction_session_timeout = '5s';
create database links owner links_owner;
create database analytics owner analytics_owner;
SQL
echo 'host replication replica all scram-sha-256' >> "$PGDATA/pg_hba.conf"
