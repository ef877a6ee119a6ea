-- Settings get a screen: who changed what when, on what basis. Working days for a rating become data.
alter table service_setting add column rate_days integer not null default 5 check (rate_days between 1 and 60);
alter table service_setting add column rev integer not null default 1;

create table service_setting_change (
  zone_id text not null,
  id uuid not null,
  name text not null,
  before double precision not null,
  after double precision not null,
  -- The document or reason that the new value stands on.
  basis text not null,
  changed_at timestamptz not null,
  changed_by text not null,
  changed_by_name text not null,
  primary key (zone_id, id)
);
create index service_setting_change_name on service_setting_change (zone_id, name, changed_at desc, id desc);
