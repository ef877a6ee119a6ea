-- What was unloaded today, and the latest of it: the wall and the day's figures.
create index freight_waybill_unloaded on freight_waybill (zone_id, unloaded_at desc, id) where unloaded_at is not null;
