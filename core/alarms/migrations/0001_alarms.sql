-- Alarms: what is watched for, what happened, what people did about it, and what is kept quiet meanwhile.

-- Rules of a type of equipment, and what one point says itself. Never deleted: whoever holds rules in memory finds changes by their time.
create table alarm_rule (
  zone_id text not null,
  id uuid not null,
  profile_key text,
  template text,
  point_id integer,
  key text not null,
  -- own: the rule stands here. off: the rule of the type does not count at this point. inherit: nothing is said any more.
  mode text not null check (mode in ('own', 'off', 'inherit')),
  rule jsonb,
  reason text not null,
  changed_by text not null,
  changed_name text not null,
  changed_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  check ((point_id is null) = (profile_key is not null and template is not null)),
  check ((mode = 'own') = (rule is not null))
);
create unique index alarm_rule_type on alarm_rule (zone_id, profile_key, template, key) where point_id is null;
create unique index alarm_rule_point on alarm_rule (zone_id, point_id, key) where point_id is not null;
create index alarm_rule_changed on alarm_rule (zone_id, changed_at);

-- One row each time that a rule of a point was met: one start, at most one end, acknowledged at most once.
create table alarm (
  zone_id text not null,
  id uuid not null,
  point_id integer not null,
  node_id uuid not null,
  party_id text,
  rule_key text not null,
  -- The rule as it was.
  rule jsonb not null,
  level smallint not null check (level between 1 and 4),
  owner text not null,
  state text not null check (state in ('unack_active', 'ack_active', 'unack_returned', 'unack_latched', 'ack_latched',
    'shelved', 'suppressed', 'out_of_service', 'normal')),
  started_at timestamptz not null,
  started_value double precision,
  -- When it was put before people; null while it is kept quiet and for what is only on record.
  announced_at timestamptz,
  ended_at timestamptz,
  ended_value double precision,
  acked_at timestamptz,
  acked_by text,
  acked_name text,
  ack_comment text,
  -- When it left the list.
  closed_at timestamptz,
  hold text check (hold in ('shelved', 'suppressed', 'out_of_service')),
  -- Told by values that came after a break: on record, never put before people.
  late boolean not null default false,
  -- How often it came again without having been acknowledged.
  repeats integer not null default 0,
  case_id uuid,
  recorded_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  unique (zone_id, point_id, rule_key, started_at, late),
  check (ended_at is null or ended_at >= started_at),
  check ((acked_at is null) = (acked_by is null)),
  check ((state = 'normal') = (closed_at is not null))
);
-- One that stands for each rule of a point.
create unique index alarm_standing on alarm (zone_id, point_id, rule_key) where state <> 'normal';
create index alarm_list on alarm (zone_id, level, started_at desc, id desc) where state <> 'normal';
create index alarm_time on alarm (zone_id, started_at desc, id desc);
create index alarm_announced on alarm (zone_id, announced_at) where announced_at is not null;
create index alarm_party on alarm (zone_id, party_id, started_at desc);
create index alarm_case_of on alarm (zone_id, case_id) where case_id is not null;

-- Every transition: who, when, from, to, with which value.
create table alarm_event (
  zone_id text not null,
  id uuid not null,
  alarm_id uuid,
  point_id integer not null,
  rule_key text not null,
  at timestamptz not null,
  verb text not null,
  from_state text,
  to_state text,
  value double precision,
  actor_id text,
  actor_name text,
  comment text,
  until timestamptz,
  primary key (zone_id, id)
);
create index alarm_event_alarm on alarm_event (zone_id, alarm_id, id);
create index alarm_event_point on alarm_event (zone_id, point_id, rule_key, id desc);

create function alarm_event_stays() returns trigger language plpgsql as $$
begin
  raise exception 'the history of alarms is append-only';
end
$$;
create trigger alarm_event_append_only before update or delete on alarm_event
  for each row execute function alarm_event_stays();

-- What is kept quiet by somebody: a rule of a point, until a time or until it is put back.
create table alarm_hold (
  zone_id text not null,
  point_id integer not null,
  rule_key text not null,
  kind text not null check (kind in ('shelved', 'out_of_service')),
  reason text not null,
  since timestamptz not null,
  until timestamptz,
  actor_id text not null,
  actor_name text not null,
  primary key (zone_id, point_id, rule_key, kind),
  check ((kind = 'shelved') = (until is not null))
);

-- What must be done about an alarm: respond, verify, closed with proof.
create table alarm_case (
  zone_id text not null,
  id uuid not null,
  no text not null,
  state text not null,
  point_id integer not null,
  node_id uuid not null,
  party_id text,
  rule_key text not null,
  level smallint not null,
  owner text not null,
  rule jsonb not null,
  alarm_id uuid not null,
  alarms integer not null default 1,
  opened_at timestamptz not null,
  -- When the last of its alarms ended; null while one stands.
  cleared_at timestamptz,
  due_at timestamptz,
  overdue boolean not null default false,
  next_step text,
  response text,
  responded_by text,
  responded_name text,
  responded_at timestamptz,
  verdict text,
  verified_by text,
  verified_name text,
  closed_at timestamptz,
  instance_id uuid,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null,
  primary key (zone_id, id),
  unique (zone_id, no)
);
create unique index alarm_case_open on alarm_case (zone_id, point_id, rule_key) where closed_at is null;
create index alarm_case_id on alarm_case ((id::text));
create sequence alarm_case_no start 1;
