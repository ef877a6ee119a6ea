import { sql } from 'kysely'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { at, type Tx } from '@tingzhou/db'
import { clockwork } from '@tingzhou/parties'
import type { RecordDeps } from '@tingzhou/records'
import type { JobHandler } from '@tingzhou/timers'
import { noteAll } from '../record.ts'
import '../tables.ts'
import { tellFirms, tellOfficers, type FirmLine } from '../told.ts'

const batchRows = 500

/** After each midnight: what is no longer valid expires, and whose posting ends tomorrow is told. */
export const expiryJob = (deps: RecordDeps): JobHandler => ({
  kind: 'market.expire_postings',
  recurs: { dailyAt: '00:10' },
  run: async (tx) => {
    while ((await expirePostings(tx, deps)) === batchRows);
    while ((await warnOfEnds(tx, deps)) === batchRows);
  },
})

/** Lets up to 500 postings expire of which the last day is over. @returns how many. By index market_posting_ends; three statements. */
export async function expirePostings(tx: Tx, deps: RecordDeps): Promise<number> {
  const { zoneId, clock } = deps
  const { rows } = await sql<{ id: string; firmId: string; state: string }>`
    with due as (
      select id, state from market_posting
      where zone_id = ${zoneId} and state in ('draft', 'open', 'matched') and valid_to < ${localDateOf(clock())}::date
      order by valid_to, id limit ${batchRows} for update skip locked
    )
    update market_posting m set state = 'expired', rev = m.rev + 1, updated_at = ${at(clock())}::timestamptz, updated_by = ''
    from due where m.zone_id = ${zoneId} and m.id = due.id
    returning m.id, m.firm_id as "firmId", due.state`.execute(tx)
  await noteAll(
    tx,
    deps,
    clockwork,
    rows.map(({ id, firmId, state }) => ({
      objectKind: 'market_posting' as const,
      objectId: id,
      verb: 'expire',
      data: { changes: [{ field: 'state', from: state, to: 'expired' }] },
      to: [firmId],
    })),
  )
  return rows.length
}

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
