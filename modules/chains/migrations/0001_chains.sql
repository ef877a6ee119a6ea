-- Chains 产业链: catalogue of clusters, chains, segments, products, names and recipes; what firms make and use; who supplies whom.

-- One row a zone: whoever keeps the catalogue in memory asks whether it is still this version.
create table chain_catalogue (
  zone_id text primary key,
  version bigint not null default 1,
  updated_at timestamptz not null
);

-- Cluster 产业集群. The list has changed before and will again: a row is true from a day to a day, and no number of clusters is written anywhere.
create table chain_cluster (
  zone_id text not null,
  id uuid not null,
  code text not null check (code ~ '^[a-z0-9-]{1,40}$'),
  zh text not null check (char_length(zh) between 1 and 60),
  en text not null check (char_length(en) between 1 and 120),
  basis text not null check (basis in ('seed', 'pub', 'assumed', 'spec', 'inv', 'zone')),
  source text not null default '' check (char_length(source) <= 300),
  valid_from date not null,
  valid_to date,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  check (valid_to is null or valid_from <= valid_to)
);
create unique index chain_cluster_code on chain_cluster (zone_id, code) where valid_to is null;

-- Industry chain 产业链.
create table chain (
  zone_id text not null,
  code text not null check (code ~ '^[A-Z0-9]{1,10}$'),
  cluster_code text not null,
  zh text not null check (char_length(zh) between 1 and 60),
  en text not null check (char_length(en) between 1 and 120),
  basis text not null check (basis in ('seed', 'pub', 'assumed', 'spec', 'inv', 'zone')),
  source text not null default '' check (char_length(source) <= 300),
  state text not null default 'open' check (state in ('open', 'closed')),
  valid_from date not null,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, code)
);

-- Segment 环节, from upstream to downstream. Edited as a whole with its chain, whose revision it shares.
create table chain_segment (
  zone_id text not null,
  chain_code text not null,
  key text not null check (key ~ '^[a-z0-9-]{1,40}$'),
  stage text not null check (stage in ('up', 'mid', 'down', 'service')),
  place integer not null check (place between 0 and 100),
  zh text not null check (char_length(zh) between 1 and 60),
  en text not null check (char_length(en) between 1 and 120),
  primary key (zone_id, chain_code, key),
  foreign key (zone_id, chain_code) references chain (zone_id, code)
);

-- Product 产品 of the zone's own catalogue, a tree of four levels at most.
create table chain_product (
  zone_id text not null,
  code text not null check (code ~ '^[A-Z][A-Z0-9]{1,19}$'),
  parent text,
  zh text not null check (char_length(zh) between 1 and 60),
  en text not null check (char_length(en) between 1 and 120),
  -- A unit that libs/text knows.
  unit text not null check (char_length(unit) between 1 and 20),
  -- Products of one family can stand in for each other.
  family text not null check (char_length(family) between 1 and 40),
  -- The axis by which it is specified, its usual values, and what the trade calls these.
  axis text check (char_length(axis) between 1 and 40),
  axis_values text[] not null default '{}',
  grades jsonb not null default '{}',
  -- The kind of service it is, when it is one.
  service text check (char_length(service) between 1 and 20),
  kg_per_unit double precision not null check (kg_per_unit between 0 and 1e9),
  price_fen bigint not null check (price_fen between 0 and 1000000000000),
  industry text check (industry ~ '^[0-9]{4}$'),
  margin_share double precision check (margin_share between 0 and 1),
  -- What a plant of minimum efficient scale needs: { landM2, powerKw, waterM3Day, heightM }, each a number or absent.
  site jsonb,
  basis text not null check (basis in ('seed', 'pub', 'assumed', 'spec', 'inv', 'zone')),
  source text not null default '' check (char_length(source) <= 300),
  as_of date not null,
  state text not null default 'open' check (state in ('open', 'closed')),
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, code),
  foreign key (zone_id, parent) references chain_product (zone_id, code),
  check (parent is null or parent <> code)
);

