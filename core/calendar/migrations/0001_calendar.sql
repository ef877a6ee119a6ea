-- A row says whether people work on that day. A day without a row is unknown: nothing may be computed across it.
create table calendar_day (
  zone_id text not null,
  date date not null,
  kind text not null check (kind in ('work', 'off')),
  name text,
  name_en text,
  source text not null,
  primary key (zone_id, date)
);

-- Every change of days or hours makes a version; a due time is stored with the version it was computed by.
create table calendar_version (
  zone_id text not null,
  seq int not null check (seq > 0),
  version text not null,
  change text not null check (change in ('built_in', 'year_loaded', 'year_replaced', 'office_hours')),
  subject text not null,
  source text not null,
  loaded_by text,
  loaded_at timestamptz not null,
  primary key (zone_id, seq),
  unique (zone_id, version)
);

-- Opening hours by season; together the seasons cover every day of a year once.
create table office_hours (
  zone_id text not null,
  from_month_day text not null check (from_month_day ~ '^[01][0-9]-[0-3][0-9]$'),
  to_month_day text not null check (to_month_day ~ '^[01][0-9]-[0-3][0-9]$'),
  spans jsonb not null,
  primary key (zone_id, from_month_day)
);
