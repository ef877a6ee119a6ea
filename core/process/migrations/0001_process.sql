-- Cases: BPMN instances on rows. One row a token, a task, a timer, a subscription, so that each can be listed, joined and checked.

create table process_definition (
  zone_id text not null,
  key text not null,
  version integer not null check (version > 0),
  name text not null,
  xml text not null,
  graph jsonb not null,
  sha256 text not null,
  state text not null check (state in ('active', 'retired')),
  deployed_at timestamptz not null,
  deployed_by text not null,
  primary key (zone_id, key, version)
);

create table process_instance (
  zone_id text not null,
  id uuid not null,
  key text not null,
  version integer not null,
  business_kind text not null,
  business_id uuid not null,
  status text not null check (status in ('active', 'suspended', 'completed', 'terminated', 'failed')),
  vars jsonb not null,
  -- How often each node was left, by node id: what the drawing shows as passed.
  visited jsonb not null default '{}',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id)
);
create unique index process_instance_business on process_instance (zone_id, business_kind, business_id);
create index process_instance_stuck on process_instance (zone_id, updated_at) where status = 'failed';

create table process_scope (
  zone_id text not null,
  instance_id uuid not null,
  id uuid not null,
  data jsonb not null,
  primary key (zone_id, instance_id, id)
);

create table process_token (
  zone_id text not null,
  instance_id uuid not null,
  id uuid not null,
  scope_id uuid not null,
  node_id text not null,
  state text not null check (state in ('wait', 'join', 'active')),
  data jsonb not null,
  primary key (zone_id, instance_id, id)
);

create table process_task (
  zone_id text not null,
  instance_id uuid not null,
  id uuid not null,
  token_id uuid not null,
  node_id text not null,
  state text not null check (state in ('open', 'done', 'cancelled')),
  business_kind text not null,
  business_id uuid not null,
  roles text[] not null,
  -- The party whose members may take it; null: anyone in the zone who holds one of the roles.
  party_id text,
  assignee_id text,
  opened_at timestamptz not null,
  due_at timestamptz,
  closed_at timestamptz,
  data jsonb not null,
  primary key (zone_id, instance_id, id)
);
create index process_task_open on process_task (zone_id, party_id, due_at) where state = 'open';
create index process_task_assignee on process_task (zone_id, assignee_id, due_at) where state = 'open';
create index process_task_id on process_task (zone_id, id);

create table process_timer (
  zone_id text not null,
  instance_id uuid not null,
  id uuid not null,
  node_id text not null,
  due_at timestamptz,
  -- Kept after a firing that failed: the next try, and why.
  retry_at timestamptz,
  attempts integer not null default 0,
  last_error text,
  data jsonb not null,
  primary key (zone_id, instance_id, id)
);
create index process_timer_due on process_timer (zone_id, (coalesce(retry_at, due_at))) where due_at is not null;

create table process_subscription (
  zone_id text not null,
  instance_id uuid not null,
  id uuid not null,
  kind text not null,
  name text not null,
  correlation_key text,
  data jsonb not null,
  primary key (zone_id, instance_id, id)
);
create index process_subscription_name on process_subscription (zone_id, kind, name, correlation_key);
create index process_task_business on process_task (zone_id, business_id) where state = 'open';
