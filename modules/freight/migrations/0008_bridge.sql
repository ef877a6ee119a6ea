-- Weighbridges 地磅 at places, and what they say: a row a slip, kept before anything is made of it.
create table freight_bridge (
  zone_id text not null,
  id uuid not null,
  place_id uuid not null,
  name text not null check (char_length(name) between 1 and 60),
  -- The smallest step that it shows, and the most that it weighs.
  division_kg integer not null check (division_kg between 1 and 1000),
  max_kg integer not null check (max_kg between 1000 and 200000),
  remark text not null default '',
  -- When its software spoke last.
  heard_at timestamptz,
  state text not null default 'open' check (state in ('open', 'closed')),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, place_id) references freight_place (zone_id, id)
);
create unique index freight_bridge_name on freight_bridge (zone_id, place_id, name);
create index freight_bridge_list on freight_bridge (zone_id, name, id);

create table freight_weighing (
  zone_id text not null,
  id uuid not null,
  bridge_id uuid not null,
  number text not null check (char_length(number) between 1 and 35),
  plate text not null,
  plate_key text not null check (char_length(plate_key) between 1 and 20),
  -- Null until the second pass.
  gross_kg integer check (gross_kg between 1 and 200000),
  tare_kg integer check (tare_kg between 1 and 200000),
  weighed_at timestamptz not null,
  operator text not null default '',
  photo_id text,
  photo_sha256 text,
  -- SHA-256 of what was sent, a pass each: the same again is known by it.
  passes text[] not null check (cardinality(passes) between 1 and 2),
  state text not null check (state in ('first', 'kept', 'waiting', 'unmatched', 'matched', 'typed', 'refused', 'set_aside')),
  -- What it proves, or would prove.
  waybill_id uuid,
  place_end text check (place_end in ('load', 'unload')),
  slip_id uuid,
  -- { kind, value, limit }: why the waybill does not take it.
  refusal jsonb,
  why text not null default '' check (char_length(why) <= 500),
  decided_by text,
  received_at timestamptz not null,
  received_by text not null,
  updated_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, bridge_id) references freight_bridge (zone_id, id),
  foreign key (zone_id, waybill_id) references freight_waybill (zone_id, id),
  foreign key (zone_id, slip_id) references freight_slip (zone_id, id),
  check (state in ('first', 'set_aside') or (gross_kg is not null and tare_kg is not null)),
  check (gross_kg is not null or tare_kg is not null),
  check (gross_kg > tare_kg),
  check ((state = 'matched') = (slip_id is not null)),
  check ((state = 'refused') = (refusal is not null)),
  check ((waybill_id is null) = (place_end is null)),
  check ((photo_id is null) = (photo_sha256 is null))
);
create unique index freight_weighing_number on freight_weighing (zone_id, bridge_id, number);
-- A weighing has one record, and a record proves one weighing.
create unique index freight_weighing_slip on freight_weighing (zone_id, slip_id) where slip_id is not null;
create index freight_weighing_list on freight_weighing (zone_id, bridge_id, received_at desc, id desc);
create index freight_weighing_photo on freight_weighing (zone_id, photo_sha256) where photo_sha256 is not null;
create index freight_weighing_open on freight_weighing (zone_id, plate_key, weighed_at)
  where state in ('kept', 'waiting', 'unmatched');
create index freight_weighing_waiting on freight_weighing (zone_id, weighed_at) where state = 'waiting';
-- What lasts until somebody does something, whatever its day.
create index freight_weighing_todo on freight_weighing (zone_id, bridge_id, received_at desc, id desc)
  where state in ('first', 'kept', 'waiting', 'unmatched', 'refused');
-- Rows of reach name objects as text.
create index freight_weighing_reach on freight_weighing ((id::text));

-- Trucks at a place and on the way to it.
create index freight_waybill_from_open on freight_waybill (zone_id, from_id, state) where state in ('accepted', 'at_load');
create index freight_waybill_to_open on freight_waybill (zone_id, to_id, state) where state in ('loaded', 'in_transit', 'at_unload');
