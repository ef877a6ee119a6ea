-- Addresses that a party wants to be told at. The secrets are sealed by the server's own; the older one signs too until `old_until`.
create table webhook_endpoint (
  zone_id text not null,
  id uuid not null,
  party_id text not null,
  name text not null,
  url text not null,
  types text[] not null,
  state text not null check (state in ('open', 'paused', 'stopped')),
  stopped_for text check (stopped_for in ('owner', 'admin', 'failing', 'gone')),
  stop_reason text,
  sealed_secret text not null,
  sealed_old_secret text,
  old_until timestamptz,
  -- How often in a row it failed, since when, and until when it is left alone.
  failures int not null default 0,
  failing_since timestamptz,
  rest_until timestamptz,
  delivered_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  rev int not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, party_id) references party (zone_id, id),
  check ((state = 'stopped') = (stopped_for is not null)),
  check ((sealed_old_secret is null) = (old_until is null)),
  check ((failures = 0) = (failing_since is null))
);
create index webhook_endpoint_of_party on webhook_endpoint (zone_id, party_id, created_at desc, id desc);
create index webhook_endpoint_list on webhook_endpoint (zone_id, created_at desc, id desc);

-- What an endpoint is told: signed and sent as the text stands, under the row's id, until it is taken or given up.
create table webhook_delivery (
  zone_id text not null,
  id uuid not null,
  endpoint_id uuid not null,
  type text not null,
  -- What it comes from: an event told twice is queued once.
  cause text not null,
  object_kind text,
  object_id text,
  body text not null check (octet_length(body) <= 8192),
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'delivered', 'given_up')),
  attempts int not null default 0,
  -- When it is sent; while it is being sent: when others may take it over.
  try_at timestamptz,
  last_status int,
  last_error text,
  answer text,
  took_ms int,
  -- The latest attempts, the newest first.
  tried jsonb not null default '[]',
  created_at timestamptz not null,
  ended_at timestamptz,
  rev int not null default 1,
  primary key (zone_id, id),
  unique (zone_id, endpoint_id, cause),
  foreign key (zone_id, endpoint_id) references webhook_endpoint (zone_id, id) on delete cascade,
  check ((state in ('waiting', 'sending')) = (try_at is not null)),
  check ((state in ('delivered', 'given_up')) = (ended_at is not null))
);
create index webhook_delivery_list on webhook_delivery (zone_id, endpoint_id, created_at desc, id desc);
create index webhook_delivery_due on webhook_delivery (zone_id, endpoint_id, try_at) where state in ('waiting', 'sending');
create index webhook_delivery_ended on webhook_delivery (zone_id, ended_at) where ended_at is not null;
create index webhook_delivery_waiting on webhook_delivery (zone_id, created_at) where state = 'waiting';
