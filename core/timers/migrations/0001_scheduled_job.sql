-- Work for later: one row a job, taken when `try_at` has come. A failed try moves `try_at`; `due_at` stays for the eye.
create table scheduled_job (
  zone_id text not null,
  id text not null,
  kind text not null,
  due_at timestamptz not null,
  try_at timestamptz not null,
  payload jsonb not null,
  attempts int not null default 0,
  last_error text,
  primary key (zone_id, id)
);
create index scheduled_job_try on scheduled_job (zone_id, try_at);
