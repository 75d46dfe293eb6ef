# Read by the image's own start on an empty volume: the roles and databases that no migration can make.
for role in links_owner analytics_owner redirect link_write analytics; do
  psql --username postgres -v ON_ERROR_STOP=1 -v role="$role" -v password="$(cat "/run/secrets/engines/$role")" <<'SQL'
create role :"role" login password :'password';
SQL
done
psql --username postgres -v ON_ERROR_STOP=1 <<'SQL'
create database links owner links_owner;
create database analytics owner analytics_owner;
-- A frozen consumer must not hold locks for long.
alter role analytics set idle_in_transaction_session_timeout = '5s';
SQL
