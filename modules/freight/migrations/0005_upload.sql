-- Uploads 上报: what goes to the monitoring system of the province, what it answered, and what was counted with it.

-- Who is told and how 监管系统: the version without an end is the one that counts; a change is another version.
create table freight_regulator (
  zone_id text not null,
  version integer not null check (version > 0),
  -- An adapter of libs/wlhy.
  adapter text not null check (char_length(adapter) between 1 and 40),
  url text not null check (char_length(url) between 1 and 500),
  sender_code text not null check (char_length(sender_code) between 1 and 35),
  enterprise_code text not null check (char_length(enterprise_code) between 1 and 35),
  -- The platform as waybills name it.
  carrier_name text not null check (char_length(carrier_name) between 1 and 512),
  credit_code text not null check (char_length(credit_code) = 18),
  permit_number text not null check (char_length(permit_number) between 1 and 50),
  business_type text not null,
  username text not null check (char_length(username) between 1 and 80),
  -- Sealed by the server's secret; never shown.
  sealed_password text not null,
  -- The regulator's SM2 key, hexadecimal.
  public_key text not null check (public_key ~ '^[0-9a-fA-F]{66,130}$'),
  is_on boolean not null,
  -- Whether trips are reported while they last.
  tracks boolean not null,
  since timestamptz not null,
  set_by text not null,
  ended_at timestamptz,
  primary key (zone_id, version),
  check (ended_at is null or ended_at >= since)
);
create unique index freight_regulator_open on freight_regulator (zone_id) where ended_at is null;

-- One document on its way. Another version of the same is another row.
create table freight_upload (
  zone_id text not null,
  id uuid not null,
  kind text not null check (kind in ('driver', 'vehicle', 'waybill', 'fund_flow')),
  -- The driver, the vehicle, or the waybill of a waybill and of its flow of funds.
  subject_id text not null,
  -- As lists show and find it: name, plate, number.
  title text not null check (char_length(title) between 1 and 80),
  waybill_id uuid,
  carrier_id text,
  -- What makes it the same document to the regulator: a driver's number, plate and colour, number and serial.
  document_key text not null check (char_length(document_key) <= 100),
  -- SHA-256 of the document without the time of sending.
  version text not null check (version ~ '^[0-9a-f]{64}$'),
  -- Drawn once: a repeat is the same message.
  reference uuid not null,
  adapter text not null,
  -- What is sent, in the wire's words, and the SHA-256 of its canonical JSON.
  record jsonb not null,
  record_sha256 text not null check (record_sha256 ~ '^[0-9a-f]{64}$'),
  -- What it comes to: the bill of a waybill, what was paid of a flow of funds; 0 for others. Fen.
  sum_fen bigint not null default 0 check (sum_fen between 0 and 9007199254740991),
  -- `kind:subject` of what must be accepted before.
  needs text[] not null default '{}',
  state text not null check (state in ('waiting', 'sending', 'accepted', 'rejected', 'given_up', 'replaced')),
  attempts integer not null default 0 check (attempts >= 0),
  -- When it is tried, or tried again.
  try_at timestamptz,
  answer_code text,
  answer_text text check (char_length(answer_text) <= 500),
  -- [{ field, value, rule }]
  faults jsonb not null default '[]',
  refused_by text check (refused_by in ('platform', 'regulator')),
  why text not null default '' check (char_length(why) <= 500),
  created_at timestamptz not null,
  sent_at timestamptz,
  answered_at timestamptz,
  accepted_at timestamptz,
  ended_by text,
  synthetic boolean not null default false,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, waybill_id) references freight_waybill (zone_id, id),
  check ((kind in ('waybill', 'fund_flow')) = (waybill_id is not null)),
  check ((state in ('waiting', 'sending')) = (try_at is not null)),
  check (state <> 'sending' or sent_at is not null),
  check (state <> 'accepted' or (accepted_at is not null and sent_at is not null)),
  check ((state = 'rejected') <= (refused_by is not null)),
  check (state <> 'given_up' or (ended_by is not null and why <> ''))
);
create unique index freight_upload_reference on freight_upload (zone_id, reference);
-- One open row a version, and of several versions one that waits.
create unique index freight_upload_open on freight_upload (zone_id, kind, subject_id, version)
  where state in ('waiting', 'sending', 'rejected');
