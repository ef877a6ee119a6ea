-- Lists 延链、补链、强链, what is made of their lines, and idle plants.

-- Line of the lists, by chain, segment, product and list: the same line in every run. Its numbers are those of the last run that
-- had it, as they may be shown: where fewer firms than the zone's least stand behind them, with two significant digits.
create table chain_line (
  zone_id text not null,
  key text not null check (char_length(key) between 1 and 100),
  chain_code text not null,
  segment_key text not null,
  product_code text not null,
  list text not null check (list in ('extend', 'fill', 'strengthen')),
  -- Fen a year; null beyond a whole number that is safe.
  value_fen bigint,
  is_rounded boolean not null,
  -- Every number of the formula, by its name there.
  parts jsonb not null,
  -- Units a year that a new plant could sell.
  units double precision not null check (units >= 0),
  weaknesses text[] not null default '{}',
  from_code text,
  inputs jsonb not null default '[]',
  -- Local buyers, the greatest first, and their volume together where enough of them buy.
  buyer_ids text[] not null default '{}',
  buyers_volume double precision,
  candidates jsonb not null default '[]',
  weights jsonb not null default '{}',
  -- The least of firms as it was then.
  k_min integer not null,
  run_id uuid not null,
  first_at timestamptz not null,
  reckoned_at timestamptz not null,
  -- The first run that had it no longer.
  gone_at timestamptz,
  primary key (zone_id, key),
  foreign key (zone_id, chain_code) references chain (zone_id, code),
  foreign key (zone_id, product_code) references chain_product (zone_id, code)
);
create index chain_line_by_value on chain_line (zone_id, (coalesce(value_fen, -1)) desc, key) where gone_at is null;
create index chain_line_chain on chain_line (zone_id, chain_code, list);
create index chain_line_product on chain_line (zone_id, product_code);

-- What a line was worth in each run.
create table chain_line_value (
  zone_id text not null,
  key text not null,
  reckoned_at timestamptz not null,
  run_id uuid not null,
  value_fen bigint,
  primary key (zone_id, key, reckoned_at),
  foreign key (zone_id, key) references chain_line (zone_id, key) on delete cascade
);

-- Idle plant 闲置厂房. A number that nobody knows is null.
create table chain_plant (
  zone_id text not null,
  id uuid not null,
  name text not null check (char_length(name) between 1 and 120),
  place text not null default '' check (char_length(place) <= 120),
  lon double precision check (lon between -180 and 180),
  lat double precision check (lat between -90 and 90),
  area_m2 double precision not null check (area_m2 > 0 and area_m2 <= 1e8),
  height_m double precision check (height_m between 0 and 200),
  power_kw double precision check (power_kw between 0 and 1e7),
  water_m3_day double precision check (water_m3_day between 0 and 1e7),
  -- Fen a square metre and month.
  price_fen bigint check (price_fen between 0 and 100000000),
  state text not null default 'open' check (state in ('open', 'taken', 'closed')),
  -- The target that has it.
  target_id uuid,
  owner_id text,
  remark text not null default '' check (char_length(remark) <= 500),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  check ((lon is null) = (lat is null)),
  constraint chain_plant_taken check ((state = 'taken') = (target_id is not null))
);
create index chain_plant_state on chain_plant (zone_id, state, area_m2 desc, id);
create unique index chain_plant_name on chain_plant (zone_id, name) where state <> 'closed';

-- Target 招商目标: somebody's, by a day, from idea to producing.
create table chain_target (
  zone_id text not null,
  id uuid not null,
  line_key text,
  chain_code text not null,
  segment_key text,
  product_code text not null,
  list text check (list in ('extend', 'fill', 'strengthen')),
  goal text not null default '' check (char_length(goal) <= 500),
  state text not null check (state in ('idea', 'contacted', 'visited', 'signed', 'started', 'producing', 'parked', 'dropped')),
  instance_id uuid,
  owner_id text not null,
  deadline date not null,
  due_at timestamptz not null,
  step text not null default '' check (char_length(step) <= 200),
  step_day date,
  -- What its line was worth when it was opened.
  opened_value_fen bigint,
  firm_id text,
  firm_outside boolean,
  plant_id uuid,
  amount_fen bigint check (amount_fen between 0 and 9007199254740991),
  capacity double precision check (capacity > 0 and capacity <= 1e12),
  parked_from text,
  parked_why text not null default '' check (char_length(parked_why) <= 500),
  look_day date,
  end_reason text not null default '' check (char_length(end_reason) <= 500),
  closed_at timestamptz,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, line_key) references chain_line (zone_id, key),
  foreign key (zone_id, chain_code) references chain (zone_id, code),
  foreign key (zone_id, product_code) references chain_product (zone_id, code),
  foreign key (zone_id, plant_id) references chain_plant (zone_id, id),
  check ((firm_id is null) = (firm_outside is null)),
  constraint chain_target_parked check ((state = 'parked') = (parked_from is not null) and (parked_from is null) = (look_day is null)),
  constraint chain_target_closed check ((state in ('producing', 'dropped')) = (closed_at is not null))
);
create unique index chain_target_line on chain_target (zone_id, line_key) where line_key is not null and closed_at is null;
create index chain_target_of on chain_target (zone_id, line_key, created_at desc);
create index chain_target_board on chain_target (zone_id, state, due_at, id);
create index chain_target_due on chain_target (zone_id, due_at, id);
create index chain_target_owner on chain_target (zone_id, owner_id, state);
create index chain_target_chain on chain_target (zone_id, chain_code);
create index chain_target_key on chain_target ((id::text));

-- What was done for a target and proves it; the history says the same in its chain.
create table chain_target_note (
  zone_id text not null,
  id uuid not null,
  target_id uuid not null,
  at timestamptz not null,
  by_id text not null,
  by_name text not null,
  verb text not null,
  -- The day it was done, and with whom.
  day date,
  whom text not null default '' check (char_length(whom) <= 120),
  words text not null default '' check (char_length(words) <= 1000),
  file_ids uuid[] not null default '{}',
  primary key (zone_id, id),
  foreign key (zone_id, target_id) references chain_target (zone_id, id)
);
create index chain_target_note_of on chain_target_note (zone_id, target_id, at desc, id);
