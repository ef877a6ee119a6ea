-- Meetings 园区说事: agenda, minutes, and items that are settled, followed up or become appeals.
create table meeting (
  zone_id text not null,
  id uuid not null,
  title text not null check (char_length(title) between 1 and 80),
  day date not null,
  starts text,
  place text not null default '',
  area_id text,
  host_id text not null,
  enterprise_ids text[] not null default '{}',
  department_ids text[] not null default '{}',
  state text not null default 'announced' check (state in ('announced', 'held', 'cancelled')),
  minutes text not null default '',
  reason text not null default '',
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id)
);
create index meeting_list on meeting (zone_id, day desc, id desc);

create table meeting_item (
  zone_id text not null,
  id uuid not null,
  meeting_id uuid not null,
  number integer not null,
  title text not null check (char_length(title) between 1 and 60),
  body text not null check (char_length(body) between 1 and 4000),
  enterprise_id text,
  owner_id text,
  due date,
  state text not null default 'open' check (state in ('open', 'appeal', 'settled', 'dropped')),
  outcome text not null default '',
  appeal_id uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  unique (zone_id, meeting_id, number),
  foreign key (zone_id, meeting_id) references meeting (zone_id, id),
  foreign key (zone_id, appeal_id) references appeal (zone_id, id),
  check ((state = 'appeal') = (appeal_id is not null))
);
create index meeting_item_open on meeting_item (zone_id, due, id) where state = 'open';
