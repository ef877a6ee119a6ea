-- The clock of a demo zone: it begins in the past, is moved forward while the zone's history is lived, and then is real.
create table demo_zone (
  zone_id text primary key,
  began_at timestamptz not null,
  -- Where the clock stands; null once it is real.
  clock_at timestamptz,
  percent int not null check (percent between 0 and 100),
  phase text not null,
  updated_at timestamptz not null
);
