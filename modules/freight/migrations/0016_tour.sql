-- Tours 拼车配送: loads that share a truck, what a zone plans them by, and vehicles and drivers that are on one trip or one tour at a time.

-- What the register knows of what a vehicle may carry by law, and of its bed; null: it does not know.
alter table freight_vehicle
  add column axles smallint check (axles between 2 and 20),
  add column drive_axles smallint check (drive_axles between 1 and 10),
  add column tare_kg integer check (tare_kg between 1 and 200000),
  add column volume_dm3 integer check (volume_dm3 between 1 and 1000000);

create table freight_tour_settings (
  zone_id text primary key,
  -- By the names of data/tour.json.
  numbers jsonb not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1
);

create table freight_tour_plan (
  zone_id text not null,
  id uuid not null,
  made_at timestamptz not null,
  made_by text not null,
  made_name text not null,
  -- What it reckoned with; equal seeds draw the same.
  settings_rev integer not null,
  numbers jsonb not null,
  bend_pct integer not null,
  seed integer not null,
  -- What was looked at, and how many loads are in tours.
  loads integer not null check (loads >= 0),
  trucks integer not null check (trucks >= 0),
  served integer not null check (served between 0 and loads),
  -- Metres: all tours, and the same loads each by itself.
  way_m bigint not null check (way_m >= 0),
  alone_m bigint not null check (alone_m >= 0),
  -- What metres rest on.
  basis text not null,
  parts integer not null,
  iterations integer not null,
  read_ms integer not null check (read_ms >= 0),
  solve_ms integer not null check (solve_ms >= 0),
  -- Loads that are in no tour, and why.
  left_out jsonb not null,
  -- Old, and kept for ever, for waybills tell of it: not looked at again.
  is_told boolean not null default false,
  primary key (zone_id, id)
);
create index freight_tour_plan_old on freight_tour_plan (zone_id, made_at) where not is_told;
create index freight_tour_plan_list on freight_tour_plan (zone_id, made_at desc, id desc);

create table freight_tour (
  zone_id text not null,
  id uuid not null,
  plan_id uuid not null,
  seq integer not null check (seq > 0),
  vehicle_id text not null,
  driver_id text not null,
  carrier_id text not null,
  capacity_kg integer not null,
  -- How many loads, and the whole way from where the truck stood.
  loads integer not null check (loads > 0),
  way_m integer not null check (way_m >= 0),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  -- Stops in their order.
  stops jsonb not null,
  state text not null default 'proposed' check (state in ('proposed', 'sent', 'withdrawn', 'stale')),
  stale_why jsonb,
  -- The command that decided it.
  command_id uuid,
  decided_at timestamptz,
  decided_by text,
  primary key (zone_id, id),
  constraint freight_tour_seq unique (zone_id, plan_id, seq),
  foreign key (zone_id, plan_id) references freight_tour_plan (zone_id, id) on delete cascade,
  check ((state = 'stale') = (stale_why is not null)),
  check ((state = 'proposed') = (decided_at is null))
);

-- The tour of a waybill, and which of its loads it is, in the order of loading.
alter table freight_waybill
  add column tour_id uuid,
  add column tour_seq integer,
  add constraint freight_waybill_tour_whole check ((tour_id is null) = (tour_seq is null)),
  add constraint freight_waybill_tour_of foreign key (zone_id, tour_id) references freight_tour (zone_id, id);
create unique index freight_waybill_tour on freight_waybill (zone_id, tour_id, tour_seq) where tour_id is not null;

-- What a vehicle, and a driver, is on now, and with which of the other: a waybill, or a tour with as many of its waybills. One row each, which
-- whoever accepts must have; kept by the trigger below, whatever writes a waybill.
create table freight_on_trip (
  zone_id text not null,
  subject text not null check (subject in ('vehicle', 'driver')),
  subject_id text not null,
  -- The waybill, or its tour.
  trip_id uuid not null,
  -- The driver of the vehicle, or the vehicle of the driver: legs of a tour may go on by several trucks, each with a driver of its own.
  with_id text not null,
  waybills integer not null check (waybills > 0),
  primary key (zone_id, subject, subject_id)
);
insert into freight_on_trip (zone_id, subject, subject_id, trip_id, with_id, waybills)
select zone_id, 'vehicle', vehicle_id, id, driver_id, 1 from freight_waybill
where state in ('accepted', 'at_load', 'loaded', 'in_transit', 'at_unload', 'accident')
union all
select zone_id, 'driver', driver_id, id, vehicle_id, 1 from freight_waybill
where state in ('accepted', 'at_load', 'loaded', 'in_transit', 'at_unload', 'accident');

