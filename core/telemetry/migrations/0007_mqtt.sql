-- What MQTT asks a server to remember of a device while it is away.

-- A session that its device wants kept: what it hears, with the granted quality of service, by topic kind.
create table mqtt_session (
  zone_id text not null,
  device_id uuid not null,
  subscriptions jsonb not null,
  primary key (zone_id, device_id),
  foreign key (zone_id, device_id) references telemetry_device (zone_id, id)
);

-- The message that a device left under its state topic.
create table mqtt_retained (
  zone_id text not null,
  device_id uuid not null,
  payload bytea not null check (length(payload) between 1 and 8192),
  qos smallint not null check (qos in (0, 1)),
  kept_at timestamptz not null,
  primary key (zone_id, device_id),
  foreign key (zone_id, device_id) references telemetry_device (zone_id, id)
);
