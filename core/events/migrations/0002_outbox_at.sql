-- The time of events grows with their place: a block range says as much as an entry an event, and costs an event nothing.
drop index outbox_at;
create index outbox_at on outbox using brin (zone_id, at);
