-- Outbox: what happened, written in the transaction that did it, told afterwards. `position` is given after the commit, in
-- one queue, so that a reader who has passed a position has seen everything before it.
create table outbox (
  zone_id text not null,
  seq bigint generated always as identity,
  position bigint,
  type text not null,
  object_kind text not null,
  object_id text not null,
  data jsonb not null,
  to_parties text[] not null,
  at timestamptz not null,
  primary key (zone_id, seq)
);
create index outbox_waiting on outbox (zone_id, seq) where position is null;
create unique index outbox_position on outbox (zone_id, position) where position is not null;
create index outbox_at on outbox (zone_id, at);

-- The last position given; its row lock keeps the queue one.
create table outbox_relay (
  zone_id text primary key,
  position bigint not null
);

-- How far each handler has come, and how the event after that fares.
create table outbox_cursor (
  zone_id text not null,
  handler text not null,
  position bigint not null,
  attempts int not null default 0,
  next_try_at timestamptz,
  last_error text,
  primary key (zone_id, handler)
);

-- Events that a handler gave up on; an operator sees them and may have them tried again.
create table outbox_dead (
  zone_id text not null,
  handler text not null,
  position bigint not null,
  event jsonb not null,
  error text not null,
  attempts int not null,
  at timestamptz not null,
  primary key (zone_id, handler, position)
);

-- Gives positions to committed events, at most `p_limit`; returns the last position given so far.
create function place_events(p_zone text, p_limit int) returns bigint language plpgsql as $$
declare
  v_position bigint;
  v_placed bigint;
begin
  if not exists (select from outbox where zone_id = p_zone and position is null) then
    return coalesce((select position from outbox_relay where zone_id = p_zone), 0);
  end if;
  insert into outbox_relay (zone_id, position) values (p_zone, 0) on conflict do nothing;
  select position into v_position from outbox_relay where zone_id = p_zone for update;
  -- A statement of its own after the lock: it sees what the holder before has placed.
  update outbox o set position = v_position + w.rank
    from (
      select w.seq, row_number() over (order by w.seq) as rank
      from (select seq from outbox where zone_id = p_zone and position is null order by seq limit p_limit) w
    ) w
    where o.zone_id = p_zone and o.seq = w.seq;
  get diagnostics v_placed = row_count;
  update outbox_relay set position = v_position + v_placed where zone_id = p_zone;
  return v_position + v_placed;
end $$;
