-- Sources of shared data outside the zone: asked over HTTP after the commit, answered at once or by callback.
create table data_source (
  zone_id text not null,
  service_id text not null,
  name_zh text not null,
  name_en text not null,
  url text not null,
  -- The name of the setting that holds its key; the key itself is never kept here.
  key_setting text,
  -- How long the answer is waited for before the applicant is asked. One hour is the rule, a place may set another.
  wait_minutes integer not null default 60 check (wait_minutes between 1 and 1440),
  state text not null check (state in ('open', 'closed')),
  edited_at timestamptz not null,
  edited_by text not null,
  rev integer not null default 1,
  primary key (zone_id, service_id)
);

alter table data_request add column state text not null default 'answered'
  check (state in ('asked', 'answered', 'unanswered', 'failed', 'late'));
update data_request set state = 'unanswered' where answered_at is null;
alter table data_request add column due_at timestamptz;
-- When it is sent next; null: nothing is to be sent.
alter table data_request add column send_at timestamptz;
alter table data_request add column attempts integer not null default 0;
-- The answer while the application is open; taken away when it ends.
alter table data_request add column answer jsonb;
alter table data_request add column as_of date;
alter table data_request add column valid_to date;
create index data_request_asked_until on data_request (zone_id, due_at) where state = 'asked';
create index data_request_to_send on data_request (zone_id, send_at) where send_at is not null;
