-- From what a firm is known as a supplier: an offer, the chains, without telling what of them, or that it was named.

update market_rfq_ask set known_by = array(
  select distinct case when word in ('offer', 'named') then word else 'chains' end from unnest(known_by) word)
where not known_by <@ array['offer', 'chains', 'named'];
alter table market_rfq_ask add constraint market_rfq_ask_known_by check (known_by <@ array['offer', 'chains', 'named']);
