-- Enterprise appeals 诉求: one number for life, one active work order, every clock segment kept (casework.md §2–4).

create table need_category (
  zone_id text not null,
  code text not null check (code ~ '^[0-9]{2}([0-9]{2})?$'),
  parent text,
  name_zh text not null,
  name_en text not null,
  hint text not null default '',
  retired_at timestamptz,
  primary key (zone_id, code)
);

-- Limits of the clock by class (casework.md §4); edited by an administrator, each edit is a new version.
create table clock_rule (
  zone_id text not null,
  version integer not null,
  class text not null check (class in ('P0', 'P1', 'P2', 'P3', 'P4')),
  stage text not null check (stage in ('dispatch', 'sign', 'contact', 'result', 'return')),
  unit text not null check (unit in ('calendar_seconds', 'working_hours', 'working_days')),
  amount integer not null check (amount > 0),
  source text not null,
  primary key (zone_id, version, class, stage)
);

create table need_number (
  zone_id text not null,
  kind text not null check (kind in ('appeal', 'closing')),
  day date not null,
  last integer not null check (last between 1 and 9999),
  primary key (zone_id, kind, day)
);

create table appeal (
  zone_id text not null,
  id uuid not null,
  no text,
  state text not null,
  channel text not null,
  nature text not null,
  class text not null default 'P2',
  category text,
  first_category text,
  title text not null check (char_length(title) between 1 and 60),
  body text not null check (char_length(body) between 1 and 4000),
  wanted text not null default '',
  enterprise_id text,
  raised_by text not null,
  contact_name text not null default '',
  contact_phone text not null default '',
  anonymous boolean not null default false,
  sensitive boolean not null default false,
  area_id text,
  address text not null default '',
  lon double precision,
  lat double precision,
  occurred_at timestamptz,
  received_at timestamptz,
  visit_id uuid,
  meeting_id uuid,
  mandate_id uuid,
  parent_id uuid,
  merged_into uuid,
  repeat_of uuid,
  instance_id uuid,
  owner_id text,
  round integer not null default 0,
  accepted_returns integer not null default 0,
  reopen_count integer not null default 0,
  callback_attempts integer not null default 0,
  review_used boolean not null default false,
  supervision_level integer not null default 0 check (supervision_level between 0 and 3),
  result text,
  solved text,
  rating integer check (rating between 1 and 5),
  rating_words text not null default '',
  question text,
  closing_no text,
  replied_at timestamptz,
  closed_at timestamptz,
  clock_kind text,
  due_at timestamptz,
  paused_at timestamptz,
  calendar_version text,
  -- Who must act now: role names, and the party that the role belongs to (null: the zone).
  next_step text,
  next_roles text[] not null default '{}',
  next_party text,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id)
);
create unique index appeal_no on appeal (zone_id, no) where no is not null;
create unique index appeal_closing_no on appeal (zone_id, closing_no) where closing_no is not null;
create index appeal_received on appeal (zone_id, received_at desc, id desc);
create index appeal_due on appeal (zone_id, due_at, id) where due_at is not null;
create index appeal_updated on appeal (zone_id, updated_at desc, id desc);
create index appeal_state on appeal (zone_id, state, received_at desc, id desc);
create index appeal_enterprise on appeal (zone_id, enterprise_id, category);
create index appeal_owner on appeal (zone_id, owner_id, state);
create index appeal_merged on appeal (zone_id, merged_into) where merged_into is not null;
create index appeal_parent on appeal (zone_id, parent_id) where parent_id is not null;

create table work_order (
  zone_id text not null,
  id uuid not null,
  appeal_id uuid not null,
  round integer not null,
  owner_id text not null,
  assignee_id text,
  class text not null,
  dispatched_at timestamptz not null,
  dispatched_by text not null,
  note text not null default '',
  rule_number integer,
  rule_version integer,
  due_sign_at timestamptz,
  signed_at timestamptz,
  signed_by text,
  due_contact_at timestamptz,
  contacted_at timestamptz,
  due_result_at timestamptz,
  original_due_result_at timestamptz,
  replied_at timestamptz,
  return_until timestamptz,
  may_return boolean not null default true,
  returned_at timestamptz,
  return_reason text,
  return_basis text,
  return_decision text check (return_decision in ('pending', 'accepted', 'refused')),
  active boolean not null default true,
  primary key (zone_id, id),
  foreign key (zone_id, appeal_id) references appeal (zone_id, id)
);
create unique index work_order_active on work_order (zone_id, appeal_id) where active;
create index work_order_appeal on work_order (zone_id, appeal_id, round);
create index work_order_owner on work_order (zone_id, owner_id, dispatched_at desc);
create index work_order_due_contact on work_order (zone_id, due_contact_at);
create index work_order_due_result on work_order (zone_id, due_result_at);

