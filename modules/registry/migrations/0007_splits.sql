-- Splits: one entry that is two enterprises is taken apart, alone or by a workbook as merges are.
create table enterprise_split (
  zone_id text not null,
  id text not null,
  -- The entry that stays, and the new one that was taken out of it.
  from_id text not null,
  into_id text not null,
  why text not null,
  -- What went over: what an undo needs beside the merge that it is.
  moved jsonb not null,
  at timestamptz not null,
  by text not null,
  by_name text not null,
  undone_at timestamptz,
  undone_by text,
  undone_by_name text,
  primary key (zone_id, id),
  foreign key (zone_id, from_id) references enterprise (zone_id, id),
  foreign key (zone_id, into_id) references enterprise (zone_id, id)
);
create index enterprise_split_from on enterprise_split (zone_id, from_id);
create index enterprise_split_into on enterprise_split (zone_id, into_id);

alter table enterprise_merge_batch add column kind text not null default 'merge' check (kind in ('merge', 'split'));

-- Of a split: the entry is `from`, the name of the new one stands in `into_text`, its id in `into_id` once it is there.
alter table enterprise_merge_pair
  add column uscc_text text,
  add column takes_text text,
  -- What goes over, by id: { aliases, contactIds, figureIds, parts }.
  add column takes jsonb,
  add column split_id text,
  add foreign key (zone_id, split_id) references enterprise_split (zone_id, id),
  drop constraint enterprise_merge_pair_check,
  drop constraint enterprise_merge_pair_check1,
  add constraint enterprise_merge_pair_known
    check (state = 'refused' or (from_id is not null and turn is not null and (into_id is not null or takes is not null))),
  add constraint enterprise_merge_pair_done
    check ((state in ('merged', 'undone')) = (merge_id is not null or split_id is not null));
