#!/bin/sh
# A copy of the primary that follows it; made when there is none yet, or none that could follow.
set -eu
umask 077
PGPASSWORD="$(cat /run/secrets/replica_password)"
# A primary that is away must not keep its copy from serving.
PGCONNECT_TIMEOUT=3
export PGPASSWORD PGCONNECT_TIMEOUT
ask() { psql -h postgres -U replica -d postgres -Atq -c "$1"; }

# Away for so long that the primary has thrown away what it would have needed. Not one that somebody has promoted.
if [ "$(ask "select wal_status from pg_replication_slots where slot_name = 'replica'")" = lost ] &&
  { [ ! -e "$PGDATA" ] || [ -e "$PGDATA/standby.signal" ]; }; then
  rm -rf "$PGDATA"
  ask "select pg_drop_replication_slot('replica')"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # What an earlier attempt has left is no copy.
  rm -rf "$PGDATA.new"
  make="select pg_create_physical_replication_slot('replica', true)"
  until ask "$make where not exists (select from pg_replication_slots where slot_name = 'replica')" &&
    pg_basebackup -h postgres -U replica -D "$PGDATA.new" -X stream -c fast -S replica -R; do
    rm -rf "$PGDATA.new"
    sleep 2
  done
  mv "$PGDATA.new" "$PGDATA"
fi
unset PGPASSWORD PGCONNECT_TIMEOUT
exec postgres "$@"
