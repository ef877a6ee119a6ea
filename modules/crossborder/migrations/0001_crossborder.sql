-- Crossborder 跨境: export contracts, nurseries, plots and sapling lots, shipments with documents, seals and hand-overs, overseas stock.

-- Numbers without a queue: gaps may be, doubles not.
create sequence export_number_drawn;

-- Which documents a class of goods needs, and before which step; loaded once from data/document-rules.json, then edited.
create table export_document_rule (
  zone_id text not null,
  goods_class text not null check (goods_class in ('live_plants', 'general')),
  kind text not null check (char_length(kind) between 1 and 40),
  step text not null check (step in ('complete', 'declare', 'release', 'cross')),
  required boolean not null,
  -- It must be valid on the day of the step.
  dated boolean not null,
  -- It names pieces, which must be those that were loaded.
  counted boolean not null,
  warn_days integer[] not null default '{}',
  mark text not null check (mark in ('verified', 'partly', 'decision', 'unverified')),
  source text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, goods_class, kind)
);

-- What else is checked before a step.
create table export_check_rule (
  zone_id text not null,
  goods_class text not null check (goods_class in ('live_plants', 'general')),
  code text not null,
  step text not null check (step in ('complete', 'declare', 'release', 'cross')),
  result text not null check (result in ('block', 'warn', 'off')),
  -- Such a rule always blocks.
  locked boolean not null,
  mark text not null check (mark in ('verified', 'partly', 'decision', 'unverified')),
  source text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, goods_class, code),
  check (not locked or result = 'block')
);

-- Export contract 外销合同 with a buyer abroad; shipments draw it down.
create table export_contract (
  zone_id text not null,
  id uuid not null,
  number text not null check (char_length(number) between 1 and 35),
  exporter_id text not null,
  buyer text not null check (char_length(buyer) between 1 and 120),
  country text not null check (country ~ '^[A-Z]{2}$'),
  goods_class text not null check (goods_class in ('live_plants', 'general')),
  goods text not null check (char_length(goods) between 1 and 120),
  species text not null default '' check (char_length(species) <= 120),
  sku text not null check (char_length(sku) between 1 and 40),
  pieces bigint not null check (pieces between 1 and 9007199254740991),
  drawn bigint not null default 0,
  currency text not null check (currency in ('CNY', 'KZT', 'USD', 'EUR')),
  -- For one piece, in the smallest part of the currency.
  price_minor bigint not null check (price_minor between 0 and 9007199254740991),
  signed_on date not null,
  valid_to date not null,
  remark text not null default '',
  state text not null default 'open' check (state in ('open', 'closed')),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, exporter_id) references party (zone_id, id),
  check (signed_on <= valid_to),
  -- Never over-drawn.
  constraint export_contract_drawn check (drawn between 0 and pieces)
);
create unique index export_contract_number on export_contract (zone_id, number);
create index export_contract_list on export_contract (zone_id, created_at desc, id);

-- Nursery 苗圃 that is registered with customs, of an enterprise.
create table export_nursery (
  zone_id text not null,
  id uuid not null,
  enterprise_id text not null,
  name text not null check (char_length(name) between 1 and 120),
  registration text not null check (char_length(registration) between 1 and 40),
  valid_from date not null,
  valid_to date not null,
  address text not null default '',
  remark text not null default '',
  state text not null default 'open' check (state in ('open', 'closed')),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, enterprise_id) references party (zone_id, id),
  check (valid_from <= valid_to)
);
create unique index export_nursery_registration on export_nursery (zone_id, registration);
create index export_nursery_list on export_nursery (zone_id, name, id);

-- Plot 地块 of a nursery.
create table export_plot (
  zone_id text not null,
  id uuid not null,
  nursery_id uuid not null,
  code text not null check (char_length(code) between 1 and 40),
  -- Square metres.
  area_m2 integer check (area_m2 between 1 and 100000000),
  -- WGS-84 degrees.
  lon_deg double precision check (lon_deg between -180 and 180),
  lat_deg double precision check (lat_deg between -90 and 90),
  remark text not null default '',
  created_at timestamptz not null,
  created_by text not null,
  primary key (zone_id, id),
  unique (zone_id, nursery_id, id),
  foreign key (zone_id, nursery_id) references export_nursery (zone_id, id),
  check ((lon_deg is null) = (lat_deg is null))
);
create unique index export_plot_code on export_plot (zone_id, nursery_id, code);

