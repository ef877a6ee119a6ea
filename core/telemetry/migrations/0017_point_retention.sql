-- A point may keep its readings for fewer days than its zone does.

-- Days; null: as the zone says.
alter table telemetry_point add column raw_days integer check (raw_days between 2 and 36500);
-- Its packed readings before this time have gone already.
alter table telemetry_point add column thinned_to timestamptz;
create index telemetry_point_raw_days on telemetry_point (zone_id, raw_days) where raw_days is not null;
