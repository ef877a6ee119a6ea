-- Weights of the composite figure (casework.md §8); one row a zone.
create table indicator_weight (
  zone_id text primary key,
  response numeric not null,
  resolution numeric not null,
  satisfaction numeric not null,
  partly numeric not null,
  callbacks_min integer not null,
  rev integer not null default 1
);
create index callback_reached on callback (zone_id, at) where reached;
create index work_order_dispatched on work_order (zone_id, dispatched_at);
create index work_order_returned on work_order (zone_id, returned_at) where returned_at is not null;
create index appeal_closed on appeal (zone_id, closed_at) where closed_at is not null;
create index reply_at on reply (zone_id, at);
