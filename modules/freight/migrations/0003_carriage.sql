-- Carriage 运输: places, rules of settlement, framework contracts, loads 货源, bids, shares, electronic waybills 运单, weighbridge slips.

create table freight_place (
  zone_id text not null,
  id uuid not null,
  -- The shipper whose place it is; null: everybody's.
  shipper_id text,
  name text not null check (char_length(name) between 1 and 120),
  address text not null check (char_length(address) between 1 and 256),
  division_code text not null check (char_length(division_code) between 1 and 12),
  -- WGS-84 degrees.
  lon_deg double precision not null check (lon_deg between -180 and 180),
  lat_deg double precision not null check (lat_deg between -90 and 90),
  -- How far from it somebody has arrived, metres.
  fence_m integer not null default 500 check (fence_m between 50 and 5000),
  contact text not null default '',
  phone text not null default '',
  remark text not null default '',
  state text not null default 'open' check (state in ('open', 'closed')),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, shipper_id) references party (zone_id, id)
);
create index freight_place_list on freight_place (zone_id, name, id);

-- Rules of settlement 结算规则: a version never changes; what was agreed under one is settled under it.
create table freight_terms (
  zone_id text not null,
  id uuid not null,
  version integer not null check (version > 0),
  name text not null check (char_length(name) between 1 and 120),
  -- SettlementRules of libs/settlement.
  rules jsonb not null,
  vat_bp integer not null check (vat_bp between 0 and 10000),
  sha256 text not null,
  why text not null,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  primary key (zone_id, id, version)
);

-- Framework contract 框架合同 of a shipper, and its prices by lane and goods.
create table freight_contract (
  zone_id text not null,
  id uuid not null,
  number text not null check (char_length(number) between 1 and 35),
  shipper_id text not null,
  terms_id uuid not null,
  terms_version integer not null,
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
  foreign key (zone_id, shipper_id) references party (zone_id, id),
  foreign key (zone_id, terms_id, terms_version) references freight_terms (zone_id, id, version),
  check (signed_on <= valid_to)
);
create unique index freight_contract_number on freight_contract (zone_id, number);
create index freight_contract_shipper on freight_contract (zone_id, shipper_id);

create table freight_contract_price (
  zone_id text not null,
  id uuid not null,
  contract_id uuid not null,
  goods text not null check (char_length(goods) between 1 and 512),
  cargo_class text not null,
  from_id uuid not null,
  to_id uuid not null,
  measure text not null check (measure in ('ton', 'm3', 'truck')),
  -- Thousandths of a fen for a ton, cubic metre or truck.
  carrier_milli_fen bigint not null check (carrier_milli_fen between 0 and 9007199254740991),
  shipper_milli_fen bigint not null check (shipper_milli_fen between 0 and 9007199254740991),
  -- What a ton of the goods is worth, for a loss.
  goods_milli_fen bigint not null default 0 check (goods_milli_fen between 0 and 9007199254740991),
  starts_on date not null,
  ends_on date not null,
  created_at timestamptz not null,
  created_by text not null,
  primary key (zone_id, id),
  foreign key (zone_id, contract_id) references freight_contract (zone_id, id),
  foreign key (zone_id, from_id) references freight_place (zone_id, id),
  foreign key (zone_id, to_id) references freight_place (zone_id, id),
  check (starts_on <= ends_on)
);
create index freight_contract_price_of on freight_contract_price (zone_id, contract_id, starts_on);

-- Numbers without a queue: gaps may be, doubles not.
create sequence freight_number_drawn;

