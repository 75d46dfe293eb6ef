-- What a link may ask of redirect besides, and the slugs that it had before. Code that does not know them goes on: each has a
-- default, by which a link is as it was.
alter table links
  add column expired_destination text,
  add column forward_path boolean not null default false,
  add column noindex boolean not null default false,
  add column preview jsonb, -- title, description, image
  -- A former slug is a row of its own, so that one index decides about all slugs; this is the link that it stands for. No
  -- reference: to see that nothing refers to a link any more, each deletion would read the table.
  add column alias_of uuid,
  -- Of a link: its former slugs that still lead there. Its aliases are found by them without an index of their own.
  add column aliases text[] not null default '{}';

grant update (slug, expired_destination, forward_path, noindex, preview, aliases) on links to link_write;
grant select (expired_destination, forward_path, noindex, preview, alias_of) on links to redirect;
