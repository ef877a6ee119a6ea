-- Frames that are kept as they came: what no reading can hold, and what was refused and may still have to be explained.
create table telemetry_frame (
  zone_id text not null,
  id uuid not null,
  protocol text not null,
  identity text not null,
  -- stranger: of a device that nobody knows · password: with a wrong code · text: says something in words · revised: says of a
  -- time something else than was kept · time: its time cannot be, or is missing · room: there was no point for it
  why text not null check (why in ('stranger', 'password', 'text', 'revised', 'time', 'room')),
  received_at timestamptz not null,
  keep_until timestamptz not null,
  -- As it came, but for codes.
  body bytea not null check (length(body) <= 16384),
  primary key (zone_id, id)
);
create index telemetry_frame_device on telemetry_frame (zone_id, protocol, identity, received_at desc);
create index telemetry_frame_until on telemetry_frame (zone_id, keep_until);
