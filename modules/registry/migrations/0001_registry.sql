-- Areas, departments and enterprises. Each shares its id with a row of `party`, which is what roles and reach refer to.

create table area (
  zone_id text not null,
  id text not null,
  code text not null,
  name text not null,
  polygon jsonb,
  lead_account_id text,
  deputy_account_id text,
  party_branch text not null default '',
  state text not null default 'open' check (state in ('open', 'closed')),
  synthetic boolean not null default false,
  rev integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (zone_id, id),
  unique (zone_id, code),
  foreign key (zone_id, id) references party (zone_id, id)
);

create table department (
  zone_id text not null,
  id text not null,
  code text not null,
  name text not null,
  parent_id text,
  head_account_ids text[] not null default '{}',
  duty_phone text not null default '',
  duty_hours text not null default '',
  fallback_department_id text,
  state text not null default 'open' check (state in ('open', 'closed')),
  synthetic boolean not null default false,
  rev integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (zone_id, id),
  unique (zone_id, code),
  foreign key (zone_id, id) references party (zone_id, id),
  foreign key (zone_id, parent_id) references department (zone_id, id),
  foreign key (zone_id, fallback_department_id) references department (zone_id, id),
  check (parent_id <> id),
  check (fallback_department_id <> id)
);

-- GB/T 4754-2017, the same for every zone; a reference table on a cluster.
create table industry (
  code text primary key,
  level smallint not null check (level between 1 and 4),
  parent text references industry (code),
  name text not null
);
create index industry_parent on industry (parent);

create table enterprise (
  zone_id text not null,
  id text not null,
  uscc text,
  uscc_status text not null check (uscc_status in ('ok', 'legacy', 'missing', 'malformed')),
  uscc_confirmed_by text,
  uscc_confirmed_at timestamptz,
  name text not null,
  name_core text not null,
  aliases text[] not null default '{}',
  area_id text,
  address text not null default '',
  lon double precision check (lon between -180 and 180),
  lat double precision check (lat between -90 and 90),
  industry text references industry (code),
  other_industries text[] not null default '{}',
  founded date,
  size text check (size in ('large', 'medium', 'small', 'micro')),
  above_scale_years integer[] not null default '{}',
  ownership text check (ownership in ('state', 'collective', 'private', 'hmt', 'foreign', 'mixed', 'individual', 'other')),
  status text not null default 'active' check (status in ('preparing', 'active', 'suspended', 'moved', 'closed')),
  source text not null default '',
  as_of date,
  tags text[] not null default '{}',
  chains text[] not null default '{}',
  leader_account_id text,
  guide_account_id text,
  synthetic boolean not null default false,
  -- The entry that took this one over; its id goes on answering for this one.
  merged_into text,
  rev integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (zone_id, id),
  foreign key (zone_id, id) references party (zone_id, id),
  foreign key (zone_id, area_id) references area (zone_id, id),
  foreign key (zone_id, merged_into) references enterprise (zone_id, id),
  check (merged_into <> id),
  check ((uscc is null) = (uscc_status = 'missing')),
  check ((lon is null) = (lat is null))
);
-- A malformed code (a placeholder such as 000000) identifies nobody, so it may repeat.
create unique index enterprise_uscc on enterprise (zone_id, uscc)
  where uscc_status in ('ok', 'legacy') and merged_into is null;
create index enterprise_name on enterprise (zone_id, name collate "C", id);
create index enterprise_area on enterprise (zone_id, area_id);
create index enterprise_industry on enterprise (zone_id, industry text_pattern_ops);
create index enterprise_updated on enterprise (zone_id, updated_at);
create index enterprise_merged on enterprise (zone_id, merged_into) where merged_into is not null;

create table enterprise_contact (
  zone_id text not null,
  id text not null,
  enterprise_id text not null,
  name text not null,
  role text not null default '',
  phone text not null default '',
  email text not null default '',
  account_id text,
  main boolean not null default false,
  state text not null default 'active' check (state in ('active', 'left')),
  rev integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (zone_id, id),
  foreign key (zone_id, enterprise_id) references enterprise (zone_id, id)
);
create index enterprise_contact_enterprise on enterprise_contact (zone_id, enterprise_id);

-- Two entries that may be the same enterprise, a_id < b_id.
create table enterprise_duplicate (
  zone_id text not null,
  a_id text not null,
  b_id text not null,
  score double precision not null check (score between 0 and 1),
  reasons text[] not null,
  state text not null default 'open' check (state in ('open', 'dismissed')),
  found_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  why text,
  primary key (zone_id, a_id, b_id),
  foreign key (zone_id, a_id) references enterprise (zone_id, id),
  foreign key (zone_id, b_id) references enterprise (zone_id, id),
  check (a_id < b_id)
);
create index enterprise_duplicate_b on enterprise_duplicate (zone_id, b_id);

create table enterprise_merge (
  zone_id text not null,
  id text not null,
  from_id text not null,
  into_id text not null,
  why text not null,
  -- What moved, hook by hook, and how both entries stood before: what an undo puts back.
  moved jsonb not null,
  at timestamptz not null,
  by text not null,
  by_name text not null,
  undone_at timestamptz,
  undone_by text,
  undone_by_name text,
  primary key (zone_id, id),
  foreign key (zone_id, from_id) references enterprise (zone_id, id),
  foreign key (zone_id, into_id) references enterprise (zone_id, id)
);
create index enterprise_merge_from on enterprise_merge (zone_id, from_id);
create index enterprise_merge_into on enterprise_merge (zone_id, into_id);

create table enterprise_import (
  zone_id text not null,
  id text not null,
  file_id text not null,
  file_name text not null,
  synthetic boolean not null,
  state text not null check (state in ('previewed', 'running', 'committed', 'failed')),
  -- Counts, columns, faults, sample: what the preview showed, then what the commit did.
  report jsonb not null,
  done integer not null default 0,
  created_at timestamptz not null,
  created_by text not null,
  committed_at timestamptz,
  primary key (zone_id, id)
);
