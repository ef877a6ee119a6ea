-- Days of dispatch 调度日: what really happened, what nearest-first and waves over the same loads and trucks would have made of it, and the bound.

create table freight_dispatch_day (
  zone_id text not null,
  -- Of the zone, as 2026-11-28.
  day text not null check (day ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
  made_at timestamptz not null,
  made_by text not null,
  made_name text not null,
  -- Truckloads that drivers took that day whose truck's place is known, those whose is not, and those of trucks that drove a shared tour or
  -- a leg of a transloaded truckload; trucks that might have gone.
  trips integer not null check (trips >= 0),
  unknown integer not null check (unknown >= 0),
  left_out integer not null check (left_out >= 0),
  trucks integer not null check (trucks >= 0),
  -- Metres. Empty ones for all trips as they were, and for as many as each way of dispatching matches.
  loaded_m bigint not null check (loaded_m >= 0),
  empty_m bigint not null check (empty_m >= 0),
  nearest_matched integer not null check (nearest_matched between 0 and trips),
  nearest_empty_m bigint not null check (nearest_empty_m >= 0),
  waves_matched integer not null check (waves_matched between 0 and trips),
  waves_empty_m bigint not null check (waves_empty_m >= 0),
  -- Null: not known.
  bound_m bigint check (bound_m >= 0),
  -- Lanes, and the choices that cost most, by their ids.
  lanes jsonb not null,
  choices jsonb not null,
  -- What it was reckoned from, without names.
  record jsonb not null,
  took_ms integer not null check (took_ms >= 0),
  primary key (zone_id, day)
);

-- What drivers took on a day, whenever it was offered.
create index freight_waybill_accepted on freight_waybill (zone_id, accepted_at) where accepted_at is not null;
