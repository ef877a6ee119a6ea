-- Double entry: what moves from one account to another. Transfers are never changed or removed; what an account shows is
-- their sum, kept with it so that a limit costs one look.
create table ledger_book (
  zone_id text not null,
  id uuid not null,
  key text not null check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
  name jsonb not null,
  -- Nothing is booked on this day or before it.
  closed_until date,
  primary key (zone_id, id),
  unique (zone_id, key)
);

-- An account has one unit and a side on which it grows. Amounts are whole numbers of the unit's smallest part, exact in a double.
create table ledger_account (
  zone_id text not null,
  id uuid not null,
  book_id uuid not null,
  code text not null check (code ~ '^[a-z0-9][a-z0-9_.-]{0,59}$'),
  name jsonb not null,
  -- Whose it is and what it is about; empty: nobody's, nothing.
  party_id text not null,
  subject_kind text not null,
  subject_id text not null,
  unit text not null check (unit ~ '^[A-Za-z][A-Za-z0-9_]{0,11}$'),
  side text not null check (side in ('debit', 'credit')),
  -- The least that must be available; null: it may go anywhere.
  least bigint check (abs(least) <= 9007199254740991),
  debits bigint not null default 0 check (debits between 0 and 9007199254740991),
  credits bigint not null default 0 check (credits between 0 and 9007199254740991),
  debits_pending bigint not null default 0 check (debits_pending between 0 and 9007199254740991),
  credits_pending bigint not null default 0 check (credits_pending between 0 and 9007199254740991),
  opened_at timestamptz not null,
  closed_at timestamptz,
  primary key (zone_id, id),
  foreign key (zone_id, book_id) references ledger_book (zone_id, id),
  unique (zone_id, book_id, unit, id),
  constraint ledger_account_is unique (zone_id, book_id, code, unit, party_id, subject_kind, subject_id),
  check ((subject_kind = '') = (subject_id = '')),
  constraint ledger_account_least check (
    least is null or case side when 'debit' then debits - credits - credits_pending else credits - debits - debits_pending end >= least
  )
) with (fillfactor = 50);
create index ledger_account_party on ledger_account (zone_id, party_id, book_id, code) where party_id <> '';
create index ledger_account_subject on ledger_account (zone_id, subject_kind, subject_id) where subject_kind <> '';

-- A journal: transfers that were booked together, for one reason.
create table ledger_journal (
  zone_id text not null,
  id uuid not null,
  book_id uuid not null,
  on_day date not null,
  at timestamptz not null,
  kind text not null check (kind ~ '^[a-z][a-z0-9_]{0,39}$'),
  source_kind text,
  source_id text,
  reason text,
  actor_id text not null,
  actor_name text not null,
  lines jsonb not null,
  primary key (zone_id, id)
);
create index ledger_journal_source on ledger_journal (zone_id, source_kind, source_id) where source_kind is not null;

create table ledger_transfer (
  zone_id text not null,
  journal_id uuid not null,
  line smallint not null check (line > 0),
  seq bigint generated always as identity,
  book_id uuid not null,
  on_day date not null,
  -- pending: set aside; settled, voided, expired: what became of one that was set aside.
  kind text not null check (kind in ('posted', 'pending', 'settled', 'voided', 'expired')),
  debit_id uuid not null,
  credit_id uuid not null,
  unit text not null,
  amount bigint not null check (amount between 1 and 9007199254740991),
  of_journal uuid,
  of_line smallint,
  -- What had been set aside and is so no longer: the whole of it, whatever part of it was booked.
  released bigint not null default 0,
  expires_at timestamptz,
  primary key (zone_id, journal_id, line),
  foreign key (zone_id, journal_id) references ledger_journal (zone_id, id),
  -- Both accounts are of the journal's book and of one unit.
  constraint ledger_transfer_debit_fits foreign key (zone_id, book_id, unit, debit_id) references ledger_account (zone_id, book_id, unit, id),
  constraint ledger_transfer_credit_fits foreign key (zone_id, book_id, unit, credit_id) references ledger_account (zone_id, book_id, unit, id),
  constraint ledger_transfer_two check (debit_id <> credit_id),
  check ((kind in ('settled', 'voided', 'expired')) = (of_journal is not null and of_line is not null)),
  check (case when of_journal is null then released = 0 else released >= amount end),
  check (expires_at is null or kind = 'pending')
);
-- What was set aside is resolved once.
create unique index ledger_transfer_of on ledger_transfer (zone_id, of_journal, of_line) where of_journal is not null;
-- Statements and balances of a day read one account by its days.
create index ledger_transfer_debit on ledger_transfer (zone_id, debit_id, on_day, seq) include (amount, kind) where kind in ('posted', 'settled');
create index ledger_transfer_credit on ledger_transfer (zone_id, credit_id, on_day, seq) include (amount, kind) where kind in ('posted', 'settled');

