-- Casework on items: a case that stands suspended, and how often its people were urged 催办.
alter table item_case add column suspended_at timestamptz;
alter table item_case add column urged_at timestamptz;

create table item_urge (
  zone_id text not null,
  id uuid not null,
  item_case_id uuid not null,
  urged_at timestamptz not null,
  urged_by text not null,
  urged_by_name text not null,
  -- Each side has an interval of its own.
  side text not null check (side in ('applicant', 'lead', 'supervisor')),
  words text not null,
  primary key (zone_id, id),
  foreign key (zone_id, item_case_id) references item_case (zone_id, id)
);
create index item_urge_item on item_urge (zone_id, item_case_id, side, urged_at desc);

-- Working days between two urges of one side; an invented default until somebody sets it.
alter table service_setting add column urge_days integer not null default 1 check (urge_days between 1 and 30);
