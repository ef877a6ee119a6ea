-- Lengths of ways that are known better than a map knows them: agreed in contracts, or driven.

create table agreed_distance (
  zone_id text not null,
  id uuid not null,
  -- Keys of places: what the parties call them, or the cell of a grid.
  from_key text not null check (length(from_key) between 1 and 80),
  to_key text not null check (length(to_key) between 1 and 80),
  distance_m integer not null check (distance_m between 1 and 20000000),
  contract_no text not null check (length(contract_no) between 1 and 60),
  valid_from timestamptz,
  valid_until timestamptz,
  actor_id text not null,
  actor_name text not null,
  created_at timestamptz not null,
  removed_at timestamptz,
  primary key (zone_id, id),
  check (valid_from is null or valid_until is null or valid_from < valid_until)
);
create index agreed_distance_lane on agreed_distance (zone_id, from_key, to_key) where removed_at is null;

create table lane_trip (
  zone_id text not null,
  -- The trip's own id: a waybill counts once.
  trip_id text not null check (length(trip_id) between 1 and 80),
  from_key text not null check (length(from_key) between 1 and 80),
  to_key text not null check (length(to_key) between 1 and 80),
  distance_m integer not null check (distance_m between 1 and 20000000),
  driven_at timestamptz not null,
  primary key (zone_id, trip_id)
);
create index lane_trip_lane on lane_trip (zone_id, from_key, to_key, driven_at desc);
