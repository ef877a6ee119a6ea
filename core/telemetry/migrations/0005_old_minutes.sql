-- Old minutes: their packed readings move into one chunk an hour; how long what is kept is a setting of the zone.

-- The packed readings of a point in one hour, minute after minute, deflated. A minute whose own readings are empty is found here.
create table sample_chunk (
  zone_id text not null,
  point_id integer not null,
  hour timestamptz not null,
  raw bytea not null,
  primary key (zone_id, point_id, hour)
) partition by range (hour);
alter table sample_chunk alter column raw set storage external;

-- Hours before `hour` are packed; of the days before `shrunk` the room that packing left empty was given back.
create table sample_packed (
  zone_id text primary key,
  hour timestamptz not null,
  shrunk timestamptz not null
);
-- Packed hours into which readings came late: they are packed again.
create table sample_loose (
  zone_id text not null,
  point_id integer not null,
  hour timestamptz not null,
  primary key (zone_id, hour, point_id)
);

-- Days that readings are kept; a zone without a row keeps them as long as the program says.
create table telemetry_retention (
  zone_id text primary key,
  pack_after_days integer not null check (pack_after_days between 1 and 3650),
  raw_days integer not null check (raw_days between 2 and 36500),
  minute_days integer not null check (minute_days between 2 and 36500),
  track_days integer not null check (track_days between 1 and 36500),
  rev integer not null default 1,
  changed_at timestamptz not null,
  check (pack_after_days < raw_days and raw_days <= minute_days)
);

-- The worst quality seen; null for what was summed up before it was noted.
alter table sample_hour add column quality smallint;
alter table sample_day add column quality smallint;
