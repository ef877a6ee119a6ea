-- An item may run on a drawing of its own, which belongs to a version of the one-thing and never changes with it.
create table one_thing_drawing (
  zone_id text not null,
  one_thing_id uuid not null,
  -- The id of its process: item-case.<one-thing>.<name>.
  key text not null,
  xml text not null,
  sha256 text not null,
  -- Of the process as it was deployed with the one-thing; null: a draft.
  process_version integer,
  edited_at timestamptz not null,
  edited_by text not null,
  primary key (zone_id, one_thing_id, key),
  foreign key (zone_id, one_thing_id) references one_thing (zone_id, id) on delete cascade
);

-- The drawing that a case runs on; null: the ordinary one.
alter table item_case add column drawing text;