-- What is set aside at this moment; gone when it is resolved.
create table ledger_hold (
  zone_id text not null,
  journal_id uuid not null,
  line smallint not null,
  debit_id uuid not null,
  credit_id uuid not null,
  amount bigint not null,
  expires_at timestamptz,
  primary key (zone_id, journal_id, line)
);
create index ledger_hold_expiry on ledger_hold (zone_id, expires_at) where expires_at is not null;
create index ledger_hold_debit on ledger_hold (zone_id, debit_id);
create index ledger_hold_credit on ledger_hold (zone_id, credit_id);

-- What every account came to when a period was closed: sums of the transfers up to and on the day.
create table ledger_closing (
  zone_id text not null,
  account_id uuid not null,
  until date not null,
  debits bigint not null,
  credits bigint not null,
  primary key (zone_id, account_id, until)
);
create table ledger_period (
  zone_id text not null,
  book_id uuid not null,
  until date not null,
  at timestamptz not null,
  actor_id text not null,
  actor_name text not null,
  transfers bigint not null,
  -- Of the transfers of the period, in their order, and of the period before.
  sha256 text not null,
  primary key (zone_id, book_id, until)
);

create trigger ledger_journal_append_only before update or delete or truncate on ledger_journal
  for each statement execute function forbid_change();
create trigger ledger_transfer_append_only before update or delete or truncate on ledger_transfer
  for each statement execute function forbid_change();
create trigger ledger_closing_append_only before update or delete or truncate on ledger_closing
  for each statement execute function forbid_change();
create trigger ledger_period_append_only before update or delete or truncate on ledger_period
  for each statement execute function forbid_change();

-- Who an account is, and in what it counts, never changes.
create function ledger_account_stays() returns trigger language plpgsql as $$
begin
  raise exception 'account % keeps its book, code, unit, side and owner', old.id using errcode = 'restrict_violation';
end $$;
create trigger ledger_account_stays before update on ledger_account for each row
  when (row (old.id, old.book_id, old.code, old.unit, old.side, old.party_id, old.subject_kind, old.subject_id)
    is distinct from row (new.id, new.book_id, new.code, new.unit, new.side, new.party_id, new.subject_kind, new.subject_id))
  execute function ledger_account_stays();
create trigger ledger_account_kept before delete or truncate on ledger_account
  for each statement execute function forbid_change();

create function ledger_lock(p_zone text, p_book uuid) returns bigint language sql immutable parallel safe as
$$ select hashtextextended('ledger_book ' || p_zone || ' ' || p_book::text, 0) $$;

-- Why a journal was refused: the first line that does not fit, else the account that it would take too far.
create function ledger_why(p_zone text, p_book uuid, p_at timestamptz, p_lines jsonb, p_account uuid, p_rule text) returns jsonb
language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_line record;
  v_account ledger_account;
