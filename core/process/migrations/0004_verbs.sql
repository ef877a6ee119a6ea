-- The verbs of casework that no drawing shows: who took a task, for whom, who else must sign, what finishing it set off.
alter table process_task
  add column claimed_at timestamptz,
  -- It was delegated and goes back to this account.
  add column delegated_by text,
  -- A signature 加签 that another task waits for: which, and whether before or after its own answer.
  add column main_task_id uuid,
  add column sign text check (sign in ('before', 'after')),
  add column answer jsonb,
  add column closed_by text,
  -- Where its token went, while it can be taken back.
  add column led_to jsonb;
-- held: not its turn yet. A task that was answered and waits for signatures, a signature that waits for the answer.
alter table process_task drop constraint process_task_state_check;
alter table process_task add constraint process_task_state_check check (state in ('open', 'held', 'done', 'cancelled'));

-- Counts by version, and lists by key.
create index process_instance_version on process_instance (zone_id, key, version, status, id);
create index process_timer_failing on process_timer (zone_id, instance_id) where attempts > 0;

-- Why a failed instance stands still: where, and what the handler or the called process said.
alter table process_instance add column trouble jsonb;
