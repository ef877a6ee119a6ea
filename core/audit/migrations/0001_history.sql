-- History: what was done to every object, one hash chain per object. Nothing in it is ever changed or removed.
create table history (
  zone_id text not null,
  object_kind text not null,
  object_id text not null,
  seq bigint not null check (seq > 0),
  at timestamptz not null,
  verb text not null,
  actor_id text not null,
  actor_name text not null,
  on_behalf_of text,
  node text,
  public boolean not null,
  reason text,
  data jsonb not null,
  prev_hash text not null,
  hash text not null,
  primary key (zone_id, object_id, seq)
);
create index history_at on history (zone_id, at);

-- The end of every chain. `sealed` tells that the last seal names this very end; the partial index finds the others.
create table history_head (
  zone_id text not null,
  object_id text not null,
  object_kind text not null,
  seq bigint not null,
  hash text not null,
  sealed boolean not null default false,
  primary key (zone_id, object_id)
);
create index history_head_unsealed on history_head (zone_id, object_id) where not sealed;

-- Seals: one chain over the ends of all chains, so that a chain that vanishes as a whole is missed.
create table history_seal (
  zone_id text not null,
  seq bigint not null check (seq > 0),
  at timestamptz not null,
  heads jsonb not null,
  prev_hash text not null,
  hash text not null,
  primary key (zone_id, seq)
);

create function forbid_change() returns trigger language plpgsql as $$
begin
  raise exception 'table % is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger history_append_only before update or delete or truncate on history
  for each statement execute function forbid_change();
create trigger history_seal_append_only before update or delete or truncate on history_seal
  for each statement execute function forbid_change();
create trigger history_head_stays before delete or truncate on history_head
  for each statement execute function forbid_change();

-- An instant as text, the same bytes on every server: UTC, microseconds.
create function history_instant(p_at timestamptz) returns text language sql stable parallel safe as
$$ select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') $$;

-- Appends entries, each to the chain of its object, in the order given. Heads are locked in one order, so that
-- appenders never wait for each other in a circle. A hash is SHA-256 over a JSON array, whose escaping keeps neighbouring
-- fields apart; the text of jsonb is canonical: keys ordered, one spelling of every string, numbers as they were given.
-- Every statement goes by a primary key; seqscan is off because a plan made on an empty table would live on.
create function append_history(p_zone text, p_entries jsonb)
returns table (object_id text, seq bigint, hash text) language plpgsql set enable_seqscan = off as $$
#variable_conflict use_column
declare
  v_entry record;
  v_object text;
  v_seq bigint;
  v_hash text;
  v_prev text;
  v_at timestamptz;
begin
  for v_entry in
    select e.* from rows from (jsonb_to_recordset(p_entries) as (
      object_kind text, object_id text, at_ms float8, verb text, actor_id text, actor_name text, on_behalf_of text,
      node text, public boolean, reason text, data jsonb)) with ordinality as e(
      object_kind, object_id, at_ms, verb, actor_id, actor_name, on_behalf_of, node, public, reason, data, place)
    order by e.object_id, e.place
  loop
    if v_object is distinct from v_entry.object_id then
      if v_object is not null then
        update history_head h set seq = v_seq, hash = v_hash, sealed = false
          where h.zone_id = p_zone and h.object_id = v_object;
      end if;
      v_object := v_entry.object_id;
      select h.seq, h.hash into v_seq, v_hash from history_head h
        where h.zone_id = p_zone and h.object_id = v_object for update;
      if not found then
        insert into history_head (zone_id, object_id, object_kind, seq, hash)
          values (p_zone, v_object, v_entry.object_kind, 0, repeat('0', 64)) on conflict do nothing;
        select h.seq, h.hash into v_seq, v_hash from history_head h
          where h.zone_id = p_zone and h.object_id = v_object for update;
      end if;
    end if;
    v_seq := v_seq + 1;
    v_prev := v_hash;
    v_at := to_timestamp(v_entry.at_ms / 1000);
    v_hash := encode(sha256(convert_to(jsonb_build_array(
      p_zone, v_entry.object_kind, v_object, v_seq, history_instant(v_at), v_entry.verb, v_entry.actor_id,
      v_entry.actor_name, v_entry.on_behalf_of, v_entry.node, v_entry.public, v_entry.reason,
      coalesce(v_entry.data, '{}'), v_prev)::text, 'UTF8')), 'hex');
    insert into history (zone_id, object_kind, object_id, seq, at, verb, actor_id, actor_name, on_behalf_of, node,
        public, reason, data, prev_hash, hash)
      values (p_zone, v_entry.object_kind, v_object, v_seq, v_at, v_entry.verb, v_entry.actor_id, v_entry.actor_name,
        v_entry.on_behalf_of, v_entry.node, v_entry.public, v_entry.reason, coalesce(v_entry.data, '{}'), v_prev, v_hash);
    object_id := v_object;
    seq := v_seq;
    hash := v_hash;
    return next;
  end loop;
  update history_head h set seq = v_seq, hash = v_hash, sealed = false
    where h.zone_id = p_zone and h.object_id = v_object;
end $$;

-- Seals up to `p_limit` chains that moved since they were last sealed; gives the number of chains, 0 when none moved.
-- The lock of the seal's own head keeps the seals in one chain when several processes seal.
create function seal_history(p_zone text, p_at timestamptz, p_limit int) returns int language plpgsql as $$
declare
  v_heads jsonb;
  v_ids text[];
  v_seq bigint;
  v_prev text;
begin
  perform pg_advisory_xact_lock(hashtext('history_seal'), hashtext(p_zone));
  with moved as (
    select h.object_id, h.seq, h.hash from history_head h
    where h.zone_id = p_zone and not h.sealed order by h.object_id limit p_limit for update
  )
  select jsonb_agg(jsonb_build_array(object_id, seq, hash) order by object_id), array_agg(object_id)
    into v_heads, v_ids from moved;
  if v_heads is null then return 0; end if;
  select s.seq, s.hash into v_seq, v_prev from history_seal s where s.zone_id = p_zone order by s.seq desc limit 1;
  v_seq := coalesce(v_seq, 0) + 1;
  v_prev := coalesce(v_prev, repeat('0', 64));
  insert into history_seal (zone_id, seq, at, heads, prev_hash, hash)
    values (p_zone, v_seq, p_at, v_heads, v_prev, encode(sha256(convert_to(
      jsonb_build_array(p_zone, v_seq, history_instant(p_at), v_heads, v_prev)::text, 'UTF8')), 'hex'));
  update history_head h set sealed = true where h.zone_id = p_zone and h.object_id = any (v_ids);
  return cardinality(v_ids);
end $$;
