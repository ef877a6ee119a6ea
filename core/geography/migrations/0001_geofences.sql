-- Fences on the map, what each of their versions said, and what vehicles did to them.

create table geofence (
  zone_id text not null,
  id uuid not null,
  -- The version that counts now.
  version integer not null check (version > 0),
  changed_at timestamptz not null,
  removed_at timestamptz,
  removed_by text,
  primary key (zone_id, id)
);
-- Fences that changed since a moment are read again by every process that watches.
create index geofence_changed on geofence (zone_id, changed_at);

-- Never changed: an event of last month refers to the fence as it was then.
create table geofence_version (
  zone_id text not null,
  fence_id uuid not null,
  version integer not null check (version > 0),
  -- From when it counts.
  from_at timestamptz not null,
  name text not null check (length(name) between 1 and 60),
  purpose text not null check (purpose in ('loading', 'unloading', 'parking', 'danger', 'no_entry', 'road', 'other')),
  -- Circle, polygon or corridor in WGS-84 degrees and metres.
  shape jsonb not null,
  west double precision not null,
  south double precision not null,
  east double precision not null,
  north double precision not null,
  valid_from timestamptz,
  valid_until timestamptz,
  scope text not null check (scope in ('all', 'party', 'chosen')),
  party_id text,
  points integer[] not null default '{}',
  tells_entry boolean not null,
  tells_exit boolean not null,
  dwell_s integer check (dwell_s between 60 and 2592000),
  speed_limit_kmh real check (speed_limit_kmh between 5 and 150),
  margin_m integer not null check (margin_m between 0 and 1000),
  confirm_s integer not null check (confirm_s between 0 and 300),
  actor_id text not null,
  actor_name text not null,
  primary key (zone_id, fence_id, version),
  foreign key (zone_id, fence_id) references geofence (zone_id, id),
  check (valid_from is null or valid_until is null or valid_from < valid_until),
  check ((scope = 'party') = (party_id is not null)),
  check (scope <> 'chosen' or cardinality(points) > 0)
);

-- What a vehicle did, once: the key is what happened, not when somebody noticed.
create table geofence_event (
  zone_id text not null,
  id uuid not null,
  point_id integer not null,
  fence_id uuid not null,
  version integer not null,
  kind text not null check (kind in ('entry', 'exit', 'dwell', 'speeding')),
  -- The device's time at which it happened.
  at timestamptz not null,
  -- The device's time of the fix that settled it.
  known_at timestamptz not null,
  -- The border was crossed between this fix and `at`.
  after timestamptz,
  entered_at timestamptz,
  cause text not null check (cause in ('crossing', 'ended', 'timer')),
  lon_deg double precision not null,
  lat_deg double precision not null,
  speed_kmh real not null,
  -- Found out from fixes that came later than newer ones.
  late boolean not null,
  -- Whether the fence asks for events of this kind; the others are kept, so that a stay can be told from its beginning.
  told boolean not null,
  noted_at timestamptz not null,
  -- Fixes that came later showed that it was otherwise.
  superseded_at timestamptz,
  primary key (zone_id, id),
  unique (zone_id, point_id, fence_id, kind, at),
  foreign key (zone_id, fence_id, version) references geofence_version (zone_id, fence_id, version)
);
create index geofence_event_time on geofence_event (zone_id, at desc, id desc) where told and superseded_at is null;
create index geofence_event_fence on geofence_event (zone_id, fence_id, at desc, id desc) where told and superseded_at is null;
create index geofence_event_point on geofence_event (zone_id, point_id, at desc);

-- Where each vehicle that was ever in a fence stands, as of the last fix that changed it.
create table geofence_vehicle (
  zone_id text not null,
  point_id integer not null,
  last_at timestamptz,
  state jsonb not null,
  -- Fixes from this time on are to be looked at again.
  late_since timestamptz,
  primary key (zone_id, point_id)
);
