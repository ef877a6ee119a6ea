-- Postings in use: rows by the objects that reach them, what is to be classified, and of which end their firm was told.

alter table market_posting add column warned_to date;
create index market_posting_reach on market_posting ((id::text));
create index market_posting_unclassified on market_posting (zone_id, created_at desc, id)
  where product_code is null and subject <> 'talent' and state in ('open', 'matched');