-- Lot 批次: what was made ready together, from one plot when it lives.
create table export_lot (
  zone_id text not null,
  id uuid not null,
  number text not null,
  exporter_id text not null,
  goods_class text not null check (goods_class in ('live_plants', 'general')),
  goods text not null check (char_length(goods) between 1 and 120),
  species text not null default '' check (char_length(species) <= 120),
  sku text not null check (char_length(sku) between 1 and 40),
  nursery_id uuid,
  plot_id uuid,
  pieces bigint not null check (pieces between 1 and 9007199254740991),
  -- What shipments have taken.
  taken bigint not null default 0,
  height_cm_min integer check (height_cm_min between 1 and 10000),
  height_cm_max integer check (height_cm_max between 1 and 10000),
  diameter_mm_min integer check (diameter_mm_min between 1 and 5000),
  diameter_mm_max integer check (diameter_mm_max between 1 and 5000),
  lifted_on date,
  pruned_on date,
  disinfected_on date,
  disinfectant text not null default '',
  bundle_pieces integer check (bundle_pieces between 1 and 10000),
  inspection text not null default 'pending' check (inspection in ('pending', 'passed', 'failed')),
  inspected_on date,
  inspector text not null default '',
  certificate text not null default '',
  remark text not null default '',
  state text not null default 'open' check (state in ('open', 'closed')),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, exporter_id) references party (zone_id, id),
  foreign key (zone_id, nursery_id, plot_id) references export_plot (zone_id, nursery_id, id),
  check (goods_class <> 'live_plants' or (nursery_id is not null and plot_id is not null)),
  check ((nursery_id is null) = (plot_id is null)),
  check (height_cm_min <= height_cm_max),
  check (diameter_mm_min <= diameter_mm_max),
  check (inspection = 'pending' or (inspected_on is not null and inspector <> '')),
  constraint export_lot_taken check (taken between 0 and pieces)
);
create unique index export_lot_number on export_lot (zone_id, number);
create index export_lot_plot on export_lot (zone_id, plot_id);
create index export_lot_list on export_lot (zone_id, created_at desc, id);

-- Overseas warehouse 海外仓.
create table overseas_warehouse (
  zone_id text not null,
  id uuid not null,
  name text not null check (char_length(name) between 1 and 120),
  country text not null check (country ~ '^[A-Z]{2}$'),
  city text not null check (char_length(city) between 1 and 120),
  address text not null default '',
  lon_deg double precision not null check (lon_deg between -180 and 180),
  lat_deg double precision not null check (lat_deg between -90 and 90),
  -- The areas in which goods stand.
  areas text[] not null check (cardinality(areas) between 1 and 50),
  bonded boolean not null,
  state text not null default 'open' check (state in ('open', 'closed')),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id)
);
create unique index overseas_warehouse_name on overseas_warehouse (zone_id, name);

-- Shipment 出口批次 on processes/shipment.bpmn.
create table export_shipment (
  zone_id text not null,
  id uuid not null,
  number text not null,
  contract_id uuid not null,
  exporter_id text not null,
  warehouse_id uuid not null,
  goods_class text not null,
  goods text not null,
  sku text not null,
  pieces bigint not null check (pieces between 1 and 9007199254740991),
  loaded_pieces bigint check (loaded_pieces between 1 and 9007199254740991),
  state text not null,
  instance_id uuid,
  next_step text,
  due_at timestamptz,
  documents_until timestamptz not null,
  cross_until timestamptz not null,
  declaration text not null default '',
  release_reference text not null default '',
  -- The first leg's electronic waybill of freight.
  waybill_id uuid,
  held_from text,
  hold_reason text check (hold_reason in ('inspection_failed', 'seals_differ', 'stopped')),
  hold_words text not null default '',
  completed_at timestamptz,
  declared_at timestamptz,
  inspected_at timestamptz,
  released_at timestamptz,
  crossed_at timestamptz,
  arrived_at timestamptz,
  received_at timestamptz,
  delivered_at timestamptz,
  closed_at timestamptz,
  end_reason text not null default '',
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, contract_id) references export_contract (zone_id, id),
  foreign key (zone_id, exporter_id) references party (zone_id, id),
  foreign key (zone_id, warehouse_id) references overseas_warehouse (zone_id, id),
  constraint export_shipment_hold check ((state = 'held') = (held_from is not null) and (held_from is null) = (hold_reason is null))
);
create unique index export_shipment_number on export_shipment (zone_id, number);
create index export_shipment_list on export_shipment (zone_id, created_at desc, id);
create index export_shipment_contract on export_shipment (zone_id, contract_id);
create index export_shipment_state on export_shipment (zone_id, state, created_at desc);

