-- Routing tables 派单规则 (casework.md §6): one version is published as a whole; drafts and retired versions stay.
create table routing_table (
  zone_id text not null,
  version integer not null,
  state text not null check (state in ('draft', 'published', 'retired')),
  note text not null default '',
  rules jsonb not null,
  created_at timestamptz not null,
  created_by text not null,
  published_at timestamptz,
  published_by text,
  rev integer not null default 1,
  primary key (zone_id, version)
);
create unique index routing_table_published on routing_table (zone_id) where state = 'published';

-- Which department is the office of an area, or of a chain ('' stands for every chain without one of its own).
create table routing_office (
  zone_id text not null,
  kind text not null check (kind in ('area', 'chain')),
  key text not null,
  department_id text not null,
  set_at timestamptz not null,
  set_by text not null,
  primary key (zone_id, kind, key)
);

-- Head of each version of the clock rules.
create table clock_rule_version (
  zone_id text not null,
  version integer not null,
  changed_at timestamptz not null,
  changed_by text not null,
  why text not null default '',
  primary key (zone_id, version)
);
