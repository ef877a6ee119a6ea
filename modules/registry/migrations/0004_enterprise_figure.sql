-- What is counted of an enterprise: names, units and definitions in both languages, editable.
create table figure_indicator (
  zone_id text not null,
  code text not null check (code ~ '^[a-z][a-z0-9_]{1,39}$'),
  name_zh text not null,
  name_en text not null,
  definition_zh text not null,
  definition_en text not null,
  -- [{ code, zh, en, factor }], the first with factor 1: figures are compared in it.
  units jsonb not null,
  -- No figure is below it; null: any.
  least double precision,
  position integer not null,
  state text not null default 'open' check (state in ('open', 'closed')),
  rev integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (zone_id, code)
);

-- What a source says of an enterprise: rows, several for one indicator and period beside each other. Nothing is deleted.
create table enterprise_figure (
  zone_id text not null,
  id text not null,
  enterprise_id text not null,
  indicator text not null,
  -- A year, a quarter or a month.
  period text not null check (period ~ '^[0-9]{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?$'),
  value double precision not null check (value between -1e15 and 1e15),
  unit text not null,
  qualifier text not null check (qualifier in ('actual', 'estimate', 'target')),
  basis text not null default '',
  source text not null check (source <> ''),
  -- Said by the enterprise of itself.
  own boolean not null,
  confidence text not null check (confidence in ('high', 'medium', 'low')),
  -- The day for which it was true at its source.
  as_of date not null,
  -- A person's choice between figures that are otherwise equal.
  chosen_at timestamptz,
  chosen_by text,
  state text not null default 'stands' check (state in ('stands', 'withdrawn')),
  withdrawn_why text check ((state = 'withdrawn') = (withdrawn_why is not null)),
  synthetic boolean not null default false,
  rev integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (zone_id, id),
  foreign key (zone_id, enterprise_id) references enterprise (zone_id, id),
  foreign key (zone_id, indicator) references figure_indicator (zone_id, code)
);
create index enterprise_figure_key on enterprise_figure (zone_id, enterprise_id, indicator, period);
create index enterprise_figure_period on enterprise_figure (zone_id, period, id);