create table export_shipment_lot (
  zone_id text not null,
  shipment_id uuid not null,
  lot_id uuid not null,
  pieces bigint not null check (pieces between 1 and 9007199254740991),
  primary key (zone_id, shipment_id, lot_id),
  foreign key (zone_id, shipment_id) references export_shipment (zone_id, id),
  foreign key (zone_id, lot_id) references export_lot (zone_id, id)
);
create index export_shipment_lot_of on export_shipment_lot (zone_id, lot_id);

-- Document 单证 of a shipment; another of its kind replaces it.
create table export_document (
  zone_id text not null,
  id uuid not null,
  shipment_id uuid not null,
  kind text not null,
  number text not null check (char_length(number) between 1 and 60),
  issuer text not null default '' check (char_length(issuer) <= 120),
  valid_from date,
  valid_to date,
  pieces bigint check (pieces between 1 and 9007199254740991),
  file_ids uuid[] not null default '{}',
  state text not null default 'in_hand' check (state in ('in_hand', 'checked', 'refused', 'replaced')),
  put_at timestamptz not null,
  put_by text not null,
  put_by_name text not null,
  checked_at timestamptz,
  checked_by text,
  checked_by_name text not null default '',
  words text not null default '',
  primary key (zone_id, id),
  foreign key (zone_id, shipment_id) references export_shipment (zone_id, id),
  check (valid_from <= valid_to),
  check (state <> 'checked' or checked_by is not null),
  -- Nobody checks the own papers.
  constraint export_document_checker check (checked_by is null or checked_by <> put_by)
);
create unique index export_document_current on export_document (zone_id, shipment_id, kind) where state <> 'replaced';
create index export_document_end on export_document (zone_id, valid_to) where state <> 'replaced';

create table export_document_warning (
  zone_id text not null,
  document_id uuid not null,
  days integer not null,
  warned_at timestamptz not null,
  primary key (zone_id, document_id, days)
);

-- Leg 运段: carriers in succession.
create table export_leg (
  zone_id text not null,
  shipment_id uuid not null,
  seq integer not null check (seq between 1 and 9),
  kind text not null check (kind in ('pickup', 'border', 'foreign', 'delivery')),
  from_name text not null,
  from_lon_deg double precision,
  from_lat_deg double precision,
  to_name text not null,
  to_lon_deg double precision,
  to_lat_deg double precision,
  carrier text not null default '',
  vehicle text not null default '',
  driver text not null default '',
  began_at timestamptz,
  ended_at timestamptz,
  primary key (zone_id, shipment_id, seq),
  unique (zone_id, shipment_id, kind),
  foreign key (zone_id, shipment_id) references export_shipment (zone_id, id),
  check (ended_at is null or (began_at is not null and began_at <= ended_at))
);

-- Hand-over 交接, with the seals that were seen.
create table export_hand_over (
  zone_id text not null,
  id uuid not null,
  shipment_id uuid not null,
  point text not null check (point in ('load', 'yard', 'border', 'warehouse')),
  place text not null,
  lon_deg double precision,
  lat_deg double precision,
  carrier text not null default '',
  vehicle text not null default '',
  driver text not null default '',
  seals_due text[] not null,
  seals_seen text[] not null,
  differs boolean not null,
  photo_ids uuid[] not null default '{}',
  at timestamptz not null,
  by_name text not null,
  primary key (zone_id, id),
  foreign key (zone_id, shipment_id) references export_shipment (zone_id, id)
);
create index export_hand_over_of on export_hand_over (zone_id, shipment_id, at);

-- Seal 铅封.
create table export_seal (
  zone_id text not null,
  id uuid not null,
  shipment_id uuid not null,
  number text not null check (char_length(number) between 1 and 40),
  applied_at timestamptz not null,
  applied_by text not null,
  removed_at timestamptz,
  removed_by text,
  why text not null default '',
  primary key (zone_id, id),
  foreign key (zone_id, shipment_id) references export_shipment (zone_id, id)
);
-- A seal that is on is on one load.
create unique index export_seal_on on export_seal (zone_id, number) where removed_at is null;
create index export_seal_of on export_seal (zone_id, shipment_id);