-- The indexes stay for those who read what runs; that there is one trip at a time is the trigger's from now on.
drop index freight_waybill_vehicle_busy;
drop index freight_waybill_driver_busy;
create index freight_waybill_vehicle_busy on freight_waybill (zone_id, vehicle_id)
  where state in ('accepted', 'at_load', 'loaded', 'in_transit', 'at_unload', 'accident');
create index freight_waybill_driver_busy on freight_waybill (zone_id, driver_id)
  where state in ('accepted', 'at_load', 'loaded', 'in_transit', 'at_unload', 'accident');

-- Puts a vehicle or a driver on a trip. Whoever comes at the same time waits for the row; another trip is refused as by a unique index.
create function freight_on_trip_enter(zone text, of_subject text, of_id text, trip uuid, with_other text) returns void language plpgsql as $$
begin
  insert into freight_on_trip (zone_id, subject, subject_id, trip_id, with_id, waybills) values (zone, of_subject, of_id, trip, with_other, 1)
  on conflict (zone_id, subject, subject_id) do update set waybills = freight_on_trip.waybills + 1
    where freight_on_trip.trip_id = excluded.trip_id and freight_on_trip.with_id = excluded.with_id;
  if not found then
    raise exception 'the % % is on another trip', of_subject, of_id
      using errcode = 'unique_violation', constraint = 'freight_waybill_' || of_subject || '_busy', table = 'freight_waybill';
  end if;
end $$;

-- Locked first: of two that leave at once the second counts what the first left.
create function freight_on_trip_leave(zone text, of_subject text, of_id text, trip uuid) returns void language plpgsql as $$
begin
  perform 1 from freight_on_trip t where t.zone_id = zone and t.subject = of_subject and t.subject_id = of_id for update;
  delete from freight_on_trip t
  where t.zone_id = zone and t.subject = of_subject and t.subject_id = of_id and t.trip_id = trip and t.waybills = 1;
  if not found then
    update freight_on_trip t set waybills = t.waybills - 1
    where t.zone_id = zone and t.subject = of_subject and t.subject_id = of_id and t.trip_id = trip;
  end if;
end $$;

-- Vehicles before drivers, always: nobody waits crosswise.
create function freight_on_trip_kept() returns trigger language plpgsql as $$
declare
  was boolean := tg_op <> 'INSERT' and old.state in ('accepted', 'at_load', 'loaded', 'in_transit', 'at_unload', 'accident');
  is_on boolean := tg_op <> 'DELETE' and new.state in ('accepted', 'at_load', 'loaded', 'in_transit', 'at_unload', 'accident');
begin
  if was and is_on and (old.vehicle_id, old.driver_id, coalesce(old.tour_id, old.id))
    is not distinct from (new.vehicle_id, new.driver_id, coalesce(new.tour_id, new.id)) then
    return null;
  end if;
  if was then
    perform freight_on_trip_leave(old.zone_id, 'vehicle', old.vehicle_id, coalesce(old.tour_id, old.id));
    perform freight_on_trip_leave(old.zone_id, 'driver', old.driver_id, coalesce(old.tour_id, old.id));
  end if;
  if is_on then
    perform freight_on_trip_enter(new.zone_id, 'vehicle', new.vehicle_id, coalesce(new.tour_id, new.id), new.driver_id);
    perform freight_on_trip_enter(new.zone_id, 'driver', new.driver_id, coalesce(new.tour_id, new.id), new.vehicle_id);
  end if;
  return null;
end $$;
create trigger freight_waybill_on_trip after insert or delete or update of state, vehicle_id, driver_id, tour_id on freight_waybill
  for each row execute function freight_on_trip_kept();
