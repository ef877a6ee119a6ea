-- Merges in bulk: a workbook of pairs, each row merged and undone by itself, the batch as a whole undoable.
create table enterprise_merge_batch (
  zone_id text not null,
  id text not null,
  file_id text not null,
  file_name text not null,
  state text not null check (state in ('previewed', 'running', 'stopped', 'done', 'undoing', 'undo_stopped', 'undone')),
  created_at timestamptz not null,
  created_by text not null,
  created_name text not null,
  run_at timestamptz,
  undone_at timestamptz,
  undone_name text,
  primary key (zone_id, id)
);
create index enterprise_merge_batch_created on enterprise_merge_batch (zone_id, created_at, id);

create table enterprise_merge_pair (
  zone_id text not null,
  batch_id text not null,
  -- Row of the sheet, the head being 1.
  row integer not null,
  -- As the sheet has them.
  from_text text not null,
  into_text text not null,
  why text not null,
  from_id text,
  into_id text,
  from_name text,
  into_name text,
  -- When it has its turn: an entry takes others in before it goes over itself.
  turn integer,
  -- Where both sides say something else: [{ field, kept, lost }].
  conflicts jsonb not null,
  state text not null check (state in ('refused', 'ready', 'merged', 'failed', 'undone')),
  -- Why it is refused or failed, or, of a merged one, why it could not be undone.
  rule text,
  rule_value text,
  merge_id text,
  primary key (zone_id, batch_id, row),
  foreign key (zone_id, batch_id) references enterprise_merge_batch (zone_id, id),
  foreign key (zone_id, merge_id) references enterprise_merge (zone_id, id),
  check (state = 'refused' or (from_id is not null and into_id is not null and turn is not null)),
  check ((state in ('merged', 'undone')) = (merge_id is not null))
);
create index enterprise_merge_pair_turn on enterprise_merge_pair (zone_id, batch_id, state, turn);
