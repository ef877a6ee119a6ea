-- What of a machine's readings waits on the disk of the process that calls it, and since when; null: nothing.
alter table telemetry_machine add column backlog bigint, add column backlog_since timestamptz;
