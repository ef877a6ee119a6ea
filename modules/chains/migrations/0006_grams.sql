-- Lists of firms outside and of targets are searched for what contains some words. Their characters and pairs of characters lead there: walking
-- through 100,000 rows takes a quarter of a second and more.
create function chain_grams(words text) returns text[] language sql immutable strict parallel safe as $$
  select array(select substr(words, at, 2) from generate_series(1, char_length(words)) at) || string_to_array(words, null)
$$;
alter table chain_outside add column grams text[] not null generated always as (chain_grams(lower(name || ' ' || place))) stored;
create index chain_outside_grams on chain_outside using gin (grams);
alter table chain_target add column grams text[] not null generated always as (chain_grams(lower(step))) stored;
create index chain_target_grams on chain_target using gin (grams);
create index chain_target_product on chain_target (zone_id, product_code);
