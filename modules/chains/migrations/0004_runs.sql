-- Figures of the chains: reckoned from the rows of a year, stored with the version of what they were reckoned from.

-- The turn: one run of a zone is made at a time. A turn that did not beat for minutes belongs to a server that died.
create table chain_run_turn (
  zone_id text primary key,
  holder uuid not null,
  year integer not null,
  begun_at timestamptz not null,
  begun_by text not null,
  beat_at timestamptz not null,
  ended_at timestamptz,
  outcome text check (outcome in ('stored', 'unchanged', 'refused', 'failed')),
  run_id uuid,
  -- { field, value, rule } of what was refused.
  fault jsonb,
  check ((outcome is null) = (ended_at is null))
);

-- Run 测算. It is never changed; `checked_at` says when the same input was met again.
create table chain_run (
  zone_id text not null,
  id uuid not null,
  year integer not null check (year between 2000 and 2200),
  -- Of rows and settings: equal versions, equal figures.
  input_version text not null check (char_length(input_version) = 32),
  numbers jsonb not null,
  made_at timestamptz not null,
  made_by text not null,
  checked_at timestamptz not null,
  -- { products, firms, localFirms, positions, links, chains }.
  counts jsonb not null,
  -- Part of the value bought whose use is known, 0 to 1; null where nothing is bought.
  followed double precision,
  pivots integer not null,
  is_exact boolean not null,
  read_ms integer not null,
  solve_ms integer not null,
  primary key (zone_id, id)
);
create index chain_run_list on chain_run (zone_id, year desc, made_at desc, id desc);

-- Figure 指标 of a product, a chain or a lead firm, with every number of its formula.
create table chain_figure (
  zone_id text not null,
  run_id uuid not null,
  kind text not null check (kind in ('product', 'chain', 'leader')),
  code text not null,
  -- The lead firm; empty otherwise.
  firm_id text not null default '',
  name text not null,
  value double precision,
  parts jsonb not null,
  band text,
  -- Different firms that sell and buy what was added up, counted to 50: fewer than a few are not shown.
  sellers integer not null,
  buyers integer not null,
  primary key (zone_id, run_id, kind, code, name, firm_id),
  foreign key (zone_id, run_id) references chain_run (zone_id, id) on delete cascade
);

-- Flow 流量 of a chain, between segments and between products. `from_key`: what is sold; `to_key`: what is made of it, `~use`: used otherwise, `~sold`: sold outside.
create table chain_flow (
  zone_id text not null,
  run_id uuid not null,
  chain_code text not null,
  level text not null check (level in ('segment', 'product')),
  from_key text not null,
  to_key text not null,
  from_outside boolean not null,
  value_fen bigint not null,
  kg double precision not null,
  sellers integer not null,
  buyers integer not null,
  primary key (zone_id, run_id, chain_code, level, from_key, to_key, from_outside),
  foreign key (zone_id, run_id) references chain_run (zone_id, id) on delete cascade
);

-- Single-source risk 单一来源风险 that is flagged.
create table chain_risk (
  zone_id text not null,
  run_id uuid not null,
  buyer_id text not null,
  product_code text not null,
  supplier_id text not null,
  risk double precision not null,
  share double precision not null,
  dependence double precision not null,
  alternative double precision not null,
  volume double precision not null,
  dependent_fen bigint not null,
  primary key (zone_id, run_id, buyer_id, product_code),
  foreign key (zone_id, run_id) references chain_run (zone_id, id) on delete cascade
);
create index chain_risk_product on chain_risk (zone_id, run_id, product_code, risk desc, buyer_id);

-- Hidden single source 隐性单一来源: several suppliers, behind them one source.
create table chain_hidden (
  zone_id text not null,
  run_id uuid not null,
  buyer_id text not null,
  product_code text not null,
  input_code text not null,
  source_id text not null,
  concentration double precision not null,
  direct double precision not null,
  followed double precision not null,
  suppliers integer not null,
  sources integer not null,
  source_share double precision not null,
  primary key (zone_id, run_id, buyer_id, product_code, input_code),
  foreign key (zone_id, run_id) references chain_run (zone_id, id) on delete cascade
);
create index chain_hidden_product on chain_hidden (zone_id, run_id, product_code, concentration desc, buyer_id, input_code);

-- Criticality 关键度: the firms through which most ways go.
create table chain_critical (
  zone_id text not null,
  run_id uuid not null,
  place integer not null check (place between 1 and 200),
  firm_id text not null,
  value double precision not null,
  primary key (zone_id, run_id, place),
  foreign key (zone_id, run_id) references chain_run (zone_id, id) on delete cascade
);

-- Network 网络图 with the places of its firms, read whole: { firms, isLocal, x, y, links, chains, edges }.
create table chain_network (
  zone_id text not null,
  run_id uuid not null,
  body jsonb not null,
  primary key (zone_id, run_id),
  foreign key (zone_id, run_id) references chain_run (zone_id, id) on delete cascade
);
