-- A stream is numbered on for ever: a second writer meets the number of the first also when the journal is empty.
create table telemetry_stream (
  zone_id text not null,
  stream text not null,
  -- Entries up to this one are in their rows.
  trimmed bigint not null,
  primary key (zone_id, stream)
);

-- What is summed up hour by hour and day by day is found without reading everything that was kept.
create index sample_hour_hour on sample_hour (zone_id, hour);
create index sample_minute_minute on sample_minute using brin (minute);

-- Serves no list, and makes every note of a device that was heard write an index.
drop index telemetry_device_state;
create index telemetry_device_state on telemetry_device (zone_id, state);
