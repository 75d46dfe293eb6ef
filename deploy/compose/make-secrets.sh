#!/bin/sh
# Makes what deploy/compose.yaml needs and nobody else may know: once, at random, and never again. Run it before the first
# `docker compose -f deploy/compose.yaml up`. What it has made is in deploy/compose/secrets: keep a copy, and keep it secret.
set -eu
umask 077
cd "$(dirname "$0")"

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
# Readable for whoever a container runs as; on this machine the directory keeps others out.
put() {
  printf '%s' "$2" > "$unfinished/$1"
  chmod 444 "$unfinished/$1"
}

if [ -d secrets ]; then
  # A release before this one had no dashboard.
  unfinished=secrets
  [ -e secrets/session_key ] || put session_key "$(random)"
  echo "deploy/compose/secrets is there already; nothing in it was changed." >&2
  exit 0
fi
unfinished=$(mktemp -d ./secrets.XXXXXX)
trap 'rm -rf "$unfinished"' EXIT

put postgres_password "$(random)"
put replica_password "$(random)"
put monitor_password "$(random)"
for role in links_owner analytics_owner redirect link_write analytics; do
  eval "$role=$(random)"
  eval "put ${role}_password \$$role"
done
put links_owner_url "postgres://links_owner:$links_owner@postgres/links"
put analytics_owner_url "postgres://analytics_owner:$analytics_owner@postgres/analytics"
put redirect_links_url "postgres://redirect:$redirect@postgres/links"
put redirect_replica_url "postgres://redirect:$redirect@postgres-replica/links"
put link_write_links_url "postgres://link_write:$link_write@postgres/links"
put analytics_url "postgres://analytics:$analytics@postgres/analytics"
put analytics_links_url "postgres://analytics:$analytics@postgres/links"
put analytics_replica_url "postgres://analytics:$analytics@postgres-replica/links"

redis=$(random)
put redis_url "redis://:$redis@redis:6379"
put redis_exporter.json "{\"redis://redis:6379\": \"$redis\"}"
put redis.conf "requirepass $redis
maxmemory 256mb
maxmemory-policy allkeys-lru
appendonly no
save \"\"
dir /tmp
"
put visitor_key "$(random)"
put session_key "$(random)"
put grafana_password "$(random)"
# Its name for ever: analytics keeps its offsets by it. 22 characters of base 64, as Kafka wants them.
put kafka.env "CLUSTER_ID=$(head -c 16 /dev/urandom | base64 | tr '+/' 'AB' | cut -c1-22)
"
mv "$unfinished" secrets
trap - EXIT
echo "Made deploy/compose/secrets. Grafana's password for admin is in grafana_password."