create table chain_segment_product (
  zone_id text not null,
  chain_code text not null,
  segment_key text not null,
  product_code text not null,
  place integer not null check (place between 0 and 200),
  weight double precision not null check (weight > 0 and weight <= 100),
  is_required boolean not null,
  -- Minimum efficient scale, units a year.
  mes double precision not null check (mes between 0 and 1e12),
  primary key (zone_id, chain_code, segment_key, product_code),
  foreign key (zone_id, chain_code, segment_key) references chain_segment (zone_id, chain_code, key) on delete cascade,
  foreign key (zone_id, product_code) references chain_product (zone_id, code)
);
create index chain_segment_product_of on chain_segment_product (zone_id, product_code);

-- Name 别名 of a product in a language; matching reads those that are accepted.
create table chain_alias (
  zone_id text not null,
  id uuid not null,
  product_code text not null,
  lang text not null check (lang in ('zh', 'en')),
  alias text not null check (char_length(alias) between 1 and 60),
  -- A mark of its own says whether the trade's use of it was checked.
  basis text not null check (basis in ('seed', 'pub', 'assumed', 'spec', 'inv', 'zone')),
  state text not null default 'open' check (state in ('open', 'closed')),
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, product_code) references chain_product (zone_id, code)
);
create unique index chain_alias_once on chain_alias (zone_id, product_code, lang, lower(alias)) where state = 'open';
create index chain_alias_of on chain_alias (zone_id, lower(alias)) where state = 'open';

-- Word that no list knows 待审词, as postings used it.
create table chain_word (
  zone_id text not null,
  id uuid not null,
  word text not null check (char_length(word) between 1 and 60),
  seen integer not null default 1 check (seen > 0),
  example text not null check (char_length(example) <= 300),
  first_at timestamptz not null,
  last_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'alias', 'ignored')),
  product_code text,
  decided_at timestamptz,
  decided_by text,
  rev integer not null default 1,
  primary key (zone_id, id),
  check ((state = 'alias') = (product_code is not null))
);
create unique index chain_word_once on chain_word (zone_id, word);
create index chain_word_queue on chain_word (zone_id, state, seen desc, id);

-- Recipe 配方系数: inputs a unit of output; of several routes the shares sum to 1.
create table chain_recipe (
  zone_id text not null,
  id uuid not null,
  output_code text not null,
  route text not null default '' check (char_length(route) <= 60),
  share double precision not null default 1 check (share > 0 and share <= 1),
  basis text not null check (basis in ('seed', 'pub', 'assumed', 'spec', 'inv', 'zone')),
  source text not null default '' check (char_length(source) <= 300),
  as_of date not null,
  state text not null default 'open' check (state in ('open', 'closed')),
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, output_code) references chain_product (zone_id, code)
);
create unique index chain_recipe_route on chain_recipe (zone_id, output_code, route) where state = 'open';

create table chain_recipe_input (
  zone_id text not null,
  recipe_id uuid not null,
  product_code text not null,
  -- Units of input a unit of output; by-products negative.
  coefficient double precision not null check (coefficient <> 0 and abs(coefficient) <= 1e9),
  low double precision not null,
  high double precision not null,
  basis text not null check (basis in ('seed', 'pub', 'assumed', 'spec', 'inv', 'zone')),
  primary key (zone_id, recipe_id, product_code),
  foreign key (zone_id, recipe_id) references chain_recipe (zone_id, id) on delete cascade,
  foreign key (zone_id, product_code) references chain_product (zone_id, code),
  check (coefficient between low and high)
);

-- Firm outside the zone 区外伙伴: other places of the country, or abroad. A node of the chain, not an enterprise of the register.
create table chain_outside (
  zone_id text not null,
  id uuid not null,
  name text not null check (char_length(name) between 1 and 120),
  country text not null check (country ~ '^[A-Z]{2}$'),
  place text not null default '' check (char_length(place) <= 120),
  lon double precision check (lon between -180 and 180),
  lat double precision check (lat between -90 and 90),
  industry text check (industry ~ '^[0-9]{4}$'),
  is_strong boolean not null default false,
  -- Signal that it wants to expand, 0 to 1, as somebody entered it.
  expansion double precision not null default 0 check (expansion between 0 and 1),
  source text not null default '' check (char_length(source) <= 300),
  remark text not null default '' check (char_length(remark) <= 500),
  state text not null default 'open' check (state in ('open', 'closed')),
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  check ((lon is null) = (lat is null))
);
create index chain_outside_name on chain_outside (zone_id, name, id);
create index chain_outside_industry on chain_outside (zone_id, industry) where state = 'open';

