-- A run counts the weak points of all chains together, each once. Those of earlier runs are counted by the chains as they stand.
update chain_run r set counts = r.counts || jsonb_build_object(
  'missing', (select count(*) from chain_figure f
    where f.zone_id = r.zone_id and f.run_id = r.id and f.kind = 'product' and f.name = 'sufficiency'
      and f.value < (r.numbers ->> 'missingBelow')::double precision and (f.parts ->> 'need')::double precision > 0
      and exists (select from chain_segment_product s join chain c on c.zone_id = s.zone_id and c.code = s.chain_code
        where s.zone_id = f.zone_id and s.product_code = f.code and s.is_required and c.state = 'open')),
  'risks', (select count(*) from chain_risk k
    where k.zone_id = r.zone_id and k.run_id = r.id
      and exists (select from chain_segment_product s join chain c on c.zone_id = s.zone_id and c.code = s.chain_code
        where s.zone_id = k.zone_id and s.product_code = k.product_code and c.state = 'open')),
  'hidden', (select count(*) from chain_hidden h
    where h.zone_id = r.zone_id and h.run_id = r.id
      and exists (select from chain_segment_product s join chain c on c.zone_id = s.zone_id and c.code = s.chain_code
        where s.zone_id = h.zone_id and s.product_code = h.product_code and c.state = 'open')));
