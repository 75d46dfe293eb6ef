-- Lists of the operator that have been in force; the last one is. All links are looked at once for each: from the one with the
-- lowest id to scanned_to, and to the end once scanned_at is set.
create table blocklists (
  digest bytea primary key, -- SHA-256 of the file
  in_force_from timestamptz not null default clock_timestamp(),
  scanned_to uuid,
  scanned_at timestamptz
);

-- Links that are blocked because of the list, and by nobody else: they are free again when it lets them go.
create table listed_links (
  link_id uuid primary key references links on delete cascade,
  entry text not null, -- of the list
  listed_at timestamptz not null default clock_timestamp()
);

grant select, insert, update, delete on blocklists to link_write;
grant select, insert, update, delete on listed_links to link_write;
