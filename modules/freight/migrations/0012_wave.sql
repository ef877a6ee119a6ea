-- Waves 波次 of dispatch: loads and free trucks matched at once, what a zone reckons with, pins and forbids.

create table freight_wave_settings (
  zone_id text primary key,
  -- Whether the platform makes and sends waves by itself.
  auto boolean not null default false,
  -- By the names of data/wave.json.
  numbers jsonb not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1
);

-- Who makes a wave now: one at a time in a zone. Whoever was killed leaves a turn that ends by itself.
create table freight_wave_turn (
  zone_id text primary key,
  holder uuid not null,
  ends_at timestamptz not null
);

-- A dispatcher's word on a load and a truck: this one (pin), or never (forbid).
create table freight_wave_mark (
  zone_id text not null,
  id uuid not null,
  load_id uuid not null,
  vehicle_id text not null,
  kind text not null check (kind in ('pin', 'forbid')),
  ends_at timestamptz not null,
  why text not null check (char_length(why) between 1 and 500),
  created_at timestamptz not null,
  created_by text not null,
  primary key (zone_id, id),
  constraint freight_wave_mark_of unique (zone_id, load_id, vehicle_id),
  foreign key (zone_id, load_id) references freight_load (zone_id, id),
  foreign key (zone_id, vehicle_id) references freight_vehicle (zone_id, id)
);
create index freight_wave_mark_end on freight_wave_mark (zone_id, ends_at, id);

create table freight_wave (
  zone_id text not null,
  id uuid not null,
  -- A what-if, of which nothing is sent.
  trial boolean not null,
  auto boolean not null,
  made_at timestamptz not null,
  made_by text not null,
  made_name text not null,
  settings_rev integer not null,
  -- What it reckoned with, and what a trial supposed.
  numbers jsonb not null,
  supposed jsonb,
  -- What was looked at; trips are truckloads, trucks those that might have gone.
  loads integer not null check (loads >= 0),
  trips integer not null check (trips >= 0),
  trucks integer not null check (trucks >= 0),
  matched integer not null check (matched between 0 and trips),
  -- Metres: empty way of the pairs, and the whole cost with what is left out.
  empty_m bigint not null check (empty_m >= 0),
  cost_m bigint not null,
  -- The same of each load's nearest truck in turn, over the same candidates.
  nearest_matched integer not null,
  nearest_empty_m bigint not null,
  nearest_cost_m bigint not null,
  -- Whether no candidate outside the lists can improve it, and at how many loading places that is not known.
  is_optimal boolean not null,
  unproved integer not null check (unproved >= 0),
  arcs integer not null,
  rounds integer not null,
  -- What metres rest on.
  basis text not null,
  read_ms integer not null check (read_ms >= 0),
  solve_ms integer not null check (solve_ms >= 0),
  -- Loads with truckloads left out and why, the worth of one more truck at loading places, pins that could not be kept.
  unserved jsonb not null,
  worth jsonb not null,
  idle_pins jsonb not null,
  primary key (zone_id, id)
);
create index freight_wave_list on freight_wave (zone_id, made_at desc, id desc);

create table freight_wave_pair (
  zone_id text not null,
  id uuid not null,
  wave_id uuid not null,
  -- Its place in the wave: what has to be loaded first comes first.
  seq integer not null check (seq > 0),
  load_id uuid not null,
  -- Null: a truck that a trial supposed, by its number there.
  vehicle_id text,
  driver_id text,
  carrier_id text,
  supposed integer,
  -- In the load's measure.
  plan bigint not null check (plan > 0),
  empty_m integer not null check (empty_m >= 0),
  -- Metres: the empty way less what the truck's waiting is worth.
  cost_m integer not null,
  -- The truck that comes next, its cost, and by how much the whole wave would be dearer. No truck: leaving the load comes next.
  next_vehicle_id text,
  next_cost_m integer,
  next_more_m bigint,
  -- What one truckload less of the load, and one more truck where this one is, would save.
  load_worth_m bigint not null check (load_worth_m >= 0),
  truck_worth_m bigint not null check (truck_worth_m >= 0),
  reasons jsonb not null,
  state text not null default 'proposed' check (state in ('proposed', 'sent', 'withdrawn', 'stale')),
  waybill_id uuid,
  stale_why jsonb,
  -- The command that decided it.
  command_id uuid,
  decided_at timestamptz,
  decided_by text,
  primary key (zone_id, id),
  constraint freight_wave_pair_seq unique (zone_id, wave_id, seq),
  foreign key (zone_id, wave_id) references freight_wave (zone_id, id) on delete cascade,
  check ((vehicle_id is null) = (supposed is not null)),
  check ((vehicle_id is null) = (driver_id is null) and (vehicle_id is null) = (carrier_id is null)),
  check (supposed is null or state = 'proposed'),
  check (state <> 'sent' or waybill_id is not null),
  check ((state = 'stale') = (stale_why is not null)),
  check ((state = 'proposed') = (decided_at is null))
);
