-- What speaks to the zone: terminals and gateways in the field, what is asked of them, and what came of it.

create table telemetry_device (
  zone_id text not null,
  id uuid not null,
  protocol text not null check (protocol in ('jt808', 'hj212', 'mqtt', 'http', 'modbus', 'opcua')),
  -- What it calls itself: a terminal's phone without leading zeros, an MN, a client id.
  identity text not null check (length(identity) between 1 and 128),
  name text not null,
  -- The equipment it is built into; null while it is in quarantine.
  node_id uuid,
  -- quarantined: it spoke and nobody knows it; nothing of what it says is kept.
  state text not null check (state in ('active', 'quarantined', 'retired')),
  -- SHA-256 of the code it must show, hexadecimal.
  secret_sha256 text,
  settings jsonb not null default '{}',
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  last_address text,
  -- Connections that another one with the same identity took over: many mean that it was copied.
  superseded integer not null default 0,
  refused integer not null default 0,
  changed_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  unique (zone_id, protocol, identity),
  foreign key (zone_id, node_id) references telemetry_node (zone_id, id),
  check (state <> 'active' or node_id is not null)
);
create index telemetry_device_changed on telemetry_device (zone_id, protocol, changed_at);
create index telemetry_device_node on telemetry_device (zone_id, node_id);
create index telemetry_device_state on telemetry_device (zone_id, state, last_seen_at desc);

create table telemetry_command (
  zone_id text not null,
  id uuid not null,
  device_id uuid not null,
  kind text not null,
  body jsonb not null,
  state text not null check (state in ('queued', 'sent', 'acknowledged', 'failed', 'expired')),
  actor_id text not null,
  actor_name text not null,
  reason text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  sent_at timestamptz,
  attempts integer not null default 0,
  answered_at timestamptz,
  answer jsonb,
  primary key (zone_id, id),
  foreign key (zone_id, device_id) references telemetry_device (zone_id, id),
  check (expires_at > created_at)
);
create index telemetry_command_open on telemetry_command (zone_id, expires_at) where state in ('queued', 'sent');
create index telemetry_command_device on telemetry_command (zone_id, device_id, created_at desc);