create table freight_load (
  zone_id text not null,
  id uuid not null,
  number text not null,
  shipper_id text not null,
  contract_id uuid,
  goods text not null check (char_length(goods) between 1 and 512),
  cargo_class text not null,
  from_id uuid not null,
  to_id uuid not null,
  -- The consignee: an enterprise of the zone, or one that is only named.
  consignee_id text,
  consignee text not null check (char_length(consignee) between 1 and 256),
  consignee_phone text not null default '',
  -- What quantity is counted in: kilograms, cubic decimetres, trucks.
  measure text not null check (measure in ('ton', 'm3', 'truck')),
  quantity bigint not null check (quantity between 1 and 9007199254740991),
  -- What waybills and shares have taken; after the weighing what was really loaded.
  taken bigint not null default 0 check (taken >= 0),
  -- How much more than the quantity may be taken, basis points.
  over_bp integer not null default 0 check (over_bp between 0 and 1000),
  -- What one truck usually takes.
  truck_plan bigint not null check (truck_plan between 1 and 9007199254740991),
  mode text not null check (mode in ('assign', 'grab', 'bid', 'standing')),
  bid_kind text check (bid_kind in ('sealed', 'open')),
  bid_until timestamptz,
  trips_a_day integer check (trips_a_day between 1 and 1000),
  -- Thousandths of a fen for a ton, cubic metre or truck.
  carrier_milli_fen bigint not null check (carrier_milli_fen between 0 and 9007199254740991),
  shipper_milli_fen bigint not null check (shipper_milli_fen between 0 and 9007199254740991),
  goods_milli_fen bigint not null default 0 check (goods_milli_fen between 0 and 9007199254740991),
  terms_id uuid not null,
  terms_version integer not null,
  -- Planned road distance and what it rests on (core/geography).
  distance_m integer check (distance_m between 0 and 99999999),
  distance_basis text,
  load_from timestamptz not null,
  load_until timestamptz not null,
  -- How long a driver who is offered a waybill has to answer.
  offer_minutes integer not null default 30 check (offer_minutes between 1 and 1440),
  remark text not null default '',
  state text not null default 'draft' check (state in ('draft', 'published', 'closed', 'withdrawn', 'expired')),
  published_at timestamptz,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, shipper_id) references party (zone_id, id),
  foreign key (zone_id, contract_id) references freight_contract (zone_id, id),
  foreign key (zone_id, from_id) references freight_place (zone_id, id),
  foreign key (zone_id, to_id) references freight_place (zone_id, id),
  foreign key (zone_id, terms_id, terms_version) references freight_terms (zone_id, id, version),
  check (load_from < load_until),
  check (from_id <> to_id),
  check ((mode = 'bid') = (bid_kind is not null and bid_until is not null)),
  check ((mode = 'standing') = (trips_a_day is not null))
);
create unique index freight_load_number on freight_load (zone_id, number);
create index freight_load_list on freight_load (zone_id, created_at desc, id);
create index freight_load_shipper on freight_load (zone_id, shipper_id, created_at desc);
-- What still waits for trucks, and what has to be closed by the clock.
create index freight_load_open on freight_load (zone_id, load_until) where state = 'published';

create table freight_bid (
  zone_id text not null,
  id uuid not null,
  load_id uuid not null,
  carrier_id text not null,
  carrier_milli_fen bigint not null check (carrier_milli_fen between 1 and 9007199254740991),
  quantity bigint not null check (quantity between 1 and 9007199254740991),
  words text not null default '',
  state text not null default 'submitted' check (state in ('submitted', 'awarded', 'lost', 'withdrawn', 'expired')),
  -- By the clock of the server.
  placed_at timestamptz not null,
  placed_by text not null,
  decided_at timestamptz,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, load_id) references freight_load (zone_id, id),
  foreign key (zone_id, carrier_id) references freight_carrier (zone_id, id)
);
-- One bid a carrier at a time.
create unique index freight_bid_open on freight_bid (zone_id, load_id, carrier_id) where state = 'submitted';
create index freight_bid_load on freight_bid (zone_id, load_id);
create index freight_bid_carrier on freight_bid (zone_id, carrier_id, placed_at desc);

-- A part of a load that one carrier was given 承运份额: by assignment, by an awarded bid, or a standing order.
create table freight_share (
  zone_id text not null,
  id uuid not null,
  load_id uuid not null,
  carrier_id text not null,
  bid_id uuid,
  quantity bigint not null check (quantity between 1 and 9007199254740991),
  taken bigint not null default 0 check (taken >= 0),
  carrier_milli_fen bigint not null check (carrier_milli_fen between 0 and 9007199254740991),
  state text not null default 'open' check (state in ('open', 'closed')),
  created_at timestamptz not null,
  created_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, load_id) references freight_load (zone_id, id),
  foreign key (zone_id, carrier_id) references freight_carrier (zone_id, id),
  foreign key (zone_id, bid_id) references freight_bid (zone_id, id)
);
create unique index freight_share_open on freight_share (zone_id, load_id, carrier_id) where state = 'open';
create index freight_share_load on freight_share (zone_id, load_id);
create index freight_share_carrier on freight_share (zone_id, carrier_id, created_at desc);

