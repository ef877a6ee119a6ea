-- Notices: one row a reader. `needs_me` asks for an act, the others inform. An alarm cannot be muted.
create table notice (
  zone_id text not null,
  id uuid not null,
  account_id text not null,
  kind text not null,
  alarm boolean not null,
  needs_me boolean not null,
  title_key text not null,
  params jsonb not null,
  object_kind text,
  object_id text,
  link text,
  at timestamptz not null,
  read_at timestamptz,
  primary key (zone_id, id)
);
create index notice_of_account on notice (zone_id, account_id, at desc, id desc);
create index notice_unread on notice (zone_id, account_id) where read_at is null;
create index notice_at on notice (zone_id, at);

-- Kinds that an account does not want to hear of.
create table notice_mute (
  zone_id text not null,
  account_id text not null,
  kind text not null,
  primary key (zone_id, account_id, kind)
);

-- Letters to be sent for notices that need somebody; sent at least once, each under one message id.
create table notice_mail (
  zone_id text not null,
  notice_id uuid not null,
  address text not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'given_up')),
  attempts int not null default 0,
  try_at timestamptz not null,
  last_error text,
  sent_at timestamptz,
  primary key (zone_id, notice_id),
  foreign key (zone_id, notice_id) references notice (zone_id, id) on delete cascade
);
create index notice_mail_waiting on notice_mail (zone_id, try_at) where state = 'waiting';
