-- Ratings 评价 of signed waybills, one a side, and complaints 投诉 to the platform.
create table freight_rating (
  zone_id text not null,
  id uuid not null,
  waybill_id uuid not null,
  -- Who gave it: the shipper of the carriage, or carrier and driver of the shipper's places.
  side text not null check (side in ('shipper', 'carrier')),
  shipper_id text not null,
  carrier_id text not null,
  driver_id uuid not null,
  stars smallint not null check (stars between 1 and 5),
  -- Codes of data/opinions.json.
  tags jsonb not null check (jsonb_typeof(tags) = 'array' and jsonb_array_length(tags) <= 9),
  words text not null default '' check (char_length(words) <= 500),
  author_id text not null,
  author_name text not null,
  given_at timestamptz not null,
  changed_at timestamptz not null,
  -- From when the other side sees it.
  shown_at timestamptz not null,
  -- From which day it counts: the day on which both were given, else the first that begins after shown_at.
  counts_on date not null,
  synthetic boolean not null default false,
  rev integer not null default 1,
  primary key (zone_id, waybill_id, side),
  unique (zone_id, id),
  foreign key (zone_id, waybill_id) references freight_waybill (zone_id, id),
  check (shown_at >= given_at)
);

-- What the ratings of somebody come to, by the day from which they count; written with each rating.
create table freight_rating_sum (
  zone_id text not null,
  subject text not null check (subject in ('carrier', 'driver', 'shipper')),
  subject_id text not null,
  day date not null,
  ratings integer not null check (ratings >= 0),
  stars integer not null check (stars between 0 and 5 * ratings),
  primary key (zone_id, subject, subject_id, day)
);

create table freight_complaint (
  zone_id text not null,
  id uuid not null,
  number text not null,
  kind text not null check (char_length(kind) between 1 and 40),
  -- Whom it is about: the other side of the waybill, or the platform.
  about text not null check (about in ('side', 'platform')),
  waybill_id uuid,
  -- Who complains: a side of the waybill; the party, or the driver's account.
  side text not null check (side in ('shipper', 'carrier', 'driver', 'consignee')),
  party_id text not null,
  complainer_id text not null,
  complainer_name text not null,
  -- How the platform reaches who complains; the other side never reads it.
  contact text not null default '' check (char_length(contact) <= 60),
  -- Whom it is about where that is the other side: its party, and the driver's account.
  other_party_id text,
  other_account_id text,
  words text not null check (char_length(words) between 1 and 2000),
  state text not null check (state in ('opened', 'accepted', 'answered', 'reviewing', 'closed', 'withdrawn')),
  instance_id uuid,
  next_step text,
  due_at timestamptz,
  -- When it was late and freight_audit was told; null: never.
  escalated_at timestamptz,
  accepted_by text,
  accepted_at timestamptz,
  answer text not null default '' check (char_length(answer) <= 2000),
  answered_by text,
  answered_name text,
  answered_at timestamptz,
  -- What who complains said to the answer.
  reply text not null default '' check (char_length(reply) <= 2000),
  decision text check (decision in ('upheld', 'rejected')),
  decision_words text not null default '' check (char_length(decision_words) <= 2000),
  decided_by text,
  decided_name text,
  statements integer not null default 0 check (statements between 0 and 20),
  -- How it ended: content, silent, decided, withdrawn.
  ended_how text check (ended_how in ('content', 'silent', 'decided', 'withdrawn')),
  closed_at timestamptz,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, waybill_id) references freight_waybill (zone_id, id),
  check (about = 'platform' or (waybill_id is not null and other_party_id is not null)),
  check (decided_by is null or decided_by <> answered_by),
  check ((closed_at is null) = (ended_how is null))
);
create unique index freight_complaint_number on freight_complaint (zone_id, number);
create index freight_complaint_list on freight_complaint (zone_id, created_at desc, id);
create index freight_complaint_waybill on freight_complaint (zone_id, waybill_id, created_at desc) where waybill_id is not null;
create index freight_complaint_due on freight_complaint (zone_id, due_at) where closed_at is null;
-- The same is not complained of twice while the first is open.
create unique index freight_complaint_open on freight_complaint (zone_id, party_id, kind, coalesce(waybill_id::text, ''))
  where closed_at is null;

-- What either side said while a complaint was open, in the order in which it came.
create table freight_complaint_statement (
  zone_id text not null,
  complaint_id uuid not null,
  seq integer not null check (seq between 1 and 20),
  by_complainer boolean not null,
  author_id text not null,
  author_name text not null,
  words text not null check (char_length(words) between 1 and 2000),
  said_at timestamptz not null,
  primary key (zone_id, complaint_id, seq),
  foreign key (zone_id, complaint_id) references freight_complaint (zone_id, id)
);
