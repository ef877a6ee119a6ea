-- Market 供需对接: postings of offers and needs, and what two sides agree on.

create sequence market_number_drawn;

-- Posting 供需信息. Quantities are whole numbers of the base unit of their dimension (libs/text), prices milli-fen for one `price_per`.
create table market_posting (
  zone_id text not null,
  id uuid not null,
  number text not null,
  kind text not null check (kind in ('offer', 'need')),
  -- Goods, or people with skills as seats of a trade, or services; no person is named in any.
  subject text not null check (subject in ('goods', 'service', 'talent')),
  -- An enterprise of the register, or a firm outside the zone.
  firm_id text not null,
  firm_outside boolean not null default false,
  text text not null check (char_length(text) between 1 and 4000),
  -- What the platform understood, as libs/text gave it, and what a person confirmed; null: none of the catalogue.
  resolution jsonb not null,
  product_code text,
  confirmed_at timestamptz,
  confirmed_by text,
  -- Values of the axes of its specification, as confirmed.
  spec text[] not null default '{}',
  unit text not null default '' check (char_length(unit) <= 20),
  dimension text check (char_length(dimension) between 1 and 20),
  period text check (char_length(period) between 1 and 20),
  quantity bigint check (quantity between 1 and 9007199254740991),
  -- What deals that both sides agreed to have taken of it.
  reserved bigint not null default 0,
  min_quantity bigint check (min_quantity between 1 and 9007199254740991),
  price_milli_fen bigint check (price_milli_fen between 0 and 9007199254740991),
  price_high_milli_fen bigint check (price_high_milli_fen between 0 and 9007199254740991),
  price_per text check (char_length(price_per) between 1 and 20),
  place text not null default '' check (char_length(place) <= 200),
  lon double precision check (lon between -180 and 180),
  lat double precision check (lat between -90 and 90),
  lead_days integer check (lead_days between 0 and 3650),
  -- Of a need: the day by which it must be met.
  needed_by date,
  valid_to date not null,
  is_single boolean not null default false,
  -- Everybody in the zone, or only those who were asked.
  visibility text not null default 'zone' check (visibility in ('zone', 'invited')),
  state text not null default 'draft' check (state in ('draft', 'open', 'matched', 'closed', 'expired', 'withdrawn')),
  -- The enterprise's need from which it came.
  appeal_id text,
  synthetic boolean not null default false,
  opened_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  check ((lon is null) = (lat is null)),
  check ((quantity is null) = (dimension is null)),
  check (price_high_milli_fen is null or price_milli_fen <= price_high_milli_fen),
  -- What is open was confirmed by a person.
  check (state in ('draft', 'withdrawn', 'expired') or confirmed_at is not null),
  -- Never more than it has.
  constraint market_posting_reserved check (reserved >= 0 and (quantity is null or reserved <= quantity))
);
create unique index market_posting_number on market_posting (zone_id, number);
create index market_posting_list on market_posting (zone_id, kind, state, created_at desc, id);
create index market_posting_firm on market_posting (zone_id, firm_id, created_at desc, id);
create index market_posting_product on market_posting (zone_id, product_code, kind) where state in ('open', 'matched');
create index market_posting_touched on market_posting (zone_id, updated_at);
create index market_posting_ends on market_posting (zone_id, valid_to) where state in ('draft', 'open', 'matched');
create unique index market_posting_appeal on market_posting (zone_id, appeal_id) where appeal_id is not null and state <> 'withdrawn';
create index market_posting_words on market_posting using gin (to_tsvector('simple', text)) where state in ('open', 'matched');

-- Deal 成交: an offer for a need, proposed by somebody or by the platform; agreed when both sides said yes.
create table market_deal (
  zone_id text not null,
  id uuid not null,
  number text not null,
  need_id uuid not null,
  offer_id uuid not null,
  -- The two firms, kept for lists and reach.
  buyer_id text not null,
  seller_id text not null,
  product_code text,
  quantity bigint not null check (quantity between 1 and 9007199254740991),
  dimension text not null,
  price_milli_fen bigint check (price_milli_fen between 0 and 9007199254740991),
  price_per text,
  -- Who brought the two together.
  source text not null check (source in ('firm', 'assignment', 'rfq', 'event')),
  source_id uuid,
  -- Why, as libs/text explains it; no score without one.
  score double precision check (score between 0 and 100),
  explanation jsonb,
  buyer_said text check (buyer_said in ('yes', 'no')),
  buyer_said_at timestamptz,
  seller_said text check (seller_said in ('yes', 'no')),
  seller_said_at timestamptz,
  state text not null default 'proposed' check (state in ('proposed', 'agreed', 'refused', 'lapsed', 'cancelled', 'delivered')),
  -- The proposal stands until then.
  stands_until timestamptz not null,
  -- The load in freight that carries it.
  load_id text,
  -- Freight before and after, fen, as libs/chains reckons it, with its numbers.
  saving jsonb,
  why text not null default '' check (char_length(why) <= 500),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, need_id) references market_posting (zone_id, id),
  foreign key (zone_id, offer_id) references market_posting (zone_id, id),
  check (state <> 'agreed' or (buyer_said = 'yes' and seller_said = 'yes'))
);
create unique index market_deal_number on market_deal (zone_id, number);
create unique index market_deal_pair on market_deal (zone_id, need_id, offer_id) where state = 'proposed';
create index market_deal_list on market_deal (zone_id, created_at desc, id);
create index market_deal_need on market_deal (zone_id, need_id);
create index market_deal_offer on market_deal (zone_id, offer_id);
create index market_deal_buyer on market_deal (zone_id, buyer_id, created_at desc, id);
create index market_deal_seller on market_deal (zone_id, seller_id, created_at desc, id);
create index market_deal_ends on market_deal (zone_id, stands_until) where state = 'proposed';

create table market_settings (
  zone_id text primary key,
  numbers jsonb not null,
  rev integer not null,
  updated_at timestamptz not null,
  updated_by text not null
);
