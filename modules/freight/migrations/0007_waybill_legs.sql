-- Legs of transloaded waybills, which are few: their number is older than they are.
create index freight_waybill_leg on freight_waybill (zone_id, number text_pattern_ops, created_at) where serial <> '0000';
