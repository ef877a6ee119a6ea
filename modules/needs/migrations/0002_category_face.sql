-- Categories get a revision of their own, and what the Open311 face shows of them (casework.md §13).
alter table need_category add column rev integer not null default 1;
-- Appeals of a public category appear on the Open311 face, unless sensitive.
alter table need_category add column public boolean not null default false;
