-- Sampling of closed cases 抽查 (casework.md §7): a share of what is struck off is looked at again by the supervisor.
create table sample_rule (
  zone_id text not null,
  percent numeric(5, 2) not null check (percent between 0 and 100),
  rev integer not null,
  primary key (zone_id)
);

create table appeal_sample (
  zone_id text not null,
  id uuid not null,
  appeal_id uuid not null,
  -- The department that had replied.
  owner_id text,
  drawn_at timestamptz not null,
  verdict text check (verdict in ('sound', 'unsound')),
  words text not null default '',
  checked_at timestamptz,
  checked_by text,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, appeal_id) references appeal (zone_id, id),
  check ((verdict is null) = (checked_at is null))
);
-- An appeal that is closed anew before anybody looked is one sample.
create unique index appeal_sample_open on appeal_sample (zone_id, appeal_id) where verdict is null;
create index appeal_sample_drawn on appeal_sample (zone_id, drawn_at desc, id desc);
