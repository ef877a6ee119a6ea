-- Loads chained into tours 串联: what a zone reckons with, the next load of a truck that is still on a trip 回程货, plans of tours.

create table freight_chain_settings (
  zone_id text primary key,
  -- Whether drivers and carriers take return loads that are assigned; else they wish for them and a dispatcher decides.
  drivers_choose boolean not null default false,
  -- By the names of data/chain.json.
  numbers jsonb not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1
);

create table freight_next (
  zone_id text not null,
  id uuid not null,
  -- The trip that the truck is on, and where it unloads as far as was known when this was chosen.
  after_id uuid not null,
  after_to_id uuid not null,
  load_id uuid not null,
  carrier_id text not null,
  driver_id text not null,
  vehicle_id text not null,
  -- The waybill that was offered; null: only wished for.
  next_id uuid,
  -- Wished for; offered and waiting for the end of the trip; accepted; over, with why.
  state text not null check (state in ('wished', 'booked', 'taken', 'ended')),
  flag text check (flag in ('accident', 'diverted', 'late')),
  empty_m integer not null check (empty_m >= 0),
  -- When the truck is at the loading place, and how long after its arrival at the unloading place that is.
  expected_at timestamptz not null,
  lag_s integer not null check (lag_s >= 0),
  load_until timestamptz not null,
  offer_until timestamptz,
  chosen_by text not null,
  chosen_name text not null,
  created_at timestamptz not null,
  end_why text not null default '',
  decided_at timestamptz,
  decided_by text,
  primary key (zone_id, id),
  foreign key (zone_id, after_id) references freight_waybill (zone_id, id),
  foreign key (zone_id, next_id) references freight_waybill (zone_id, id),
  foreign key (zone_id, load_id) references freight_load (zone_id, id),
  check ((next_id is null) = (offer_until is null)),
  check (state in ('wished', 'ended') or next_id is not null),
  check (state <> 'wished' or next_id is null),
  check ((state = 'ended') = (end_why <> ''))
);
-- A truck has one next load.
create unique index freight_next_open on freight_next (zone_id, vehicle_id) where state in ('wished', 'booked');
create index freight_next_after on freight_next (zone_id, after_id, created_at desc);
create index freight_next_of on freight_next (zone_id, next_id) where next_id is not null;
create index freight_next_list on freight_next (zone_id, created_at desc, id desc);

create table freight_chain (
  zone_id text not null,
  id uuid not null,
  made_at timestamptz not null,
  made_by text not null,
  made_name text not null,
  horizon_hours integer not null,
  -- What it reckoned with: this folder's numbers, and those of waves that it shares.
  settings_rev integer not null,
  numbers jsonb not null,
  wave_numbers jsonb not null,
  -- What was looked at: loads, their truckloads, trucks that are free and trucks on a trip.
  loads integer not null check (loads >= 0),
  trips integer not null check (trips >= 0),
  free_trucks integer not null check (free_trucks >= 0),
  busy_trucks integer not null check (busy_trucks >= 0),
  -- Trips served, trucks used, metres; the same of a plan made by hand, load after load.
  served integer not null check (served between 0 and trips),
  used integer not null check (used >= 0),
  empty_m bigint not null check (empty_m >= 0),
  loaded_m bigint not null check (loaded_m >= 0),
  hand_served integer not null,
  hand_used integer not null,
  hand_empty_m bigint not null,
  hand_loaded_m bigint not null,
  -- No plan carries the same with fewer empty metres; null: nothing is carried.
  bound_empty_m bigint,
  -- How the plan was found.
  way text not null,
  unserved jsonb not null,
  basis text not null,
  read_ms integer not null,
  solve_ms integer not null,
  primary key (zone_id, id)
);
create index freight_chain_list on freight_chain (zone_id, made_at desc, id desc);

create table freight_chain_tour (
  zone_id text not null,
  id uuid not null,
  plan_id uuid not null,
  -- What has to start first comes first.
  seq integer not null check (seq > 0),
  vehicle_id text not null,
  driver_id text not null,
  carrier_id text not null,
  -- The trip that the truck is on; null: it is free.
  after_id uuid,
  free_at timestamptz not null,
  start_at timestamptz not null,
  end_at timestamptz not null,
  empty_m integer not null check (empty_m >= 0),
  loaded_m integer not null check (loaded_m >= 0),
  -- Its loads in order, with times and rests; the way home at the end.
  legs jsonb not null,
  home jsonb,
  -- What became of its first load.
  state text not null default 'proposed' check (state in ('proposed', 'sent', 'booked', 'stale')),
  waybill_id uuid,
  stale_why jsonb,
  command_id uuid,
  decided_at timestamptz,
  decided_by text,
  primary key (zone_id, id),
  constraint freight_chain_tour_seq unique (zone_id, plan_id, seq),
  foreign key (zone_id, plan_id) references freight_chain (zone_id, id) on delete cascade,
  check ((state in ('sent', 'booked')) = (waybill_id is not null)),
  check ((state = 'stale') = (stale_why is not null)),
  check ((state = 'proposed') = (decided_at is null))
);
