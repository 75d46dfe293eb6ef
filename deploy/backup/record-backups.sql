-- /etc/sleepwell/record-backups.sql: tells a database which base backups its repository holds. Run by psql after each backup; the
-- service that owns the database makes a number of their age.
\set ON_ERROR_STOP on
\set info `pgbackrest --stanza=sleepwell --output=json info`
begin;
delete from backups;
-- One that found damaged pages is no backup.
insert into backups (label, kind, completed_at)
select backup ->> 'label', backup ->> 'type', to_timestamp((backup -> 'timestamp' ->> 'stop')::bigint)
from jsonb_array_elements(:'info'::jsonb -> 0 -> 'backup') as backup
where not coalesce((backup ->> 'error')::boolean, false);
commit;
