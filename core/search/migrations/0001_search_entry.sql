-- What the search box finds: one row an object. Tokens: pairs of characters, beginnings of words, pairs of pinyin initials.
-- The keys are compared byte by byte (collation "C"), so that a beginning is a range of the index on every server.
create table search_entry (
  zone_id text not null,
  object_kind text not null,
  object_id text not null,
  title text not null,
  subtitle text not null,
  number text,
  title_key text collate "C" not null,
  number_key text collate "C",
  initials text collate "C" not null,
  tokens text[] not null,
  updated_at timestamptz not null,
  primary key (zone_id, object_kind, object_id)
);
-- A short list of pending entries: bulk loading stays quick, and a search reads little more than the index itself.
create index search_entry_tokens on search_entry using gin (tokens) with (fastupdate = on, gin_pending_list_limit = 256);
create index search_entry_title on search_entry (zone_id, title_key);
create index search_entry_number on search_entry (zone_id, number_key) where number_key is not null;
