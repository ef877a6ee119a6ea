-- What a zone was started as. Decided once: a real zone never turns into a demo with known passwords, nor the other way.
create table zone_origin (
  zone_id text not null primary key,
  demo boolean not null,
  created_at timestamptz not null
);
