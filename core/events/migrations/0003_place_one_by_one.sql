-- The same, an event at a time by its key. Joined with what waits, each event cost a walk through the whole outbox in sessions that had
-- made their plan while the outbox was all but empty.
create or replace function place_events(p_zone text, p_limit int) returns bigint
language plpgsql set enable_seqscan = off as $$
declare
  v_position bigint;
  v_seq bigint;
begin
  if not exists (select from outbox where zone_id = p_zone and position is null) then
    return coalesce((select position from outbox_relay where zone_id = p_zone), 0);
  end if;
  insert into outbox_relay (zone_id, position) values (p_zone, 0) on conflict do nothing;
  select position into v_position from outbox_relay where zone_id = p_zone for update;
  -- A statement of its own after the lock: it sees what the holder before has placed.
  for v_seq in select seq from outbox where zone_id = p_zone and position is null order by seq limit p_limit loop
    v_position := v_position + 1;
    update outbox set position = v_position where zone_id = p_zone and seq = v_seq;
  end loop;
  update outbox_relay set position = v_position where zone_id = p_zone;
  return v_position;
end $$;
