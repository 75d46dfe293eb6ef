-- Files of links that are imported bit by bit. A chunk is done in the transaction of its effect, by whichever process has locked it, so
-- each row is done once, whoever is killed meanwhile.
create table jobs (
  id uuid primary key,
  owner_id text not null,
  key_id uuid not null, -- who is held to have done it
  state text not null, -- uploading, running, done, cancelled, failed
  upsert boolean not null,
  rows integer, -- null: not all have arrived
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create index jobs_open on jobs (created_at) where state in ('uploading', 'running');
create index jobs_finished on jobs (finished_at) where finished_at is not null;

create table job_chunks (
  job_id uuid not null references jobs on delete cascade,
  number integer not null,
  rows jsonb, -- null once they are done
  done integer not null default 0,
  failed integer not null default 0,
  tries integer not null default 0, -- in vain, for reasons of our own
  primary key (job_id, number)
);
create index job_chunks_open on job_chunks (number, job_id) where rows is not null;

create table job_errors (
  job_id uuid not null references jobs on delete cascade,
  row integer not null, -- the first is 1, without the head of a table
  problem jsonb not null,
  input jsonb not null,
  primary key (job_id, row)
);

grant select, insert, update, delete on jobs, job_chunks, job_errors to link_write;
