-- Keys have names, and secrets that change: for a while the one before opens too. A revoked key has a hash that no secret has, so
-- that whoever looks it up does not find it, whatever release it is of.
alter table keys
  add column name text,
  add column prefix text, -- what is shown of the secret
  add column previous_hash bytea,
  add column previous_until timestamptz,
  add column revoked_at timestamptz,
  add column requests_per_minute integer,
  add column version integer not null default 1;
create unique index keys_previous_hash on keys (previous_hash);
create index keys_by_owner on keys (owner_id, created_at, id);

grant update (name, prefix, scopes, expires_at, hash, previous_hash, previous_until, revoked_at, requests_per_minute, version)
  on keys to link_write;
grant select (previous_hash, previous_until) on keys to analytics;

-- Who changed what, and when: written by triggers, so that no statement can leave it out, in the transaction of the change.
create table audit_log (
  id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  key_id uuid, -- null: not over the API
  owner_id text not null, -- of the subject
  subject_kind text not null,
  subject_id uuid not null,
  action text not null,
  version integer not null, -- of the subject, from this change on
  before jsonb, -- the whole row, but for secrets; null: there was none
  after jsonb not null
);
create index audit_log_subject on audit_log (subject_id, id);
create index audit_log_owner on audit_log (owner_id, id);
create index audit_log_key on audit_log (key_id, id);
create index audit_log_at on audit_log (at);

grant select, delete on audit_log to link_write;

-- Nobody else may insert, so it runs as its owner. All that a transaction does to a row is one entry: from what the row was
-- before its first statement to what it is after its last. The setting sleepwell.key_id holds for a transaction.
create function record_audit() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  -- Secrets, and what changes without being a change.
  left_out constant text[] := '{hash,previous_hash,last_used_at,position,search_text}';
  was jsonb;
  becomes jsonb := to_jsonb(new) - left_out;
  entry bigint;
begin
  -- An old slug of a link is a row too, and no link: what becomes of it is a change of its link.
  if becomes ->> 'alias_of' is not null then
    return null;
  end if;
  if tg_op = 'UPDATE' then
    was := to_jsonb(old) - left_out;
    if was = becomes then
      return null;
    end if;
    select a.id, a.before into entry, was from (
      select id, xid, at, before from public.audit_log where subject_id = new.id order by id desc limit 1) a
    where a.xid = pg_current_xact_id() and a.at >= now();
    if entry is null then
      was := to_jsonb(old) - left_out;
    end if;
  end if;
  if entry is not null then
    update public.audit_log
      set action = public.action_of(was, becomes), version = new.version, after = becomes
      where id = entry;
  else
    insert into public.audit_log (key_id, owner_id, subject_kind, subject_id, action, version, before, after)
    values (
      nullif(current_setting('sleepwell.key_id', true), '')::uuid,
      new.owner_id, case tg_table_name when 'keys' then 'key' else 'link' end, new.id,
      public.action_of(was, becomes), new.version, was, becomes
    );
  end if;
  return null;
end
$$;
revoke all on function record_audit() from public;

create function action_of(was jsonb, becomes jsonb) returns text language sql immutable as $$
  select case
    when was is null then 'created'
    when (was ->> 'deleted_at' is null) <> (becomes ->> 'deleted_at' is null)
      then case when becomes ->> 'deleted_at' is null then 'restored' else 'deleted' end
    when was ->> 'revoked_at' is null and becomes ->> 'revoked_at' is not null then 'revoked'
    when (was ->> 'blocked_at' is null) <> (becomes ->> 'blocked_at' is null)
      then case when becomes ->> 'blocked_at' is null then 'unblocked' else 'blocked' end
    -- Only a new secret sets another time.
    when was ->> 'previous_until' is distinct from becomes ->> 'previous_until' then 'rotated'
    else 'updated'
  end
$$;

create trigger audit_insert after insert on links for each row execute function record_audit();
-- Not for a position, which follows each change as a statement of its own.
create trigger audit_update after update on links for each row
  when (old.version is distinct from new.version or old.position is not distinct from new.position)
  execute function record_audit();
create trigger audit_insert after insert on keys for each row execute function record_audit();
create trigger audit_update after update on keys for each row
  when (old.last_used_at is not distinct from new.last_used_at)
  execute function record_audit();

-- Requests that each key has made in the minute under way. After a crash it is empty, and nobody is the worse for it.
create unlogged table rate_limits (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint -- milliseconds since the epoch
) with (fillfactor = 50);
grant select, insert, update, delete on rate_limits to link_write;
