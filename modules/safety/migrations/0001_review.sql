-- Three-level safety review 三级评审: campaigns with versions of their rules, applications of teams, scores, lists, objections, honours.
create table review_campaign (
  zone_id text not null,
  id uuid not null,
  name text not null check (char_length(name) between 1 and 60),
  year integer not null check (year between 2000 and 2999),
  state text not null check (state in ('open', 'ranked', 'publicised', 'publicity_over', 'confirmed', 'paid')),
  rules_version integer not null check (rules_version > 0),
  -- Numbers of applications are drawn from here.
  applications integer not null default 0,
  list_version integer not null default 0,
  publicity_from timestamptz,
  publicity_until timestamptz,
  voucher text not null default '',
  instance_id uuid not null,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id)
);
create index review_campaign_list on review_campaign (zone_id, year desc, id desc);

-- Rules are never changed, only followed by a next version; an application keeps the version it began with.
create table review_rules (
  zone_id text not null,
  campaign_id uuid not null,
  version integer not null check (version > 0),
  content jsonb not null,
  why text not null default '',
  created_at timestamptz not null,
  created_by text not null,
  primary key (zone_id, campaign_id, version),
  foreign key (zone_id, campaign_id) references review_campaign (zone_id, id)
);

create table review_panel (
  zone_id text not null,
  campaign_id uuid not null,
  account_id text not null,
  level text not null check (level in ('county', 'prefecture')),
  -- The county whose applications a county reviewer scores.
  area_id text,
  department_id text,
  primary key (zone_id, campaign_id, account_id, level),
  foreign key (zone_id, campaign_id) references review_campaign (zone_id, id),
  check ((level = 'county') = (area_id is not null))
);

create table review_application (
  zone_id text not null,
  id uuid not null,
  campaign_id uuid not null,
  no text not null,
  state text not null check (state in
    ('draft', 'county', 'returned', 'prefecture', 'scored', 'rejected', 'vetoed', 'withdrawn', 'lapsed')),
  team text not null check (char_length(team) between 1 and 60),
  leader text not null check (char_length(leader) between 1 and 30),
  members integer not null check (members between 1 and 500),
  enterprise_id text not null,
  area_id text not null,
  -- The department that guides the enterprise; its people do not review it.
  department_id text,
  period_from date not null,
  period_to date not null,
  rules_version integer not null,
  self_marks jsonb not null default '{}',
  self_words text not null default '',
  self_centi integer,
  submitted_at timestamptz,
  round integer not null default 1,
  reason text not null default '',
  county_centi integer,
  prefecture_centi integer,
  composite_centi integer,
  vetoes jsonb not null default '[]',
  instance_id uuid not null,
  due_at timestamptz,
  next_step text,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  unique (zone_id, campaign_id, no),
  foreign key (zone_id, campaign_id) references review_campaign (zone_id, id),
  foreign key (zone_id, campaign_id, rules_version) references review_rules (zone_id, campaign_id, version),
  check (period_from <= period_to),
  check (state <> 'scored' or composite_centi is not null)
);
create index review_application_list on review_application (zone_id, campaign_id, no);
create index review_application_reach on review_application (zone_id, (id::text));
create index review_application_enterprise on review_application (zone_id, enterprise_id);
-- One team applies once a campaign, unless it withdrew or was turned away.
create unique index review_application_team on review_application (zone_id, campaign_id, enterprise_id, team)
  where state in ('draft', 'county', 'returned', 'prefecture', 'scored');

-- Marks as they were given; corrections are new rounds or decided objections, never edits.
create table review_score (
  zone_id text not null,
  id uuid not null,
  application_id uuid not null,
  level text not null check (level in ('county', 'prefecture')),
  round integer not null,
  reviewer_id text not null,
  reviewer_name text not null,
  marks jsonb not null,
  reasons jsonb not null default '{}',
  words text not null default '',
  total_centi integer not null check (total_centi between 0 and 10000),
  sections_centi jsonb not null,
  vetoes jsonb not null default '[]',
  at timestamptz not null,
  primary key (zone_id, id),
  unique (zone_id, application_id, level, round, reviewer_id),
  foreign key (zone_id, application_id) references review_application (zone_id, id)
);

create table review_recusal (
  zone_id text not null,
  application_id uuid not null,
  account_id text not null,
  reason text not null,
  at timestamptz not null,
  primary key (zone_id, application_id, account_id),
  foreign key (zone_id, application_id) references review_application (zone_id, id)
);

create table review_veto (
  zone_id text not null,
  id uuid not null,
  application_id uuid not null,
  item text not null,
  facts text not null,
  happened_on date not null,
  objection_id uuid,
  at timestamptz not null,
  by_account text not null,
  primary key (zone_id, id),
  foreign key (zone_id, application_id) references review_application (zone_id, id)
);
create index review_veto_application on review_veto (zone_id, application_id);

create table review_list (
  zone_id text not null,
  campaign_id uuid not null,
  version integer not null,
  rules_version integer not null,
  -- Canonical JSON, kept as bytes: computing it again must give the same.
  content text not null,
  sha256 text not null,
  why text not null,
  at timestamptz not null,
  primary key (zone_id, campaign_id, version),
  foreign key (zone_id, campaign_id) references review_campaign (zone_id, id)
);

create table review_objection (
  zone_id text not null,
  id uuid not null,
  campaign_id uuid not null,
  application_id uuid not null,
  words text not null check (char_length(words) between 1 and 4000),
  by_account text not null,
  by_name text not null,
  at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'upheld', 'dismissed')),
  effect text check (effect in ('exclude', 'adjust')),
  adjust_centi integer,
  decision text not null default '',
  decided_at timestamptz,
  decided_by text,
  primary key (zone_id, id),
  foreign key (zone_id, campaign_id) references review_campaign (zone_id, id),
  foreign key (zone_id, application_id) references review_application (zone_id, id),
  check ((state = 'open') = (decided_at is null)),
  check ((state = 'upheld') = (effect is not null)),
  check ((effect is not distinct from 'adjust') = (adjust_centi is not null))
);
create index review_objection_campaign on review_objection (zone_id, campaign_id, at);

create table honour (
  zone_id text not null,
  id uuid not null,
  campaign_id uuid not null,
  application_id uuid not null,
  enterprise_id text not null,
  area_id text not null,
  year integer not null,
  rank integer not null,
  award text not null check (award in ('model', 'good')),
  team text not null,
  leader text not null,
  certificate_no text not null,
  valid_from date not null,
  valid_to date not null,
  prize_fen bigint not null check (prize_fen >= 0),
  leader_fen bigint not null check (leader_fen >= 0),
  team_fen bigint not null check (team_fen >= 0),
  paid boolean not null default false,
  state text not null default 'valid' check (state in ('valid', 'withdrawn')),
  checked_on date,
  withdrawn_reason text not null default '',
  synthetic boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  unique (zone_id, application_id),
  unique (zone_id, certificate_no),
  foreign key (zone_id, application_id) references review_application (zone_id, id),
  check (leader_fen + team_fen = prize_fen),
  check ((state = 'withdrawn') = (withdrawn_reason <> ''))
);
create index honour_list on honour (zone_id, year desc, rank, id);
create index honour_enterprise on honour (zone_id, enterprise_id);