-- Overseas stock 海外库存: one row a place, lot, shipment, owner and bond; what it holds is the sum of its movements and an account of the ledger.
create table overseas_stock (
  zone_id text not null,
  id uuid not null,
  warehouse_id uuid not null,
  area text not null check (char_length(area) between 1 and 40),
  lot_id uuid not null,
  shipment_id uuid not null,
  owner_id text not null,
  goods text not null,
  sku text not null,
  bonded boolean not null,
  received_on date not null,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  primary key (zone_id, id),
  foreign key (zone_id, warehouse_id) references overseas_warehouse (zone_id, id),
  foreign key (zone_id, lot_id) references export_lot (zone_id, id),
  foreign key (zone_id, shipment_id) references export_shipment (zone_id, id),
  foreign key (zone_id, owner_id) references party (zone_id, id),
  constraint overseas_stock_is unique (zone_id, warehouse_id, area, lot_id, shipment_id, owner_id, bonded)
);
create index overseas_stock_lot on overseas_stock (zone_id, lot_id);
create index overseas_stock_shipment on overseas_stock (zone_id, shipment_id);
create index overseas_stock_list on overseas_stock (zone_id, warehouse_id, received_on, id);

create table overseas_reservation (
  zone_id text not null,
  id uuid not null,
  stock_id uuid not null,
  pieces bigint not null check (pieces between 1 and 9007199254740991),
  for_whom text not null check (char_length(for_whom) between 1 and 120),
  document text not null default '',
  until timestamptz not null,
  state text not null default 'open' check (state in ('open', 'used', 'released')),
  journal_id uuid not null,
  created_at timestamptz not null,
  created_by text not null,
  primary key (zone_id, id),
  foreign key (zone_id, stock_id) references overseas_stock (zone_id, id)
);
create index overseas_reservation_of on overseas_reservation (zone_id, stock_id) where state = 'open';

-- Count sheet 盘点单.
create table overseas_count (
  zone_id text not null,
  id uuid not null,
  number text not null,
  warehouse_id uuid not null,
  area text,
  state text not null default 'open' check (state in ('open', 'counted', 'closed', 'withdrawn')),
  counted_at timestamptz,
  counted_by text,
  counted_by_name text not null default '',
  closed_at timestamptz,
  closed_by text,
  closed_by_name text not null default '',
  words text not null default '',
  created_at timestamptz not null,
  created_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, warehouse_id) references overseas_warehouse (zone_id, id),
  -- Who counted does not adjust.
  constraint overseas_count_persons check (state <> 'closed' or closed_by <> counted_by)
);
create unique index overseas_count_number on overseas_count (zone_id, number);
create index overseas_count_list on overseas_count (zone_id, created_at desc, id);

create table overseas_count_line (
  zone_id text not null,
  count_id uuid not null,
  stock_id uuid not null,
  book bigint not null check (book >= 0),
  counted bigint check (counted between 0 and 9007199254740991),
  words text not null default '',
  primary key (zone_id, count_id, stock_id),
  foreign key (zone_id, count_id) references overseas_count (zone_id, id),
  foreign key (zone_id, stock_id) references overseas_stock (zone_id, id)
);

-- Movement 库存流水, booked by a journal of the ledger. Never changed.
create table overseas_movement (
  zone_id text not null,
  id uuid not null,
  number text not null,
  kind text not null check (kind in ('in', 'out', 'transfer', 'adjust', 'damage')),
  stock_id uuid not null,
  to_stock_id uuid,
  -- What it does to the stock that it names first.
  delta bigint not null check (delta <> 0 and abs(delta) <= 9007199254740991),
  document text not null check (char_length(document) between 1 and 60),
  counterparty text not null default '',
  currency text not null check (currency in ('CNY', 'KZT', 'USD', 'EUR')),
  -- For one piece, in the smallest part of the currency.
  price_minor bigint not null check (price_minor between 0 and 9007199254740991),
  -- Yuan for one unit of the currency, thousandths.
  rate_milli bigint not null check (rate_milli between 1 and 9007199254740991),
  reason text not null default '',
  shipment_id uuid,
  reservation_id uuid,
  count_id uuid,
  -- Of the book overseas; several movements may share one.
  journal_id uuid not null,
  on_day date not null,
  at timestamptz not null,
  by_id text not null,
  by_name text not null,
  primary key (zone_id, id),
  foreign key (zone_id, stock_id) references overseas_stock (zone_id, id),
  foreign key (zone_id, to_stock_id) references overseas_stock (zone_id, id),
  check ((kind = 'transfer') = (to_stock_id is not null) and to_stock_id is distinct from stock_id),
  check (case kind when 'in' then delta > 0 when 'adjust' then true else delta < 0 end),
  check (currency <> 'CNY' or rate_milli = 1000)
);
create unique index overseas_movement_number on overseas_movement (zone_id, number);
create index overseas_movement_of on overseas_movement (zone_id, stock_id, on_day);
create index overseas_movement_to on overseas_movement (zone_id, to_stock_id, on_day) where to_stock_id is not null;
create index overseas_movement_list on overseas_movement (zone_id, at desc, id);
