-- Links and API keys belong to an owner from the beginning.
create table keys (
  id uuid primary key,
  owner_id text not null,
  hash bytea not null unique, -- SHA-256 of the whole key
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz
);

create table links (
  id uuid primary key,
  owner_id text not null,
  domain text not null,
  slug text not null,
  destination text not null,
  title text,
  tags text[] not null default '{}',
  expires_at timestamptz,
  version integer not null default 1,
  position bigint not null default 0, -- of its latest change, see link_changes
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);

-- Decides who gets a slug. A deleted link gives its slug up.
create unique index links_slug on links (domain, slug) where deleted_at is null;
-- What redirect asks: the living link, else the one deleted last.
create index links_lookup on links (domain, slug, position);
create index links_by_owner on links (owner_id, created_at, id) where deleted_at is null;

-- The change feed. Readers ask for xid >= the oldest transaction that ran at their last look, so a late commit is
-- not missed, and order what they find by position.
create table link_changes (
  position bigint primary key,
  xid xid8 not null default pg_current_xact_id(),
  changed_at timestamptz not null default clock_timestamp(),
  domain text not null,
  slug text not null,
  deleted boolean not null
);
create index link_changes_xid on link_changes (xid);
create index link_changes_changed_at on link_changes (changed_at);

create sequence link_position;

-- A promoted standby may lack the tail of the sequence and hand out the same numbers again; its timeline is higher.
create function next_link_position() returns bigint language sql volatile as $$
  select (('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint << 40)
    + nextval('link_position')
$$;

-- Answers to mutations, by key and Idempotency-Key, in the same transaction as their effect.
create table idempotent_answers (
  key_id uuid not null references keys on delete cascade,
  idempotency_key text not null,
  request_hash bytea not null,
  status smallint not null,
  headers json not null,
  body json, -- json, not jsonb: a replay has its members in the order of the first answer
  created_at timestamptz not null default now(),
  primary key (key_id, idempotency_key)
);
create index idempotent_answers_created_at on idempotent_answers (created_at);

-- One random salt a day (UTC), made ahead and deleted 48 hours after its day, so that visitors of different days
-- cannot be matched.
create table visitor_salts (
  day date primary key,
  salt bytea not null
);

grant select, insert, update (destination, title, tags, expires_at, version, position, updated_at, deleted_at)
  on links to link_write;
grant select, insert, delete on link_changes to link_write;
grant usage on sequence link_position to link_write;
grant select, insert, update (last_used_at) on keys to link_write;
grant select, insert, delete on idempotent_answers to link_write;
grant select, insert, delete on visitor_salts to link_write;

grant select (id, owner_id, domain, slug, destination, expires_at, position, deleted_at) on links to redirect;
grant select on link_changes to redirect;
grant select on visitor_salts to redirect;

-- For reports: who asks, and whose link it is.
grant select (id, owner_id, hash, scopes, expires_at) on keys to analytics;
grant select (id, owner_id) on links to analytics;
