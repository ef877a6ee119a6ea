-- A file is a row that names its bytes by their SHA-256; equal bytes are kept once. The row is written after the bytes are safe.
create table file (
  zone_id text not null,
  id uuid not null,
  sha256 text not null,
  size_bytes bigint not null,
  media_type text not null,
  name text not null,
  purpose text not null check (purpose in ('attachment', 'evidence')),
  width int,
  height int,
  thumbnail_sha256 text,
  -- Of evidence: the bytes as they came, and what the picture itself says about where and when.
  original_sha256 text,
  original_size_bytes bigint,
  longitude double precision,
  latitude double precision,
  taken_at timestamptz,
  uploaded_by text not null,
  uploaded_at timestamptz not null,
  primary key (zone_id, id)
);
create index file_uploaded on file (zone_id, uploaded_at);
create index file_sha256 on file (sha256);
create index file_thumbnail on file (thumbnail_sha256) where thumbnail_sha256 is not null;
create index file_original on file (original_sha256) where original_sha256 is not null;

-- The object that a file belongs to; who reaches the object may read the file.
create table file_link (
  zone_id text not null,
  object_kind text not null,
  object_id text not null,
  file_id uuid not null,
  linked_by text not null,
  linked_at timestamptz not null,
  primary key (zone_id, object_id, file_id),
  unique (zone_id, file_id),
  foreign key (zone_id, file_id) references file (zone_id, id)
);