-- One vehicle, one leg.
create table freight_waybill (
  zone_id text not null,
  id uuid not null,
  -- ShippingNoteNumber and SerialNumber of the regulator.
  number text not null check (char_length(number) between 1 and 20),
  serial text not null default '0000' check (serial ~ '^[0-9]{4}$'),
  load_id uuid not null,
  share_id uuid,
  shipper_id text not null,
  consignee_id text,
  carrier_id text not null,
  driver_id text not null,
  vehicle_id text not null,
  -- The driver's account when the waybill was made; null: somebody else acts for the driver.
  driver_account_id text,
  -- As they are searched.
  driver_name text not null,
  plate_key text not null,
  goods text not null,
  measure text not null check (measure in ('ton', 'm3', 'truck')),
  plan bigint not null check (plan between 1 and 9007199254740991),
  from_id uuid not null,
  to_id uuid not null,
  carrier_milli_fen bigint not null,
  shipper_milli_fen bigint not null,
  goods_milli_fen bigint not null,
  terms_id uuid not null,
  terms_version integer not null,
  distance_m integer,
  state text not null,
  instance_id uuid,
  next_step text,
  due_at timestamptz,
  offer_until timestamptz,
  -- The agreement that the driver accepts, and the SHA-256 of its canonical JSON.
  agreement jsonb not null,
  agreement_sha256 text not null,
  accepted_at timestamptz,
  arrived_load_at timestamptz,
  loaded_at timestamptz,
  departed_at timestamptz,
  arrived_unload_at timestamptz,
  unloaded_at timestamptz,
  signed_at timestamptz,
  audited_at timestamptz,
  settled_at timestamptz,
  paid_at timestamptz,
  reported_at timestamptz,
  closed_at timestamptz,
  load_net_kg integer check (load_net_kg > 0),
  unload_net_kg integer check (unload_net_kg > 0),
  signer text not null default '',
  -- How it was signed: code, drawn signature, photo of the receipt.
  signed_by text check (signed_by in ('code', 'signature', 'photo')),
  -- What the consignee tells the driver to sign by: eight digits.
  sign_code text not null check (sign_code ~ '^[0-9]{8}$'),
  -- SHA-256 of the secret in the consignee's link.
  sign_link_sha256 text,
  due_fen bigint,
  bill_fen bigint,
  settlement_version integer not null default 0,
  -- What the rules said at the last audit, and who overrode what.
  audit jsonb,
  end_reason text not null default '',
  synthetic boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, load_id) references freight_load (zone_id, id),
  foreign key (zone_id, share_id) references freight_share (zone_id, id),
  foreign key (zone_id, carrier_id) references freight_carrier (zone_id, id),
  foreign key (zone_id, driver_id) references freight_driver (zone_id, id),
  foreign key (zone_id, vehicle_id) references freight_vehicle (zone_id, id)
);
-- Rows of reach name objects as text.
create index freight_waybill_reach on freight_waybill ((id::text));
create index freight_load_reach on freight_load ((id::text));
create index freight_share_reach on freight_share ((id::text));
create index freight_place_reach on freight_place ((id::text));
create unique index freight_waybill_number on freight_waybill (zone_id, number text_pattern_ops, serial);
-- A vehicle and a driver are on one trip at a time.
create unique index freight_waybill_vehicle_busy on freight_waybill (zone_id, vehicle_id)
  where state in ('accepted', 'at_load', 'loaded', 'in_transit', 'at_unload', 'accident');
create unique index freight_waybill_driver_busy on freight_waybill (zone_id, driver_id)
  where state in ('accepted', 'at_load', 'loaded', 'in_transit', 'at_unload', 'accident');
create index freight_waybill_list on freight_waybill (zone_id, created_at desc, id);
create index freight_waybill_state on freight_waybill (zone_id, state, created_at desc, id);
create index freight_waybill_load on freight_waybill (zone_id, load_id, created_at);
create index freight_waybill_shipper on freight_waybill (zone_id, shipper_id, created_at desc, id);
create index freight_waybill_consignee on freight_waybill (zone_id, consignee_id, created_at desc, id)
  where consignee_id is not null;
