import { sql } from 'kysely'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { at, type Tx } from '@tingzhou/db'
import { addNotices, type NewNotice } from '@tingzhou/notices'
import type { JobHandler } from '@tingzhou/timers'
import { letGoOfDrivers, lettingGoMax } from './driving.ts'
import type { FreightDeps } from './record.ts'
import type { Subject } from './words.ts'
import './texts.ts'

const batchRows = 1_000
/** A paper that ended longer ago than this is no news: it was over when it was entered, or the platform stood still. */
const lateDaysMax = 30

type Ending = {
  readonly paperId: string
  readonly subject: Subject
  readonly subjectId: string
  readonly name: string
  readonly kind: string
  readonly validTo: string
  readonly accounts: readonly string[]
}

/**
 * Each morning: warns of papers that end, each paper once at each of its days, and lets carriers go of drivers who no longer drive
 * for them. All in the transaction that takes the job, so that a kill repeats nothing and loses nothing.
 */
export const morningJob = (deps: FreightDeps): JobHandler => ({
  kind: 'freight.morning',
  recurs: { dailyAt: '07:30' },
  run: async (tx) => {
    while ((await warnOfPapers(tx, deps)) === batchRows);
    while ((await letGoOfDrivers(tx, deps)) === lettingGoMax);
  },
})

/**
 * Warns of up to 1,000 papers: the platform's dispatchers and audit, the people of the carriers, the driver. A paper that has been
 * renewed, so that a later one of its kind covers on, warns nobody. Days that went by unseen are marked with the nearest one.
 * @returns papers
 * Source: own. Three statements; by freight_paper_end.
 */
export async function warnOfPapers(tx: Tx, deps: FreightDeps): Promise<number> {
  const { zoneId } = deps
  const now = deps.clock()
  const today = localDateOf(now)
  const marked = await sql<{ paperId: string }>`
    with due as (
      select p.id, k.warn_days
      from freight_paper p
      join freight_paper_kind k on k.zone_id = p.zone_id and k.code = p.kind
      where p.zone_id = ${zoneId} and p.state = 'kept'
        and p.valid_to between ${addDays(today, -lateDaysMax)}::date and ${addDays(today, 365)}::date
        and not exists (
          select from freight_paper later
          where later.zone_id = p.zone_id and later.subject_id = p.subject_id and later.kind = p.kind and later.state = 'kept'
            and (later.valid_to, later.id) > (p.valid_to, p.id))
        and exists (
          select from unnest(k.warn_days) as d(days)
          where p.valid_to - ${today}::date <= d.days and not exists (
            select from freight_paper_warning w where w.zone_id = p.zone_id and w.paper_id = p.id and w.days = d.days))
      order by p.valid_to, p.id
      limit ${batchRows}
      for update of p
    ), marked as (
      insert into freight_paper_warning (zone_id, paper_id, days, warned_at)
      select ${zoneId}, p.id, d.days, ${at(now)}::timestamptz
      from due join freight_paper p on p.zone_id = ${zoneId} and p.id = due.id
      cross join unnest(due.warn_days) as d(days)
      where p.valid_to - ${today}::date <= d.days
      on conflict do nothing
      returning paper_id
    )
    select distinct paper_id as "paperId" from marked`.execute(tx)
  if (marked.rows.length === 0) return 0
  const endings = await readEndings(
    tx,
    zoneId,
    marked.rows.map(({ paperId }) => paperId),
    today,
  )
  await addNotices(
    tx,
    zoneId,
    endings.flatMap((ending) => noticesOf(ending, today, now)),
  )
  return marked.rows.length
}

/** The papers and everybody whom they concern. */
async function readEndings(
  tx: Tx,
  zoneId: string,
  paperIds: readonly string[],
  today: string,
): Promise<readonly Ending[]> {
  const answer = await sql<Ending>`
    with paper as (
      select p.id, p.subject, p.subject_id, p.kind, p.valid_to from freight_paper p
      where p.zone_id = ${zoneId} and p.id = any(${[...paperIds]}::text[])
    ), concerned as (
      select p.id as paper_id, p.subject_id as carrier_id from paper p where p.subject = 'carrier'
      union
      select p.id, v.carrier_id from paper p
      join freight_vehicle v on v.zone_id = ${zoneId} and v.id = p.subject_id where p.subject = 'vehicle'
      union
      select p.id, g.carrier_id from paper p
      join freight_driving g on g.zone_id = ${zoneId} and g.driver_id = p.subject_id
        and (g.valid_to is null or g.valid_to >= ${today}::date)
      where p.subject = 'driver'
    ), listener as (
      select c.paper_id, m.account_id from concerned c
      join membership m on m.zone_id = ${zoneId} and m.party_id = c.carrier_id and m.role = 'carrier' and m.until is null
      union
      select p.id, d.account_id from paper p
      join freight_driver d on d.zone_id = ${zoneId} and d.id = p.subject_id and d.account_id is not null
      where p.subject = 'driver'
      union
      select p.id, m.account_id from paper p
      join membership m on m.zone_id = ${zoneId} and m.party_id is null and m.role in ('freight_dispatcher', 'freight_audit')
        and m.until is null
    )
    select p.id as "paperId", p.subject, p.subject_id as "subjectId", p.kind, p.valid_to::text as "validTo",
      coalesce(c.name, d.name, v.plate) as name,
      coalesce((select array_agg(l.account_id) from listener l where l.paper_id = p.id), '{}') as accounts
    from paper p
    left join freight_carrier c on c.zone_id = ${zoneId} and c.id = p.subject_id
    left join freight_driver d on d.zone_id = ${zoneId} and d.id = p.subject_id
    left join freight_vehicle v on v.zone_id = ${zoneId} and v.id = p.subject_id
    where coalesce(c.state, d.state, v.state) = 'open'`.execute(tx)
  return answer.rows
}

const noticesOf = (ending: Ending, today: string, now: NewNotice['at']): readonly NewNotice[] =>
  ending.accounts.map((accountId) => ({
    accountId,
    kind: 'freight.paper_ends',
    needsMe: true,
    titleKey: `freight:${ending.validTo < today ? 'over' : 'ends'}.${ending.kind}`,
    params: { name: ending.name, day: ending.validTo },
    objectKind: `freight_${ending.subject}`,
    objectId: ending.subjectId,
    link: `/freight-${ending.subject}s/${ending.subjectId}`,
    at: now,
  }))
