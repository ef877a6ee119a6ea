-- Tracks that are kept longer than tracks: where a vehicle was during one job, simplified, in one row.
create table kept_track (
  zone_id text not null,
  -- What it belongs to: the kind of a thing and its id, as the module says that owns it.
  subject_kind text not null check (length(subject_kind) between 1 and 40),
  subject_id text not null check (length(subject_id) between 1 and 100),
  -- Who moved.
  point_id integer not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  tolerance_m double precision not null check (tolerance_m > 0),
  gap_s integer not null check (gap_s > 0),
  -- Fixes with a place that it was made from, and those that are kept.
  fixes integer not null check (fixes >= 0),
  kept integer not null check (kept between 0 and fixes),
  -- Fix to fix, over all that it was made from.
  length_m double precision not null check (length_m >= 0),
  gaps integer not null check (gaps >= 0),
  first_at timestamptz,
  last_at timestamptz,
  -- SHA-256 of what it was made from, hexadecimal.
  source_sha256 text not null check (length(source_sha256) = 64),
  -- Day by day what each was made from and the fixes that are kept of it, packed.
  raw bytea not null,
  rev integer not null,
  made_at timestamptz not null,
  primary key (zone_id, subject_kind, subject_id, point_id),
  check (to_at > from_at),
  check ((kept = 0) = (first_at is null) and (kept = 0) = (last_at is null))
);
-- Packed already: pressing it again costs time and gains nothing.
alter table kept_track alter column raw set storage external;
create index kept_track_mover on kept_track (zone_id, point_id, from_at desc, subject_kind, subject_id);
-- The list of a zone, newest first.
create index kept_track_newest on kept_track (zone_id, from_at desc, subject_kind, subject_id, point_id);
