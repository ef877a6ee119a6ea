-- Open policies 预约保险单 of goods on the road: the platform's own, and those of shippers for their goods. One is never changed: it is
-- closed and another entered.
create table freight_policy (
  zone_id text not null,
  id uuid not null,
  -- Whose goods it covers; null: everybody's that have none of their own.
  shipper_id text,
  -- Code of the table insurer, and the number as the regulator takes it.
  insurer_code text not null,
  number text not null check (char_length(number) between 1 and 30),
  -- What one truckload is covered for at most, fen.
  sum_fen bigint not null check (sum_fen between 1 and 9007199254740991),
  valid_from date not null,
  valid_to date not null check (valid_to >= valid_from),
  state text not null default 'open' check (state in ('open', 'closed')),
  remark text not null default '',
  synthetic boolean not null default false,
  rev integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (zone_id, id),
  constraint freight_policy_number unique (zone_id, insurer_code, number),
  foreign key (zone_id, shipper_id) references party (zone_id, id)
);
create index freight_policy_of on freight_policy (zone_id, shipper_id, valid_to desc) where state = 'open';
create index freight_policy_list on freight_policy (zone_id, valid_to desc, id desc);