create table clock_segment (
  zone_id text not null,
  id uuid not null,
  appeal_id uuid not null,
  order_id uuid,
  kind text not null check (kind in ('running', 'paused')),
  from_at timestamptz not null,
  to_at timestamptz,
  reason text not null,
  due_before timestamptz,
  due_after timestamptz,
  primary key (zone_id, id)
);
create index clock_segment_appeal on clock_segment (zone_id, appeal_id, from_at);

create table assist (
  zone_id text not null,
  id uuid not null,
  appeal_id uuid not null,
  order_id uuid not null,
  task_id uuid,
  department_id text not null,
  question text not null default '',
  due_at timestamptz,
  state text not null check (state in ('open', 'answered', 'overruled', 'cancelled')),
  opinion text,
  answered_at timestamptz,
  answered_by text,
  overruled_reason text,
  file_ids uuid[] not null default '{}',
  created_at timestamptz not null,
  primary key (zone_id, id)
);
create index assist_appeal on assist (zone_id, appeal_id);

create table contact_log (
  zone_id text not null,
  id uuid not null,
  appeal_id uuid not null,
  order_id uuid not null,
  at timestamptz not null,
  by_account text not null,
  by_name text not null,
  channel text not null,
  words text not null,
  primary key (zone_id, id)
);
create index contact_log_appeal on contact_log (zone_id, appeal_id, at);

create table reply (
  zone_id text not null,
  id uuid not null,
  appeal_id uuid not null,
  order_id uuid,
  round integer not null,
  at timestamptz not null,
  by_account text not null,
  by_name text not null,
  by_party text,
  result text not null check (result in ('resolved', 'partly', 'explained', 'planned')),
  body text not null,
  measures text not null default '',
  article_id uuid,
  rejected_reason text,
  file_ids uuid[] not null default '{}',
  primary key (zone_id, id)
);
create index reply_appeal on reply (zone_id, appeal_id, at);

create table callback (
  zone_id text not null,
  id uuid not null,
  appeal_id uuid not null,
  attempt integer not null,
  at timestamptz not null,
  by_account text not null,
  reached boolean not null,
  contacted boolean,
  solved text check (solved in ('yes', 'partly', 'no')),
  rating integer check (rating between 1 and 5),
  words text not null default '',
  -- The department that had replied: the case belongs to it (casework.md §8).
  owner_id text,
  reopened boolean not null default false,
  primary key (zone_id, id)
);
create index callback_at on callback (zone_id, at);
create index callback_appeal on callback (zone_id, appeal_id, at);

create table extension (
  zone_id text not null,
  id uuid not null,
  appeal_id uuid not null,
  order_id uuid not null,
  at timestamptz not null,
  by_account text not null,
  reason text not null,
  until timestamptz not null,
  answer_by timestamptz not null,
  state text not null check (state in ('asked', 'approved', 'refused')),
  decided_at timestamptz,
  decided_by text,
  decision_reason text,
  primary key (zone_id, id)
);
create index extension_appeal on extension (zone_id, appeal_id);

create table supervision (
  zone_id text not null,
  id uuid not null,
  appeal_id uuid not null,
  order_id uuid,
  owner_id text,
  level integer not null check (level between 1 and 3),
  reason text not null,
  auto boolean not null,
  opened_at timestamptz not null,
  opened_by text not null,
  answer_due_at timestamptz,
  answer text,
  answered_at timestamptz,
  answered_by text,
  closed_at timestamptz,
  closed_reason text,
  primary key (zone_id, id)
);
create index supervision_appeal on supervision (zone_id, appeal_id);
create index supervision_open on supervision (zone_id, level, opened_at desc) where closed_at is null;

create table planned_item (
  zone_id text not null,
  id uuid not null,
  appeal_id uuid not null,
  plan text not null,
  owner_id text not null,
  review_date date not null,
  state text not null check (state in ('open', 'reopened', 'done')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id)
);
create index planned_item_review on planned_item (zone_id, review_date) where state = 'open';
create unique index planned_item_appeal on planned_item (zone_id, appeal_id) where state = 'open';
