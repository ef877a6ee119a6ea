-- Agency mandates 代办委托, with the five forms of DB3205/T 1077-2023 as data. Free and voluntary; the enterprise stays the applicant.
create table mandate (
  zone_id text not null,
  id uuid not null,
  enterprise_id text not null,
  guide_id text not null,
  state text not null
    check (state in ('offered', 'accepted', 'active', 'paused', 'resumed', 'finished', 'terminated')),
  matter text not null,
  scope text[] not null default '{}',
  from_day date,
  to_day date,
  end_reason text not null default '',
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  check (from_day <= to_day)
);
create index mandate_list on mandate (zone_id, updated_at desc, id desc);
create index mandate_in_force on mandate (zone_id, guide_id, enterprise_id) where state in ('active', 'resumed');
create index mandate_enterprise on mandate (zone_id, enterprise_id);

create table mandate_form (
  zone_id text not null,
  mandate_id uuid not null,
  number integer not null,
  kind text not null check (kind in ('intake', 'mandate', 'pause', 'continue', 'finish')),
  at timestamptz not null,
  by_account text not null,
  by_name text not null,
  data jsonb not null,
  primary key (zone_id, mandate_id, number),
  foreign key (zone_id, mandate_id) references mandate (zone_id, id)
);
