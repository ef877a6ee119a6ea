-- Knowledge articles 知识条目: questions with answers that rest on a document and may expire.
create table knowledge_article (
  zone_id text not null,
  id uuid not null,
  question text not null check (char_length(question) between 1 and 200),
  answer text not null check (char_length(answer) between 1 and 4000),
  category text,
  basis text not null,
  basis_url text,
  owner_id text,
  valid_to date,
  retired_at timestamptz,
  used_count integer not null default 0,
  last_used_at timestamptz,
  -- Character pairs of the question and words of the answer, for the search.
  grams text[] not null,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id)
);
create index knowledge_article_grams on knowledge_article using gin (grams);
create index knowledge_article_updated on knowledge_article (zone_id, updated_at desc, id desc);

create table knowledge_use (
  zone_id text not null,
  article_id uuid not null,
  appeal_id uuid not null,
  at timestamptz not null,
  by_name text not null,
  primary key (zone_id, article_id, appeal_id),
  foreign key (zone_id, article_id) references knowledge_article (zone_id, id)
);
