-- Rules of risk 风险规则: what a breach does, weights and limits, edition by edition; waybills that were judged under one keep it.
create table freight_risk_edition (
  zone_id text not null,
  edition integer not null check (edition > 0),
  -- { R1: { breach, weight, withoutTerminal, limits } … }
  rules jsonb not null check (jsonb_typeof(rules) = 'object'),
  -- Which one was changed; null: the edition that a zone begins with.
  rule text check (rule ~ '^R[0-9]{1,2}$'),
  why text not null default '' check (char_length(why) <= 500),
  created_at timestamptz not null,
  created_by text not null,
  primary key (zone_id, edition),
  check ((rule is null) = (why = ''))
);
create trigger freight_risk_edition_kept before update or delete or truncate on freight_risk_edition
  for each statement execute function forbid_change();

-- The terminal 车载终端 that is built into a vehicle, from and until when.
create table freight_terminal (
  zone_id text not null,
  id uuid not null,
  vehicle_id text not null,
  device_id uuid not null,
  -- Its position, whose fixes are the track.
  point_id integer not null,
  starts_at timestamptz not null,
  ends_at timestamptz,
  created_by text not null,
  ended_by text,
  primary key (zone_id, id),
  foreign key (zone_id, vehicle_id) references freight_vehicle (zone_id, id),
  foreign key (zone_id, device_id) references telemetry_device (zone_id, id),
  foreign key (zone_id, point_id) references telemetry_point (zone_id, id),
  check (ends_at >= starts_at),
  check ((ends_at is null) = (ended_by is null))
);
-- A vehicle has one terminal at a time, and a terminal is in one vehicle.
create unique index freight_terminal_vehicle on freight_terminal (zone_id, vehicle_id) where ends_at is null;
create unique index freight_terminal_device on freight_terminal (zone_id, device_id) where ends_at is null;
create index freight_terminal_of on freight_terminal (zone_id, vehicle_id, starts_at desc);

-- What a truck was when it left: its plates as registered then, and the terminal whose track is kept for the waybill.
create table freight_trip (
  zone_id text not null,
  waybill_id uuid not null,
  plate text not null,
  plate_colour text not null,
  trailer_plate text not null,
  device_id uuid,
  point_id integer,
  asked_at timestamptz not null,
  -- When the track was kept after the trip; null: not yet, or there is no terminal.
  kept_at timestamptz,
  -- Why it could not be kept.
  trouble text,
  primary key (zone_id, waybill_id),
  foreign key (zone_id, waybill_id) references freight_waybill (zone_id, id),
  check ((device_id is null) = (point_id is null)),
  check (kept_at is null or point_id is not null)
);
create index freight_trip_open on freight_trip (zone_id, asked_at) where point_id is not null and kept_at is null;

-- Weighings that a photo was said to prove, voided ones too.
create index freight_slip_photo_any on freight_slip (zone_id, photo_sha256) where photo_sha256 is not null;

-- Trips of a lane, for the median of its prices.
create index freight_waybill_lane on freight_waybill (zone_id, from_id, to_id, created_at desc);
