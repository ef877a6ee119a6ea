-- Matchmaking days 对接会: who comes, who meets whom at which table and when, what came of it after the day, after 30 and after 90 days.

create table market_event (
  zone_id text not null,
  id uuid not null,
  number text not null,
  name text not null check (char_length(name) between 1 and 80),
  day date not null,
  place text not null check (char_length(place) between 1 and 200),
  -- Minutes since midnight in Beijing.
  from_minute integer not null check (from_minute between 0 and 1439),
  to_minute integer not null check (to_minute between 1 and 1440),
  meeting_minutes integer not null check (meeting_minutes between 5 and 120),
  tables integer not null check (tables between 1 and 200),
  -- Last day on which firms register by themselves.
  register_by date not null,
  -- What it is about: products with all below them; none: everything.
  products text[] not null default '{}' check (cardinality(products) <= 50),
  -- Meetings of one firm at most.
  meetings_max integer not null check (meetings_max between 1 and 96),
  remark text not null default '' check (char_length(remark) <= 1000),
  state text not null default 'draft' check (state in ('draft', 'open', 'planned', 'held', 'followed', 'cancelled')),
  planned_at timestamptz,
  -- No timetable with all pairs ends before this slot.
  slots_bound integer,
  held_at timestamptz,
  followed_at timestamptz,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  check (register_by <= day),
  -- At least one meeting, and no more slots than a timetable takes.
  check ((to_minute - from_minute) / meeting_minutes between 1 and 96)
);
create unique index market_event_number on market_event (zone_id, number);
create index market_event_list on market_event (zone_id, day desc, id);
create index market_event_state on market_event (zone_id, state, day);

-- Firms that were invited or come. How many people, never who.
create table market_event_firm (
  zone_id text not null,
  event_id uuid not null,
  firm_id text not null,
  firm_outside boolean not null default false,
  state text not null check (state in ('invited', 'registered', 'withdrawn')),
  persons integer check (persons between 1 and 20),
  -- Slots in which it cannot come.
  away integer[] not null default '{}',
  -- Firms that it would like to meet.
  wishes text[] not null default '{}' check (cardinality(wishes) <= 20),
  invited_at timestamptz,
  registered_at timestamptz,
  arrived_at timestamptz,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, event_id, firm_id),
  foreign key (zone_id, event_id) references market_event (zone_id, id),
  check (state <> 'registered' or (persons is not null and registered_at is not null))
);
create index market_event_firm_of on market_event_firm (zone_id, firm_id);

-- A meeting of two firms on the day.
create table market_event_meeting (
  zone_id text not null,
  id uuid not null,
  event_id uuid not null,
  -- The side that buys and the one that sells; of a meeting that was only wished, who wished is first.
  buyer_id text not null,
  seller_id text not null,
  need_id uuid,
  offer_id uuid,
  -- Why, as libs/text explains it; none for what was only wished.
  score double precision check (score between 0 and 100),
  explanation jsonb,
  wished_by text[] not null default '{}',
  slot integer check (slot between 0 and 95),
  table_no integer check (table_no between 1 and 200),
  -- Stays where it is when the day is planned anew.
  locked boolean not null default false,
  -- Why it has no slot.
  left_out text check (left_out in ('firm_full', 'never_together', 'tables_full', 'others_first', 'removed')),
  left_out_firm text,
  state text not null default 'planned' check (state in ('planned', 'held', 'no_show')),
  absent_firm text,
  result text check (result in ('agreed', 'talks', 'nothing')),
  -- As the two stated them: whole base units of the dimension, shown in a unit of it; fen.
  quantity bigint check (quantity between 1 and 9007199254740991),
  dimension text,
  unit text,
  amount_fen bigint check (amount_fen between 0 and 9007199254740991),
  remark text not null default '' check (char_length(remark) <= 500),
  -- Who entered the result, and when each side confirmed it.
  entered_by text check (entered_by in ('buyer', 'seller', 'officer')),
  entered_at timestamptz,
  buyer_confirmed_at timestamptz,
  seller_confirmed_at timestamptz,
  deal_id uuid,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, event_id) references market_event (zone_id, id),
  foreign key (zone_id, need_id) references market_posting (zone_id, id),
  foreign key (zone_id, offer_id) references market_posting (zone_id, id),
  unique (zone_id, event_id, id, slot),
  check (buyer_id <> seller_id),
  check ((slot is null) = (table_no is null)),
  check ((slot is null) = (left_out is not null)),
  check (not locked or slot is not null),
  check (state = 'planned' or slot is not null),
  check (result is null or state = 'held'),
  check ((result is null) = (entered_by is null)),
  check ((quantity is null) = (dimension is null) and (quantity is null) = (unit is null)),
  check (amount_fen is null or result = 'agreed')
);
-- Two firms meet once, whoever buys.
create unique index market_event_meeting_pair on market_event_meeting (zone_id, event_id, least(buyer_id, seller_id), greatest(buyer_id, seller_id));
create unique index market_event_meeting_table on market_event_meeting (zone_id, event_id, slot, table_no) where slot is not null;

-- A firm sits at one table at a time. A row a firm and meeting; it moves with its meeting.
create table market_event_seat (
  zone_id text not null,
  event_id uuid not null,
  slot integer not null,
  firm_id text not null,
  meeting_id uuid not null,
  constraint market_event_seat_once primary key (zone_id, event_id, slot, firm_id),
  foreign key (zone_id, event_id, firm_id) references market_event_firm (zone_id, event_id, firm_id) on update cascade,
  foreign key (zone_id, event_id, meeting_id, slot) references market_event_meeting (zone_id, event_id, id, slot) on update cascade
);
create unique index market_event_seat_meeting on market_event_seat (zone_id, meeting_id, firm_id);

-- What came of a meeting, asked 30 and 90 calendar days after the day.
create table market_event_follow (
  zone_id text not null,
  meeting_id uuid not null,
  days integer not null check (days in (30, 90)),
  event_id uuid not null,
  due date not null,
  -- When the firms and officers were told.
  asked_at timestamptz,
  outcome text check (outcome in ('delivered', 'partly', 'talks', 'fallen')),
  value_fen bigint check (value_fen between 0 and 9007199254740991),
  reason text not null default '' check (char_length(reason) <= 500),
  answered_at timestamptz,
  answered_by text,
  rev integer not null default 1,
  primary key (zone_id, meeting_id, days),
  foreign key (zone_id, meeting_id) references market_event_meeting (zone_id, id),
  check ((outcome is null) = (answered_at is null)),
  check ((value_fen is not null) = coalesce(outcome in ('delivered', 'partly'), false)),
  check (outcome is distinct from 'fallen' or reason <> '')
);
create index market_event_follow_open on market_event_follow (zone_id, due, meeting_id, days) where outcome is null;
create index market_event_follow_event on market_event_follow (zone_id, event_id);
create index market_event_reach on market_event ((id::text));