begin
  for v_line in
    select e.place, e.kind, e.amount, e.journal, e.line, h.amount as pending, h.expires_at, d.id as debit_id, c.id as credit_id,
      coalesce(h.debit_id, e.debit) as debit, coalesce(h.credit_id, e.credit) as credit, d.unit as debit_unit, c.unit as credit_unit,
      count(*) over (partition by e.journal, e.line order by e.place) as times
    from rows from (jsonb_to_recordset(p_lines) as (
      kind text, debit uuid, credit uuid, amount bigint, journal uuid, line smallint)) with ordinality as e(
      kind, debit, credit, amount, journal, line, place)
    left join ledger_hold h on h.zone_id = p_zone and h.journal_id = e.journal and h.line = e.line
    left join ledger_account d on d.zone_id = p_zone and d.book_id = p_book and d.id = coalesce(h.debit_id, e.debit) and d.closed_at is null
    left join ledger_account c on c.zone_id = p_zone and c.book_id = p_book and c.id = coalesce(h.credit_id, e.credit) and c.closed_at is null
    order by e.place
  loop
    if v_line.journal is not null and v_line.pending is null then
      return jsonb_build_object('line', v_line.place, 'refused', case when exists (select from ledger_transfer t where t.zone_id = p_zone
        and t.journal_id = v_line.journal and t.line = v_line.line and t.kind = 'pending') then 'pending_over' else 'pending_unknown' end);
    elsif v_line.debit_id is null or v_line.credit_id is null then
      return jsonb_build_object('refused', 'account_unknown', 'line', v_line.place, 'account',
        case when v_line.debit_id is null then v_line.debit else v_line.credit end);
    elsif v_line.debit_id = v_line.credit_id then
      return jsonb_build_object('refused', 'same_account', 'line', v_line.place, 'account', v_line.debit_id);
    elsif v_line.debit_unit <> v_line.credit_unit then
      return jsonb_build_object('refused', 'units_differ', 'line', v_line.place, 'debit', v_line.debit_unit, 'credit', v_line.credit_unit);
    elsif v_line.pending is not null and (v_line.times > 1 or (v_line.kind = 'expired') = coalesce(v_line.expires_at > p_at, true)) then
      return jsonb_build_object('refused', 'pending_over', 'line', v_line.place);
    elsif v_line.amount > v_line.pending then
      return jsonb_build_object('refused', 'above_pending', 'line', v_line.place, 'amount', v_line.amount, 'pending', v_line.pending);
    end if;
  end loop;
  select a.* into v_account from ledger_account a where a.zone_id = p_zone and a.id = p_account;
  if p_rule = 'ledger_account_least' then
    return jsonb_build_object('refused', 'below_least', 'account', v_account.id, 'code', v_account.code, 'unit', v_account.unit,
      'least', v_account.least, 'available', case v_account.side when 'debit' then v_account.debits - v_account.credits - v_account.credits_pending
        else v_account.credits - v_account.debits - v_account.debits_pending end);
  elsif v_account.id is not null then
    return jsonb_build_object('refused', 'above_range', 'account', v_account.id, 'code', v_account.code);
  end if;
  raise exception 'a journal breaks %', p_rule using errcode = 'check_violation';
end $$;

-- Books a journal, or says why not and changes nothing. Answers {"ok": true, "repeated": …} or {"refused": …} with what is wrong.
-- Lines: {kind, debit, credit, amount, until} of new transfers, {kind, journal, line, amount} of those that were set aside.
-- Order of locks: the id of the journal, the book (shared), the accounts by their ids; whoever resolves the same transfer waits there.
-- Every statement goes by a key, row by row; the other ways are off because a plan made on an empty table would live on.
create function ledger_post(
  p_zone text, p_id uuid, p_book text, p_day date, p_at timestamptz, p_kind text, p_source_kind text, p_source_id text,
  p_reason text, p_actor text, p_name text, p_lines jsonb
) returns jsonb language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_book ledger_book;
  v_known ledger_journal;
  v_count int;
  v_line record;
  v_account record;
  v_id uuid;
  v_rule text;
