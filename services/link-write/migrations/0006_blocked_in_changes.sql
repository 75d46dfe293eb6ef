-- A redirect that loses every database right after a link was blocked has only this to know it by.
alter table link_changes add column blocked boolean not null default false;
