-- The answer of every acknowledged command: a repeated command id gets the first answer.
create table command (
  zone_id text not null,
  id uuid not null,
  name text not null,
  actor_id text not null,
  input_sha256 text not null,
  answer jsonb not null,
  at timestamptz not null,
  primary key (zone_id, id)
);
create index command_at on command (zone_id, at);