begin
  perform pg_advisory_xact_lock(hashtextextended('ledger_journal ' || p_zone || ' ' || p_id::text, 0));
  select b.* into v_book from ledger_book b where b.zone_id = p_zone and b.key = p_book;
  if not found then return '{"refused": "book_unknown"}'; end if;
  select j.* into v_known from ledger_journal j where j.zone_id = p_zone and j.id = p_id;
  if found then
    if (v_known.book_id, v_known.on_day, v_known.kind, v_known.lines) = (v_book.id, p_day, p_kind, p_lines)
      and (v_known.source_kind, v_known.source_id) is not distinct from (p_source_kind, p_source_id)
    then return '{"ok": true, "repeated": true}'; end if;
    return '{"refused": "journal_differs"}';
  end if;
  perform pg_advisory_xact_lock_shared(ledger_lock(p_zone, v_book.id));
  -- Read again under the lock: whoever closes a period holds it alone.
  select b.closed_until into v_book.closed_until from ledger_book b where b.zone_id = p_zone and b.id = v_book.id;
  if p_day <= v_book.closed_until then
    return jsonb_build_object('refused', 'period_closed', 'until', v_book.closed_until);
  end if;
  begin
    insert into ledger_journal (zone_id, id, book_id, on_day, at, kind, source_kind, source_id, reason, actor_id, actor_name, lines)
      values (p_zone, p_id, v_book.id, p_day, p_at, p_kind, p_source_kind, p_source_id, p_reason, p_actor, p_name, p_lines);
    insert into ledger_transfer (zone_id, journal_id, line, book_id, on_day, kind, debit_id, credit_id, unit, amount, of_journal, of_line,
        released, expires_at)
      select p_zone, p_id, e.place, v_book.id, p_day, e.kind, coalesce(h.debit_id, e.debit), coalesce(h.credit_id, e.credit), a.unit,
        coalesce(e.amount, h.amount), e.journal, e.line, coalesce(h.amount, 0), to_timestamp(e.until / 1000)
      from rows from (jsonb_to_recordset(p_lines) as (
        kind text, debit uuid, credit uuid, amount bigint, until float8, journal uuid, line smallint)) with ordinality as e(
        kind, debit, credit, amount, until, journal, line, place)
      left join ledger_hold h on h.zone_id = p_zone and h.journal_id = e.journal and h.line = e.line
      join ledger_account a on a.zone_id = p_zone and a.id = coalesce(h.debit_id, e.debit)
      order by e.place;
    get diagnostics v_count = row_count;
    if v_count < jsonb_array_length(p_lines) then raise exception 'unfit' using errcode = 'LG002'; end if;
    for v_account in
      select m.id, sum(m.debits) as debits, sum(m.credits) as credits, sum(m.debits_pending) as debits_pending,
        sum(m.credits_pending) as credits_pending
      from ledger_transfer t
      cross join lateral (select case when t.kind in ('posted', 'settled') then t.amount else 0 end,
        case when t.kind = 'pending' then t.amount else -t.released end) x (done, pending)
      cross join lateral (values (t.debit_id, x.done, 0, x.pending, 0), (t.credit_id, 0, x.done, 0, x.pending))
        m (id, debits, credits, debits_pending, credits_pending)
      where t.zone_id = p_zone and t.journal_id = p_id
      group by m.id order by m.id
    loop
      v_id := v_account.id;
      update ledger_account a set debits = a.debits + v_account.debits, credits = a.credits + v_account.credits,
        debits_pending = a.debits_pending + v_account.debits_pending, credits_pending = a.credits_pending + v_account.credits_pending
        where a.zone_id = p_zone and a.id = v_account.id and a.closed_at is null;
      if not found then raise exception 'unfit' using errcode = 'LG002'; end if;
    end loop;
    for v_line in
      select t.line, t.kind, t.debit_id, t.credit_id, t.amount, t.of_journal, t.of_line, t.expires_at from ledger_transfer t
      where t.zone_id = p_zone and t.journal_id = p_id and t.kind <> 'posted' order by t.line
    loop
      if v_line.kind = 'pending' then
        insert into ledger_hold (zone_id, journal_id, line, debit_id, credit_id, amount, expires_at)
          values (p_zone, p_id, v_line.line, v_line.debit_id, v_line.credit_id, v_line.amount, v_line.expires_at);
      else
        -- Whoever was first has its accounts; now that they are ours it is gone, or still there.
        delete from ledger_hold h where h.zone_id = p_zone and h.journal_id = v_line.of_journal and h.line = v_line.of_line
          and (v_line.kind = 'expired') = coalesce(h.expires_at <= p_at, false);
        if not found then raise exception 'unfit' using errcode = 'LG002'; end if;
      end if;
    end loop;
    return '{"ok": true, "repeated": false}';
  exception
    -- What a constraint says no to is undone to here, and said by its name.
    when sqlstate 'LG002' or foreign_key_violation or unique_violation or check_violation or not_null_violation then
      get stacked diagnostics v_rule = constraint_name;
  end;
  return ledger_why(p_zone, v_book.id, p_at, p_lines, v_id, v_rule);
end $$;