create unique index freight_upload_waiting on freight_upload (zone_id, kind, subject_id) where state = 'waiting';
create index freight_upload_subject on freight_upload (zone_id, kind, subject_id, created_at desc);
create index freight_upload_due on freight_upload (zone_id, try_at) where state in ('waiting', 'sending');
-- What waits for something that is accepted now.
create index freight_upload_needs on freight_upload using gin (needs) where state = 'waiting';
create index freight_upload_list on freight_upload (zone_id, created_at desc, id desc);
create index freight_upload_state on freight_upload (zone_id, state, created_at desc, id desc);
create index freight_upload_waybill on freight_upload (zone_id, waybill_id) where waybill_id is not null;
create index freight_upload_accepted on freight_upload (zone_id, accepted_at, id) where state = 'accepted';
create index freight_upload_key on freight_upload (zone_id, kind, document_key, accepted_at) where state = 'accepted';
create index freight_upload_title on freight_upload (zone_id, title text_pattern_ops, created_at desc);

-- Each time a document was sent, and what came back.
create table freight_upload_attempt (
  zone_id text not null,
  upload_id uuid not null,
  attempt integer not null check (attempt > 0),
  sent_at timestamptz not null,
  answered_at timestamptz,
  outcome text check (outcome in ('accepted', 'duplicate', 'token', 'rejected', 'later', 'broken', 'unanswered')),
  code text,
  words text check (char_length(words) <= 500),
  primary key (zone_id, upload_id, attempt),
  foreign key (zone_id, upload_id) references freight_upload (zone_id, id)
);

-- The trip of a waybill as it is reported while it lasts.
create table freight_track (
  zone_id text not null,
  waybill_id uuid not null,
  state text not null check (state in ('starting', 'under_way', 'stopping', 'stopped', 'given_up')),
  next_at timestamptz,
  -- As the regulator's last answer asked for.
  interval_ms integer not null default 60000 check (interval_ms between 1000 and 3600000),
  sent integer not null default 0 check (sent >= 0),
  attempts integer not null default 0 check (attempts >= 0),
  -- The position that was told last.
  lon_deg double precision,
  lat_deg double precision,
  positioned_at timestamptz,
  answer_code text,
  answer_text text check (char_length(answer_text) <= 500),
  started_at timestamptz,
  stopped_at timestamptz,
  created_at timestamptz not null,
  primary key (zone_id, waybill_id),
  foreign key (zone_id, waybill_id) references freight_waybill (zone_id, id),
  check ((state in ('stopped', 'given_up')) = (next_at is null))
);
create index freight_track_due on freight_track (zone_id, next_at) where next_at is not null;

-- Reconciliation 对账 of a month: what we know as accepted against what the regulator has.
create table freight_upload_count (
  zone_id text not null,
  id uuid not null,
  month text not null check (month ~ '^20[0-9]{2}-(0[1-9]|1[0-2])$'),
  -- [{ kind, ours, theirs, oursFen, theirsFen }]; fen
  figures jsonb not null,
  -- [{ kind, number, has, oursFen, theirsFen }]: who has a number, and what it comes to.
  differences jsonb not null,
  -- Differences beyond those that are listed.
  unlisted integer not null default 0 check (unlisted >= 0),
  is_equal boolean not null,
  counted_at timestamptz not null,
  counted_by text not null,
  state text not null default 'open' check (state in ('open', 'closed')),
  closed_at timestamptz,
  closed_by text,
  words text not null default '' check (char_length(words) <= 2000),
  rev integer not null default 1,
  primary key (zone_id, id),
  check ((state = 'closed') = (closed_at is not null and closed_by is not null)),
  check (state = 'open' or is_equal or words <> '')
);
create unique index freight_upload_count_month on freight_upload_count (zone_id, month);
