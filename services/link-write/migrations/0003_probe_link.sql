-- The link that monitors follow, as the contract has it. Where somebody chose this slug before it was reserved, that
-- link stays, and there is none.
insert into links (id, owner_id, domain, slug, destination, title)
values (
  '00000000-0000-4000-8000-000000000001', 'sleepwell', '@', 'sleepwell-probe', 'https://example.com/',
  'For monitors: it tells whether redirects work'
)
on conflict (domain, slug) where deleted_at is null do nothing;

-- As for every link: once its slug is won, the change, and its position onto the link.
with change as (
  insert into link_changes (position, domain, slug, deleted)
  select next_link_position(), domain, slug, false
  from links where id = '00000000-0000-4000-8000-000000000001'
  returning position)
update links set position = change.position
from change where links.id = '00000000-0000-4000-8000-000000000001';
