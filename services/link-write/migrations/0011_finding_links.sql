-- More of a link, and what finds links by it. Code that does not know it goes on: each column has a default, and what is searched is
-- written by a trigger.
-- On a large table make links_search, links_tags and links_by_name by hand before, concurrently, as the changelog has it.
create extension if not exists pg_trgm;

alter table links
  add column if not exists external_id text, -- of the owner's own system
  add column if not exists archived boolean not null default false,
  add column if not exists notes text,
  -- What a search looks at. Null: not filled in yet, as in rows from before; upkeep does it.
  add column if not exists search_text text;

-- Lower case of every script, whatever the locale of the database.
create or replace function search_form(text) returns text language sql immutable strict parallel safe
  as $$ select pg_catalog.lower($1 collate pg_catalog."und-x-icu") $$;

create or replace function fill_search_text() returns trigger language plpgsql as $$
begin
  -- No field has a line break, so no search finds the end of one and the beginning of the next.
  new.search_text := case when new.alias_of is null then public.search_form(concat_ws(E'\n',
    new.slug, new.destination, new.title, new.external_id,
    array_to_string(new.aliases || new.tags, E'\n'))) end;
  return new;
end
$$;
create or replace trigger links_search_text
  before insert or update of slug, destination, title, external_id, aliases, tags on links
  for each row execute function fill_search_text();

-- Not with fastupdate: what it puts off, one unlucky request does for all (720 ms instead of 90 at the worst).
create index if not exists links_search on links using gin (search_text gin_trgm_ops)
  with (fastupdate = off) where deleted_at is null;
create index if not exists links_tags on links using gin (tags)
  with (fastupdate = off) where deleted_at is null;
create index if not exists links_unsearchable on links (id)
  where search_text is null and alias_of is null;

create unique index links_external_id on links (owner_id, external_id)
  where deleted_at is null and external_id is not null;
create index links_by_destination on links (owner_id, hashtextextended(destination, 0))
  where deleted_at is null;
create index links_by_update on links (owner_id, updated_at, id) where deleted_at is null;
create index links_by_slug on links (owner_id, slug collate "C", id) where deleted_at is null;
create index links_deleted on links (owner_id, deleted_at) where deleted_at is not null;

-- The position is written onto each link after it is inserted. In an index, it would cost a second entry in every other one.
create index if not exists links_by_name on links (domain, slug);
drop index links_lookup;

-- By it cursors are known for ours, in every process and after every release.
create table cursor_key (
  one boolean primary key default true check (one),
  key bytea not null
);
insert into cursor_key (key)
values (sha256(convert_to(concat(gen_random_uuid(), gen_random_uuid(), gen_random_uuid()), 'UTF8')));

grant update (external_id, archived, notes) on links to link_write;
grant select on cursor_key to link_write;
