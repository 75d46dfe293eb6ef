-- Base backups of the server that this database is on. Written by the job that makes them (deploy/backup), and read for their age;
-- here, so that whoever takes over as primary knows it too.
create table backups (
  label text primary key, -- of the backup tool
  kind text not null,
  completed_at timestamptz not null
);
grant select (completed_at) on backups to analytics;
