-- What is measured and commanded: a tree from the site down to the machine, points at its nodes, types that give points.

-- A type of equipment: the points that each piece of it has. Changing it changes every piece, but for what a piece says itself.
create table telemetry_profile (
  zone_id text not null,
  key text not null,
  name jsonb not null,
  points jsonb not null,
  rev integer not null default 1,
  updated_at timestamptz not null,
  primary key (zone_id, key)
);

create table telemetry_node (
  zone_id text not null,
  id uuid not null,
  parent_id uuid,
  level text not null check (level in ('site', 'area', 'line', 'section', 'equipment')),
  -- The whole path, `TSMF.L1.MILL.B1-3`: what people call it on the plant.
  code text not null,
  name jsonb not null,
  profile_key text,
  -- Who owns it: their members see its values.
  party_id text,
  retired_at timestamptz,
  rev integer not null default 1,
  primary key (zone_id, id),
  unique (zone_id, code),
  foreign key (zone_id, parent_id) references telemetry_node (zone_id, id),
  foreign key (zone_id, profile_key) references telemetry_profile (zone_id, key)
);
create index telemetry_node_parent on telemetry_node (zone_id, parent_id);
create index telemetry_node_party on telemetry_node (zone_id, party_id);

-- Numbers of points, short because every row of a minute carries one. Never used again.
create sequence telemetry_point_id as integer start 1;

create table telemetry_point (
  zone_id text not null,
  id integer not null default nextval('telemetry_point_id') check (id > 0 and id < 16777216),
  node_id uuid not null,
  code text not null,
  -- The entry of the profile it was made from; null for a point of the node's own.
  template text,
  kind text not null check (kind in ('analog', 'discrete', 'counter', 'setpoint', 'position')),
  name jsonb not null,
  -- UCUM.
  unit text,
  -- The smallest meaningful step, mantissa × 10^-scale. Never changed: what was kept is told in it.
  resolution_mantissa integer not null default 1 check (resolution_mantissa > 0),
  resolution_scale smallint not null default 0 check (resolution_scale between 0 and 9),
  eu_low double precision,
  eu_high double precision,
  sample_ms integer check (sample_ms > 0),
  stale_after_s integer check (stale_after_s > 0),
  -- Where a counter begins again; null when it does not.
  counter_max double precision,
  retired_at timestamptz,
  rev integer not null default 1,
  primary key (zone_id, id),
  unique (zone_id, code),
  foreign key (zone_id, node_id) references telemetry_node (zone_id, id),
  check (eu_low is null or eu_high is null or eu_low < eu_high)
);
create index telemetry_point_node on telemetry_point (zone_id, node_id);
