-- Readings: a journal that makes them durable, rows of a minute that keep them, and what hours and days come to.

-- What came in and is not yet in its rows; one entry holds what came since the one before.
create table telemetry_journal (
  zone_id text not null,
  -- Who writes: one process at a time. A second writer of the same stream meets the key and stops.
  stream text not null,
  seq bigint not null check (seq > 0),
  written_at timestamptz not null,
  body bytea not null,
  primary key (zone_id, stream, seq)
);
-- Packed already: pressing it again costs time and gains nothing.
alter table telemetry_journal alter column body set storage external;

create table sample_minute (
  zone_id text not null,
  point_id integer not null,
  minute timestamptz not null,
  -- Values that count; the packed readings hold the bad and stale ones too.
  n integer not null,
  min double precision,
  max double precision,
  sum double precision not null,
  first double precision,
  last double precision,
  quality smallint not null,
  raw bytea not null,
  primary key (zone_id, point_id, minute)
) partition by range (minute);
alter table sample_minute alter column raw set storage external;

create table track_minute (
  zone_id text not null,
  point_id integer not null,
  minute timestamptz not null,
  n integer not null,
  speed_max_kmh real not null,
  west double precision,
  south double precision,
  east double precision,
  north double precision,
  raw bytea not null,
  primary key (zone_id, point_id, minute)
) partition by range (minute);
alter table track_minute alter column raw set storage external;

create table sample_hour (
  zone_id text not null,
  point_id integer not null,
  hour timestamptz not null,
  n integer not null,
  min double precision,
  max double precision,
  sum double precision not null,
  -- Mean of each minute times its sixty seconds: unit × s.
  integral double precision not null,
  -- What a counter went on; a step back is a reset, never a negative amount.
  counter_delta double precision not null,
  good_seconds integer not null,
  primary key (zone_id, point_id, hour)
);

create table sample_day (
  zone_id text not null,
  point_id integer not null,
  day date not null,
  n bigint not null,
  min double precision,
  max double precision,
  sum double precision not null,
  integral double precision not null,
  counter_delta double precision not null,
  good_seconds integer not null,
  primary key (zone_id, point_id, day)
);

-- Hours before this one are summed up; a reading that comes for one of them makes it dirty.
create table sample_rolled (
  zone_id text primary key,
  hour timestamptz not null
);
create table sample_dirty (
  zone_id text not null,
  point_id integer not null,
  hour timestamptz not null,
  primary key (zone_id, hour, point_id)
);

create table last_sample (
  zone_id text not null,
  point_id integer not null,
  at timestamptz not null,
  steps double precision not null,
  quality smallint not null,
  primary key (zone_id, point_id)
);

create table last_fix (
  zone_id text not null,
  point_id integer not null,
  at timestamptz not null,
  lon_deg double precision not null,
  lat_deg double precision not null,
  altitude_m integer not null,
  speed_kmh real not null,
  heading_deg smallint not null,
  status bigint not null,
  alarm bigint not null,
  odometer_km double precision,
  flags smallint not null,
  primary key (zone_id, point_id)
);
