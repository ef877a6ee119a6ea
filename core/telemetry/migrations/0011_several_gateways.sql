-- Several processes that devices call: who holds the newest connection of a device, and what a server shows of the others.

-- A process, from its start on, for as long as it says that it is there.
create table telemetry_gateway (
  zone_id text not null,
  id uuid not null,
  -- Its stream; the next start has the same name and another id.
  name text not null,
  began_at timestamptz not null,
  -- By the clock of the database, which is one however many processes there are.
  beat_at timestamptz not null,
  online integer not null,
  counts jsonb not null,
  primary key (zone_id, id)
);

-- Whoever changes links takes the next number and holds this row until that is visible: numbers become visible in their order.
create table telemetry_link_turn (
  zone_id text primary key,
  epoch bigint not null
);

-- Which process holds the newest connection of a device; null: none does.
create table telemetry_link (
  zone_id text not null,
  device_id uuid not null,
  gateway_id uuid,
  epoch bigint not null,
  -- Who held one when it was taken over.
  taken_from uuid,
  primary key (zone_id, device_id)
);
create index telemetry_link_epoch on telemetry_link (zone_id, epoch);

-- How it stands with a machine that is called.
create table telemetry_machine (
  zone_id text not null,
  device_id uuid not null,
  gateway_id uuid not null,
  address text,
  reason text,
  since timestamptz not null,
  primary key (zone_id, device_id),
  foreign key (zone_id, gateway_id) references telemetry_gateway (zone_id, id) on delete cascade
);
create index telemetry_machine_gateway on telemetry_machine (zone_id, gateway_id);

-- The last frames of a device that somebody looks at now: asked for by a server, told by the process that has them.
create table telemetry_frame_ask (
  zone_id text not null,
  gateway_id uuid not null,
  protocol text not null,
  identity text not null,
  asked_at timestamptz not null,
  -- Null: not told yet.
  frames jsonb,
  primary key (zone_id, gateway_id, protocol, identity),
  foreign key (zone_id, gateway_id) references telemetry_gateway (zone_id, id) on delete cascade
);
