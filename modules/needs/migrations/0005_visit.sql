-- Campaigns 走访行动 and visits 走访: planned, done, and what they found became appeals.
create table campaign (
  zone_id text not null,
  id uuid not null,
  name text not null check (char_length(name) between 1 and 60),
  description text not null default '',
  from_day date not null,
  to_day date not null,
  cadre_ids text[] not null default '{}',
  state text not null default 'open' check (state in ('open', 'closed')),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  check (from_day <= to_day)
);
create index campaign_list on campaign (zone_id, from_day desc, id desc);

create table visit (
  zone_id text not null,
  id uuid not null,
  campaign_id uuid,
  enterprise_id text not null,
  area_id text,
  day date not null,
  form text not null check (form in ('on_site', 'phone', 'video', 'seminar')),
  visitor_ids text[] not null check (cardinality(visitor_ids) > 0),
  purpose text not null default '',
  state text not null default 'planned' check (state in ('planned', 'done', 'cancelled')),
  done_at timestamptz,
  summary text not null default '',
  met_with text not null default '',
  reason text not null default '',
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, campaign_id) references campaign (zone_id, id),
  check ((state = 'done') = (done_at is not null))
);
create index visit_list on visit (zone_id, day desc, id desc);
create index visit_campaign on visit (zone_id, campaign_id) where campaign_id is not null;
create index visit_enterprise on visit (zone_id, enterprise_id, day desc);

create table visit_finding (
  zone_id text not null,
  visit_id uuid not null,
  number integer not null,
  title text not null,
  appeal_id uuid not null,
  primary key (zone_id, visit_id, number),
  foreign key (zone_id, visit_id) references visit (zone_id, id),
  foreign key (zone_id, appeal_id) references appeal (zone_id, id)
);
create unique index visit_finding_appeal on visit_finding (zone_id, appeal_id);