create index freight_waybill_account on freight_waybill (zone_id, driver_account_id, created_at desc, id)
  where driver_account_id is not null;
create index freight_waybill_carrier on freight_waybill (zone_id, carrier_id, created_at desc, id);
create index freight_waybill_driver on freight_waybill (zone_id, driver_id, created_at desc, id);
create index freight_waybill_plate on freight_waybill (zone_id, plate_key text_pattern_ops, created_at desc);
create index freight_waybill_driver_name on freight_waybill (zone_id, driver_name text_pattern_ops, created_at desc);
create unique index freight_waybill_sign_link on freight_waybill (sign_link_sha256) where sign_link_sha256 is not null;

-- Weighbridge slip 磅单: the weight at an end of a waybill. A wrong one is voided, never changed.
create table freight_slip (
  zone_id text not null,
  id uuid not null,
  waybill_id uuid not null,
  place_end text not null check (place_end in ('load', 'unload')),
  number text not null check (char_length(number) between 1 and 35),
  gross_kg integer not null check (gross_kg between 1 and 200000),
  tare_kg integer not null check (tare_kg between 1 and 200000),
  net_kg integer not null check (net_kg > 0),
  -- Typed from the paper, or sent by the weighbridge.
  source text not null check (source in ('manual', 'device')),
  operator text not null default '',
  weighed_at timestamptz not null,
  photo_id text,
  photo_sha256 text,
  voided_at timestamptz,
  void_why text,
  created_at timestamptz not null,
  created_by text not null,
  primary key (zone_id, id),
  foreign key (zone_id, waybill_id) references freight_waybill (zone_id, id),
  check (net_kg = gross_kg - tare_kg),
  check ((photo_id is null) = (photo_sha256 is null)),
  check ((voided_at is null) = (void_why is null))
);
create unique index freight_slip_of on freight_slip (zone_id, waybill_id, place_end) where voided_at is null;
-- A photo proves one weighing.
create unique index freight_slip_photo on freight_slip (zone_id, photo_sha256) where photo_sha256 is not null and voided_at is null;

-- Settlement sheet 结算单: frozen; a change is a new version.
create table freight_settlement (
  zone_id text not null,
  waybill_id uuid not null,
  version integer not null check (version > 0),
  -- What was settled by (facts) and what came out (sheet) of libs/settlement.
  facts jsonb not null,
  sheet jsonb not null,
  sha256 text not null,
  due_fen bigint not null check (due_fen >= 0),
  paid_fen bigint not null check (paid_fen >= 0),
  bill_fen bigint not null check (bill_fen >= 0),
  journal_id uuid not null,
  -- The journal that took it back.
  reversal_id uuid,
  why text not null default '',
  created_at timestamptz not null,
  created_by text not null,
  primary key (zone_id, waybill_id, version),
  foreign key (zone_id, waybill_id) references freight_waybill (zone_id, id)
);

-- Dispute 争议 over a signed waybill: one at a time; what was upheld is noted for the settlement.
create table freight_dispute (
  zone_id text not null,
  id uuid not null,
  waybill_id uuid not null,
  kind text not null check (kind in ('weight', 'damage', 'detention', 'price', 'payment', 'identity')),
  opened_by_side text not null check (opened_by_side in ('shipper', 'carrier', 'driver')),
  words text not null check (char_length(words) between 1 and 2000),
  -- What is asked for.
  asked_fen bigint not null check (asked_fen between 0 and 9007199254740991),
  opened_at timestamptz not null,
  opened_by text not null,
  decided_at timestamptz,
  decided_by text,
  decision text check (decision in ('upheld', 'rejected')),
  upheld_fen bigint check (upheld_fen between 0 and 9007199254740991),
  decision_words text,
  primary key (zone_id, id),
  foreign key (zone_id, waybill_id) references freight_waybill (zone_id, id),
  check ((decision is null) = (decided_at is null)),
  check ((decision = 'upheld') = (upheld_fen is not null))
);
create unique index freight_dispute_open on freight_dispute (zone_id, waybill_id) where decided_at is null;
create index freight_dispute_of on freight_dispute (zone_id, waybill_id, opened_at);