-- Position 企业环节位置: what a firm makes, uses or serves in a year. `firm_id`: an enterprise, or a firm outside.
create table chain_position (
  zone_id text not null,
  id uuid not null,
  firm_id text not null,
  is_outside boolean not null,
  product_code text not null,
  role text not null check (role in ('produce', 'consume', 'serve')),
  year integer not null check (year between 2000 and 2200),
  -- Units a year.
  capacity double precision not null check (capacity between 0 and 1e12),
  output double precision not null check (output between 0 and 1e12),
  is_qualified boolean not null default true,
  evidence text not null default '' check (char_length(evidence) <= 300),
  as_of date not null,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, product_code) references chain_product (zone_id, code)
);
create unique index chain_position_once on chain_position (zone_id, firm_id, year, product_code, role);
create index chain_position_product on chain_position (zone_id, product_code, year, role);

-- Supply link 供应关系: what a firm bought from another in a year. Volume and price are for the two alone.
create table chain_link (
  zone_id text not null,
  id uuid not null,
  seller_id text not null,
  seller_outside boolean not null,
  buyer_id text not null,
  buyer_outside boolean not null,
  product_code text not null,
  year integer not null check (year between 2000 and 2200),
  -- Units a year, fen a unit, kilometres, fen a tonne and kilometre.
  volume double precision not null check (volume > 0 and volume <= 1e12),
  price_fen bigint not null check (price_fen between 0 and 1000000000000),
  distance_km double precision not null check (distance_km between 0 and 25000),
  mode text not null check (mode in ('road', 'rail', 'pipe', 'wire', 'other')),
  rate_fen double precision not null check (rate_fen between 0 and 10000),
  is_contract boolean not null,
  source text not null default '' check (char_length(source) <= 300),
  as_of date not null,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, product_code) references chain_product (zone_id, code),
  constraint chain_link_two check (seller_id <> buyer_id),
  constraint chain_link_here check (not (seller_outside and buyer_outside))
);
create unique index chain_link_once on chain_link (zone_id, buyer_id, year, product_code, seller_id);
create index chain_link_seller on chain_link (zone_id, seller_id, year);
create index chain_link_product on chain_link (zone_id, product_code, year);

-- Lead firm 链主, from a day to a day; one main at a time.
create table chain_leader (
  zone_id text not null,
  id uuid not null,
  chain_code text not null,
  firm_id text not null,
  is_main boolean not null,
  basis text not null check (basis in ('seed', 'pub', 'assumed', 'spec', 'inv', 'zone')),
  source text not null default '' check (char_length(source) <= 300),
  valid_from date not null,
  valid_to date,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, chain_code) references chain (zone_id, code),
  check (valid_to is null or valid_from <= valid_to)
);
create unique index chain_leader_main on chain_leader (zone_id, chain_code) where is_main and valid_to is null;
create unique index chain_leader_once on chain_leader (zone_id, chain_code, firm_id) where valid_to is null;
create index chain_leader_firm on chain_leader (zone_id, firm_id) where valid_to is null;

-- Final demand 终端需求 in the zone, units a year.
create table chain_demand (
  zone_id text not null,
  id uuid not null,
  product_code text not null,
  year integer not null check (year between 2000 and 2200),
  volume double precision not null check (volume between 0 and 1e12),
  source text not null default '' check (char_length(source) <= 300),
  as_of date not null,
  synthetic boolean not null default false,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  rev integer not null default 1,
  primary key (zone_id, id),
  foreign key (zone_id, product_code) references chain_product (zone_id, code)
);
create unique index chain_demand_once on chain_demand (zone_id, product_code, year);

-- What a zone reckons with; no row: as the file says.
create table chain_settings (
  zone_id text primary key,
  numbers jsonb not null,
  rev integer not null,
  updated_at timestamptz not null,
  updated_by text not null
);
