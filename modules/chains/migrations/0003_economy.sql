-- A year's positions and links are read in order of id for every reckoning.
create index chain_position_year on chain_position (zone_id, year, id);
create index chain_link_year on chain_link (zone_id, year, id);
-- A firm's people enter through what they reach.
create index chain_position_reach on chain_position ((id::text));
create index chain_link_reach on chain_link ((id::text));
-- The page of a firm reads the product and the other side of its links, by year.
drop index chain_link_seller;
create index chain_link_seller on chain_link (zone_id, seller_id, year, product_code, buyer_id);
