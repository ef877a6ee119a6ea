-- What was never used; and of which products a pair of a proposal was when it was made, so that it is not sent for others.

alter table market_deal drop column saving;
drop index market_posting_words;

alter table market_proposal_pair add column need_product text, add column offer_product text;
update market_proposal_pair p set need_product = n.product_code, offer_product = o.product_code
from market_posting n, market_posting o
where n.zone_id = p.zone_id and n.id = p.need_id and o.zone_id = p.zone_id and o.id = p.offer_id;
