-- Points that are computed from others.

-- An expression and its inputs, as they are written; with a type, points follow it as in the rest.
alter table telemetry_point add column formula jsonb;
-- The numbers of the points that it asks, which stay when codes change; null where there is none of that name.
alter table telemetry_point add column formula_inputs integer[];
-- Since when the point has its formula; null: from its beginning.
alter table telemetry_point add column formula_at timestamptz;
create index telemetry_point_formula on telemetry_point (zone_id, id) where formula is not null;

-- Minutes of computed points that a late reading has changed: they are computed again from what is kept.
create table sample_formula_dirty (
  zone_id text not null,
  minute timestamptz not null,
  point_id integer not null,
  -- A later mark: what is done about an earlier one does not take it away.
  seq bigserial,
  primary key (zone_id, minute, point_id)
);
