-- Numbers of the day without a queue: a sequence draws, nobody waits for another's transaction to end. `base` is where the
-- sequence stood before the day's first draw; for days begun before this change, what had been drawn counts on.
create sequence need_number_appeal;
create sequence need_number_closing;
alter table need_number add column base bigint;
update need_number set base = -last;
alter table need_number alter column base set not null;
alter table need_number drop column last;

create function draw_need_number(p_zone text, p_kind text, p_day date) returns bigint language plpgsql as $$
declare
  v_drawn bigint;
  v_base bigint;
begin
  loop
    v_drawn := nextval('need_number_' || p_kind);
    select n.base into v_base from need_number n where n.zone_id = p_zone and n.kind = p_kind and n.day = p_day;
    if v_base is null then
      insert into need_number (zone_id, kind, day, base) values (p_zone, p_kind, p_day, v_drawn - 1)
        on conflict do nothing;
      select n.base into v_base from need_number n where n.zone_id = p_zone and n.kind = p_kind and n.day = p_day;
    end if;
    -- Two that open a day at once: the one that drew first but came second draws again.
    exit when v_drawn > v_base;
  end loop;
  if v_drawn - v_base > 9999 then
    raise exception 'more than 9999 numbers of kind % on %', p_kind, p_day using errcode = 'check_violation';
  end if;
  return v_drawn - v_base;
end $$;
