-- A command that makes something move is proposed first; it waits for its device only after a person has confirmed it.
alter table telemetry_command drop constraint telemetry_command_state_check;
alter table telemetry_command add constraint telemetry_command_state_check
  check (state in ('proposed', 'queued', 'sent', 'acknowledged', 'failed', 'expired', 'withdrawn'));
-- Until when it may be confirmed, and how long it then waits for its device; null where nothing is to be confirmed.
alter table telemetry_command add column confirm_until timestamptz;
alter table telemetry_command add column wait_s integer check (wait_s > 0);
-- Another person than who proposed it must confirm it.
alter table telemetry_command add column needs_other boolean not null default false;
-- Who confirmed it, or took it back.
alter table telemetry_command add column decided_at timestamptz;
alter table telemetry_command add column decided_by_id text;
alter table telemetry_command add column decided_by_name text;
alter table telemetry_command add constraint telemetry_command_decided check (
  (confirm_until is null) = (wait_s is null)
  and (state not in ('proposed', 'withdrawn') or confirm_until is not null)
  and (decided_at is null) = (decided_by_id is null) and (decided_at is null) = (decided_by_name is null)
  and (confirm_until is null or state in ('proposed', 'expired', 'failed') or decided_at is not null)
);

-- Proposals end by time as well.
drop index telemetry_command_open;
create index telemetry_command_open on telemetry_command (zone_id, expires_at) where state in ('proposed', 'queued', 'sent');

-- How a zone confirms commands; a zone without a row does as the program says.
create table telemetry_confirmation (
  zone_id text primary key,
  confirm_s integer not null check (confirm_s between 10 and 600),
  needs_other boolean not null,
  rev integer not null,
  changed_at timestamptz not null
);
