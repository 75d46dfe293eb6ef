-- The changes of one transaction are read in pages, in the order of their positions. It serves whoever asked for the
-- old one too.
create index link_changes_xid_position on link_changes (xid, position);
drop index link_changes_xid;
