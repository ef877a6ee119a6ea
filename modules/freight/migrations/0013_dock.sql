-- Docks 装卸位 of places, and the slots 预约时段 that waybills book there.

-- What a zone reckons slots with, by the names of data/dock.json; none: as there.
create table freight_dock_settings (
  zone_id text primary key,
  numbers jsonb not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null
);

create table freight_dock (
  zone_id text not null,
  place_id uuid not null,
  place_end text not null check (place_end in ('load', 'unload')),
  -- Trucks at once, and seconds of one truck.
  docks integer not null check (docks between 1 and 1000),
  service_s integer not null check (service_s between 1 and 86400),
  -- How much of it may be booked; the rest is for trucks without a slot.
  share_pct integer not null check (share_pct between 1 and 100),
  -- Each day in Beijing, HH:MM; 00:00 to 24:00 is always, an earlier end is that of the next day.
  opens text not null check (opens ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  closes text not null check (closes ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$' and closes <> opens),
  -- Whether waybills book slots here.
  is_on boolean not null,
  -- What is booked may be more than there is since it was changed: the clock looks at it.
  is_changed boolean not null default false,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, place_id, place_end),
  foreign key (zone_id, place_id) references freight_place (zone_id, id)
);

create table freight_dock_slot (
  zone_id text not null,
  waybill_id uuid not null,
  place_end text not null,
  place_id uuid not null,
  -- When its ten minutes begin; null: it has none, and why.
  starts_at timestamptz check (extract(epoch from starts_at)::bigint % 600 = 0),
  lack text check (lack in ('full', 'late', 'released')),
  -- When the truck should come, as it was known last; when it should leave so that it does not come before.
  eta_at timestamptz,
  leave_at timestamptz,
  -- The slot of which the driver was told when to leave.
  told_for timestamptz,
  moves integer not null default 0 check (moves >= 0),
  arrived_at timestamptz,
  booked_at timestamptz not null,
  primary key (zone_id, waybill_id, place_end),
  foreign key (zone_id, waybill_id) references freight_waybill (zone_id, id),
  foreign key (zone_id, place_id, place_end) references freight_dock (zone_id, place_id, place_end),
  check ((starts_at is null) = (lack is not null))
);
create index freight_dock_slot_at on freight_dock_slot (zone_id, place_id, place_end, starts_at);
create index freight_dock_slot_awaited on freight_dock_slot (zone_id, starts_at) where arrived_at is null and starts_at is not null;
create index freight_dock_slot_old on freight_dock_slot (zone_id, booked_at);
