-- The register of network freight 网络货运: actual carriers, drivers, vehicles, who drives for whom, accounts for payment, papers.
create table freight_carrier (
  zone_id text not null,
  -- The party of the zone that the carrier's own people act for.
  id text not null,
  kind text not null check (kind in ('company', 'person')),
  name text not null check (char_length(name) between 1 and 256),
  id_number text not null check (char_length(id_number) between 1 and 50),
  -- Carries with vehicles of up to 4.5 t gross only.
  light boolean not null default false,
  road_licence text not null default '',
  phone text not null default '',
  division_code text,
  remark text not null default '',
  state text not null default 'open' check (state in ('open', 'closed')),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, id) references party (zone_id, id),
  check (light or road_licence <> '')
);
create unique index freight_carrier_id_number on freight_carrier (zone_id, id_number);
create index freight_carrier_list on freight_carrier (zone_id, name, id);

create table freight_driver (
  zone_id text not null,
  id text not null,
  name text not null check (char_length(name) between 1 and 30),
  -- Identity number, which is the number of the driving licence too.
  id_number text not null check (char_length(id_number) = 18),
  light boolean not null default false,
  phone text not null check (char_length(phone) between 1 and 18),
  licence_class text not null check (char_length(licence_class) between 1 and 20),
  licence_issuer text not null check (char_length(licence_issuer) between 1 and 128),
  licence_from date not null,
  licence_to date not null,
  qualification text not null default '',
  remark text not null default '',
  account_id text,
  state text not null default 'open' check (state in ('open', 'closed')),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, account_id) references party (zone_id, id),
  check (licence_from <= licence_to),
  check (light or qualification <> '')
);
create unique index freight_driver_id_number on freight_driver (zone_id, id_number);
create unique index freight_driver_account on freight_driver (zone_id, account_id) where account_id is not null;
create index freight_driver_list on freight_driver (zone_id, name, id);

create table freight_vehicle (
  zone_id text not null,
  id text not null,
  carrier_id text not null,
  plate text not null check (char_length(plate) between 1 and 35),
  -- The plate as it is compared: without dots.
  plate_key text not null,
  plate_colour text not null,
  type_code text not null,
  energy text not null,
  owner text not null default '',
  use_character text not null default '',
  vin text not null default '',
  issuer text not null default '',
  registered_on date,
  issued_on date,
  rated_load_kg integer not null check (rated_load_kg between 0 and 999999),
  gross_kg integer not null check (gross_kg between 1 and 999999),
  transport_permit text not null default '',
  trailer_plate text not null default '',
  remark text not null default '',
  state text not null default 'open' check (state in ('open', 'closed')),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, carrier_id) references freight_carrier (zone_id, id),
  check (gross_kg <= 4500 or transport_permit <> '')
);
create unique index freight_vehicle_plate on freight_vehicle (zone_id, plate_key, plate_colour);
create index freight_vehicle_list on freight_vehicle (zone_id, plate, id);
create index freight_vehicle_carrier on freight_vehicle (zone_id, carrier_id);

-- A driver drives for a carrier, with one of its vehicles or with any, from a day to a day (null: until told otherwise).
create table freight_driving (
  zone_id text not null,
  id text not null,
  driver_id text not null,
  carrier_id text not null,
  vehicle_id text,
  valid_from date not null,
  valid_to date,
  created_at timestamptz not null,
  created_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, driver_id) references freight_driver (zone_id, id),
  foreign key (zone_id, carrier_id) references freight_carrier (zone_id, id),
  foreign key (zone_id, vehicle_id) references freight_vehicle (zone_id, id),
  check (valid_to is null or valid_from <= valid_to)
);
-- One relation without an end a driver, carrier and vehicle.
create unique index freight_driving_open on freight_driving (zone_id, driver_id, carrier_id, coalesce(vehicle_id, '')) where valid_to is null;
create index freight_driving_carrier on freight_driving (zone_id, carrier_id, valid_to);
create index freight_driving_vehicle on freight_driving (zone_id, vehicle_id) where vehicle_id is not null;

-- Where a carrier is paid. Never changed: another account is another row.
create table freight_payee (
  zone_id text not null,
  id text not null,
  carrier_id text not null,
  holder text not null check (char_length(holder) between 1 and 512),
  bank_code text not null,
  account_number text not null check (account_number ~ '^[0-9]{8,32}$'),
  state text not null default 'open' check (state in ('open', 'closed')),
  created_at timestamptz not null,
  created_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, carrier_id) references freight_carrier (zone_id, id)
);
create unique index freight_payee_open on freight_payee (zone_id, carrier_id, bank_code, account_number) where state = 'open';

-- Which papers a carrier, driver or vehicle must have, and how long before the end people are warned.
create table freight_paper_kind (
  zone_id text not null,
  code text not null,
  subject text not null check (subject in ('carrier', 'driver', 'vehicle')),
  only_for text check (only_for in ('company', 'person')),
  required boolean not null,
  light_exempt boolean not null,
  warn_days integer[] not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, code)
);

create table freight_paper (
  zone_id text not null,
  id text not null,
  subject text not null check (subject in ('carrier', 'driver', 'vehicle')),
  subject_id text not null,
  kind text not null,
  number text not null check (char_length(number) between 1 and 50),
  issuer text not null default '',
  valid_from date not null,
  -- 2999-12-31: long term.
  valid_to date not null,
  state text not null default 'kept' check (state in ('kept', 'withdrawn')),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, kind) references freight_paper_kind (zone_id, code),
  check (valid_from <= valid_to)
);
create index freight_paper_of on freight_paper (zone_id, subject_id, kind, valid_to) where state = 'kept';
create index freight_paper_end on freight_paper (zone_id, valid_to) where state = 'kept';

-- Each warning of a paper, so that nobody hears it twice.
create table freight_paper_warning (
  zone_id text not null,
  paper_id text not null,
  days integer not null,
  warned_at timestamptz not null,
  primary key (zone_id, paper_id, days),
  foreign key (zone_id, paper_id) references freight_paper (zone_id, id)
);
