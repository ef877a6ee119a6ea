import { sql } from 'kysely'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { at, type Tx } from '@tingzhou/db'
import { clockwork } from '@tingzhou/parties'
import type { RecordDeps } from '@tingzhou/records'
import type { JobHandler } from '@tingzhou/timers'
import { openEnterprises } from '../firm.ts'
import { noteAll } from '../record.ts'
import '../tables.ts'
import { tellFirms, tellOfficers, type FirmLine } from '../told.ts'

const batchRows = 500

/**
 * After each midnight: what is no longer valid expires, what an enterprise that is closed by now had posted is taken back, and whose posting
 * ends tomorrow is told.
 */
export const expiryJob = (deps: RecordDeps): JobHandler => ({
  kind: 'market.expire_postings',
  recurs: { dailyAt: '00:10' },
  run: async (tx) => {
    while ((await expirePostings(tx, deps)) === batchRows);
    await takeBackOfClosed(tx, deps)
    while ((await warnOfEnds(tx, deps)) === batchRows);
  },
})

/** Lets up to 500 postings expire of which the last day is over. @returns how many. By index market_posting_ends; three statements. */
export async function expirePostings(tx: Tx, deps: RecordDeps): Promise<number> {
  const { zoneId, clock } = deps
  const { rows } = await sql<Changed>`
    with due as (
      select id, state from market_posting
      where zone_id = ${zoneId} and state in ('draft', 'open', 'matched') and valid_to < ${localDateOf(clock())}::date
      order by valid_to, id limit ${batchRows} for update skip locked
    )
    update market_posting m set state = 'expired', rev = m.rev + 1, updated_at = ${at(clock())}::timestamptz, updated_by = ''
    from due where m.zone_id = ${zoneId} and m.id = due.id
    returning m.id, m.firm_id as "firmId", due.state as "from", m.state as "to"`.execute(tx)
  await noteChanges(tx, deps, 'expire', rows)
  return rows.length
}

/**
 * Takes back what enterprises have posted that the register says are closed; of what deals have taken a part, the rest. What was agreed stands.
 * @returns postings
 * Three statements a 500 enterprises that have postings, and three more a 500 postings of closed ones; by index market_posting_firm.
 */
export async function takeBackOfClosed(tx: Tx, deps: RecordDeps): Promise<number> {
  const { zoneId } = deps
  let taken = 0
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const { rows } = await sql<{ id: string }>`
      select distinct firm_id as id from market_posting
      where zone_id = ${zoneId} and firm_id > ${after} and not firm_outside and state in ('draft', 'open', 'matched')
      order by firm_id limit ${batchRows}`.execute(tx)
    const ids = rows.map(({ id }) => id)
    const open = await openEnterprises(tx, zoneId, ids)
    const closed = ids.filter((id) => !open.has(id))
    if (closed.length > 0) taken += await takeBackOf(tx, deps, closed)
    const last = ids.at(-1)
    if (last === undefined || ids.length < batchRows) return taken
    after = last
  }
}

async function takeBackOf(tx: Tx, deps: RecordDeps, firmIds: readonly string[]): Promise<number> {
  const { zoneId, clock } = deps
  for (let taken = 0; ;) {
    // One that somebody is dealing with just now is taken back in the next night.
    const { rows } = await sql<Changed>`
      with due as (
        select id, state from market_posting
        where zone_id = ${zoneId} and firm_id = any(${firmIds}::text[]) and not firm_outside and state in ('draft', 'open', 'matched')
        order by id limit ${batchRows} for update skip locked
      )
      update market_posting m set state = case when m.reserved > 0 then 'closed' else 'withdrawn' end, rev = m.rev + 1,
        updated_at = ${at(clock())}::timestamptz, updated_by = ''
      from due where m.zone_id = ${zoneId} and m.id = due.id
      returning m.id, m.firm_id as "firmId", due.state as "from", m.state as "to"`.execute(tx)
    await noteChanges(tx, deps, 'take_back', rows)
    taken += rows.length
    if (rows.length < batchRows) return taken
  }
}

type Changed = { readonly id: string; readonly firmId: string; readonly from: string; readonly to: string }

const noteChanges = (tx: Tx, deps: RecordDeps, verb: string, rows: readonly Changed[]): Promise<void> =>
  noteAll(
    tx,
    deps,
    clockwork,
    rows.map(({ id, firmId, from, to }) => ({
      objectKind: 'market_posting' as const,
      objectId: id,
      verb,
      data: { changes: [{ field: 'state', from, to }] },
      to: [firmId],
    })),
  )

/**
 * Tells the people of up to 500 firms that a posting ends tomorrow, or today where the day before went by unseen; each end once. A firm outside
 * has the officers of the chains. @returns postings
 * By index market_posting_ends; five statements at most.
 */
export async function warnOfEnds(tx: Tx, deps: RecordDeps): Promise<number> {
  const { zoneId, clock } = deps
  const today = localDateOf(clock())
  const { rows } = await sql<Ending>`
    with due as (
      select id from market_posting
      where zone_id = ${zoneId} and state in ('draft', 'open', 'matched') and valid_to between ${today}::date and ${addDays(today, 1)}::date
        and warned_to is distinct from valid_to
      order by valid_to, id limit ${batchRows} for update skip locked
    )
    update market_posting m set warned_to = m.valid_to from due where m.zone_id = ${zoneId} and m.id = due.id
    returning m.id, m.number, m.valid_to::text as "validTo", m.firm_id as "firmId", m.firm_outside as "isOutside"`.execute(
    tx,
  )
  const lines = rows.map((row) => ({ ...lineOf(row), isOutside: row.isOutside }))
  await tellFirms(
    tx,
    deps,
    lines.filter(({ isOutside }) => !isOutside),
  )
  await tellOfficers(tx, deps, ...lines.filter(({ isOutside }) => isOutside))
  return rows.length
}

type Ending = {
  readonly id: string
  readonly number: string
  readonly validTo: string
  readonly firmId: string
  readonly isOutside: boolean
}

const lineOf = ({ id, number, validTo, firmId }: Ending): FirmLine => ({
  text: 'posting_ends',
  needsMe: true,
  firmId,
  params: { number, day: validTo },
  objectKind: 'market_posting',
  objectId: id,
  path: `/market-postings/${id}`,
})
