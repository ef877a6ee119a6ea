-- Nobody looks for entries by their time alone.
drop index history_at;

-- Appends one entry to the chain of its object; the same lock, hash and rows as `append_history`, which is for many.
create function append_entry(
  p_zone text, p_kind text, p_object text, p_at timestamptz, p_verb text, p_actor text, p_name text, p_behalf text,
  p_node text, p_public boolean, p_reason text, p_data jsonb
) returns bigint language plpgsql as $$
declare
  v_seq bigint;
  v_prev text;
  v_hash text;
begin
  select h.seq, h.hash into v_seq, v_prev from history_head h
    where h.zone_id = p_zone and h.object_id = p_object for update;
  if not found then
    insert into history_head (zone_id, object_id, object_kind, seq, hash)
      values (p_zone, p_object, p_kind, 0, repeat('0', 64)) on conflict do nothing;
    select h.seq, h.hash into v_seq, v_prev from history_head h
      where h.zone_id = p_zone and h.object_id = p_object for update;
  end if;
  v_seq := v_seq + 1;
  v_hash := encode(sha256(convert_to(jsonb_build_array(
    p_zone, p_kind, p_object, v_seq, history_instant(p_at), p_verb, p_actor, p_name, p_behalf, p_node, p_public,
    p_reason, p_data, v_prev)::text, 'UTF8')), 'hex');
  insert into history (zone_id, object_kind, object_id, seq, at, verb, actor_id, actor_name, on_behalf_of, node, public,
      reason, data, prev_hash, hash)
    values (p_zone, p_kind, p_object, v_seq, p_at, p_verb, p_actor, p_name, p_behalf, p_node, p_public, p_reason, p_data,
      v_prev, v_hash);
  update history_head h set seq = v_seq, hash = v_hash, sealed = false
    where h.zone_id = p_zone and h.object_id = p_object;
  return v_seq;
end $$;
