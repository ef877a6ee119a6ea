-- Proposals 撮合方案: deals for many needs and offers at once. Requests for quotation 询价: one question to all suppliers, answered by line.

create table market_proposal (
  zone_id text not null,
  id uuid not null,
  number text not null,
  -- Null: all products.
  product_code text,
  state text not null default 'made' check (state in ('made', 'sent')),
  -- The numbers it was reckoned with.
  numbers jsonb not null,
  needs integer not null check (needs >= 0),
  offers integer not null check (offers >= 0),
  arcs integer not null check (arcs >= 0),
  -- Fen delivered of what is served, and what counts for the rest; beside it what serving in the order of posting comes to.
  cost_fen bigint not null,
  penalty_fen bigint not null,
  unmet integer not null,
  first_cost_fen bigint not null,
  first_penalty_fen bigint not null,
  first_unmet integer not null,
  is_optimal boolean not null,
  -- Products that could not be reckoned, needs that nobody serves, rules that cost money.
  left_out jsonb not null,
  advice jsonb not null,
  read_ms integer not null,
  solve_ms integer not null,
  made_at timestamptz not null,
  made_by text not null,
  sent_at timestamptz,
  sent_by text,
  synthetic boolean not null default false,
  rev integer not null default 1,
  primary key (zone_id, id)
);
create unique index market_proposal_number on market_proposal (zone_id, number);
create index market_proposal_list on market_proposal (zone_id, made_at desc, id);

create table market_proposal_pair (
  zone_id text not null,
  proposal_id uuid not null,
  seq integer not null,
  need_id uuid not null,
  offer_id uuid not null,
  dimension text not null,
  -- By the plan, and by serving in the order of posting; of one of them there may be nothing.
  quantity bigint not null check (quantity >= 0),
  first_quantity bigint not null check (first_quantity >= 0),
  cost_fen bigint not null,
  first_cost_fen bigint not null,
  price_milli_fen bigint,
  price_per text,
  score double precision not null check (score between 0 and 100),
  explanation jsonb not null,
  deal_id uuid,
  -- Why it was not sent.
  stale jsonb,
  primary key (zone_id, proposal_id, seq),
  foreign key (zone_id, proposal_id) references market_proposal (zone_id, id),
  check (quantity + first_quantity > 0)
);

create table market_rfq (
  zone_id text not null,
  id uuid not null,
  number text not null,
  asker_id text not null,
  title text not null check (char_length(title) between 1 and 120),
  words text not null default '' check (char_length(words) <= 2000),
  place text not null default '' check (char_length(place) <= 200),
  lon double precision check (lon between -180 and 180),
  lat double precision check (lat between -90 and 90),
  closes_at timestamptz not null,
  -- Nobody reads an answer before it closes, but whoever gave it.
  is_sealed boolean not null,
  state text not null default 'open' check (state in ('open', 'closed', 'unanswered', 'awarded', 'cancelled')),
  why text not null default '' check (char_length(why) <= 500),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  check ((lon is null) = (lat is null))
);
create unique index market_rfq_number on market_rfq (zone_id, number);
create index market_rfq_list on market_rfq (zone_id, created_at desc, id);
create index market_rfq_ends on market_rfq (zone_id, closes_at) where state = 'open';

create table market_rfq_line (
  zone_id text not null,
  rfq_id uuid not null,
  line smallint not null check (line between 1 and 40),
  product_code text not null,
  spec text not null default '' check (char_length(spec) <= 200),
  unit text not null check (char_length(unit) between 1 and 20),
  dimension text not null,
  quantity bigint not null check (quantity between 1 and 9007199254740991),
  needed_by date,
  -- The need behind it, once something was awarded.
  need_id uuid,
  primary key (zone_id, rfq_id, line),
  foreign key (zone_id, rfq_id) references market_rfq (zone_id, id)
);

create table market_rfq_ask (
  zone_id text not null,
  rfq_id uuid not null,
  firm_id text not null,
  is_outside boolean not null,
  -- From what it is known as a supplier: offer, position, link; or it was named.
  known_by text[] not null,
  answered_at timestamptz,
  answered_by text,
  remark text not null default '' check (char_length(remark) <= 500),
  rev integer not null default 1,
  primary key (zone_id, rfq_id, firm_id),
  foreign key (zone_id, rfq_id) references market_rfq (zone_id, id)
);
create index market_rfq_ask_firm on market_rfq_ask (zone_id, firm_id);

create table market_rfq_answer (
  zone_id text not null,
  rfq_id uuid not null,
  firm_id text not null,
  line smallint not null,
  is_declined boolean not null,
  price_milli_fen bigint check (price_milli_fen between 0 and 9007199254740991),
  quantity bigint check (quantity between 1 and 9007199254740991),
  lead_days integer check (lead_days between 0 and 3650),
  remark text not null default '' check (char_length(remark) <= 300),
  -- What was awarded of it.
  deal_id uuid,
  primary key (zone_id, rfq_id, firm_id, line),
  foreign key (zone_id, rfq_id, firm_id) references market_rfq_ask (zone_id, rfq_id, firm_id),
  foreign key (zone_id, rfq_id, line) references market_rfq_line (zone_id, rfq_id, line),
  check (is_declined = (price_milli_fen is null) and is_declined = (quantity is null)),
  check (deal_id is null or not is_declined)
);

-- What freight tells of a load finds its deal.
create index market_deal_load on market_deal (zone_id, load_id) where load_id is not null;
create index market_deal_reach on market_deal ((id::text));
create index market_rfq_reach on market_rfq ((id::text));
