import { sql } from 'kysely'
import { addDays, localDateOf } from '@tingzhou/calendar'
import { at, type Tx } from '@tingzhou/db'
import { addNotices } from '@tingzhou/notices'
import type { JobHandler } from '@tingzhou/timers'
import '../texts.ts'
import type { CrossborderDeps } from '../record.ts'
import { inlandStates, type DocumentKind } from '../words.ts'
import '../tables.ts'

const batchRows = 500
/** A document that ended longer ago than this is no news. */
const lateDaysMax = 30

type Ending = {
  readonly shipmentId: string
  readonly number: string
  readonly kind: DocumentKind
  readonly validTo: string
  readonly accounts: readonly string[]
}

/** Each morning: warns of documents that end while their shipment has not crossed, each once at each of its days. */
export const morningJob = (deps: CrossborderDeps): JobHandler => ({
  kind: 'crossborder.morning',
  recurs: { dailyAt: '07:40' },
  run: async (tx) => {
    while ((await warnOfDocuments(tx, deps)) === batchRows);
  },
})

/**
 * Warns of up to 500 documents: the exporter's people, dispatchers, the audit. Days that went by unseen are marked with the nearest.
 * @returns documents
 * Source: own. Three statements; by export_document_end.
 */
export async function warnOfDocuments(tx: Tx, deps: CrossborderDeps): Promise<number> {
  const { zoneId } = deps
  const now = deps.clock()
  const today = localDateOf(now)
  const marked = await sql<{ documentId: string }>`
    with due as (
      select d.id, d.valid_to, r.warn_days
      from export_document d
      join export_shipment s on s.zone_id = d.zone_id and s.id = d.shipment_id
      join export_document_rule r on r.zone_id = d.zone_id and r.goods_class = s.goods_class and r.kind = d.kind
      where d.zone_id = ${zoneId} and d.state <> 'replaced' and s.state = any(${[...inlandStates]}::text[]) and s.crossed_at is null
        and d.valid_to between ${addDays(today, -lateDaysMax)}::date and ${addDays(today, 365)}::date
        and exists (
          select from unnest(r.warn_days) as w(days)
          where d.valid_to - ${today}::date <= w.days and not exists (
            select from export_document_warning x where x.zone_id = d.zone_id and x.document_id = d.id and x.days = w.days))
      order by d.valid_to, d.id
      limit ${batchRows}
      for update of d
    ), marked as (
      insert into export_document_warning (zone_id, document_id, days, warned_at)
      select ${zoneId}, due.id, w.days, ${at(now)}::timestamptz
      from due cross join unnest(due.warn_days) as w(days)
      where due.valid_to - ${today}::date <= w.days
      on conflict do nothing
      returning document_id
    )
    select distinct document_id as "documentId" from marked`.execute(tx)
  if (marked.rows.length === 0) return 0
  const ids = marked.rows.map(({ documentId }) => documentId)
  const endings = await readEndings(tx, zoneId, ids)
  await addNotices(
    tx,
    zoneId,
    endings.flatMap(({ shipmentId, number, kind, validTo, accounts }) =>
      accounts.map((accountId) => ({
        accountId,
        kind: 'crossborder.document_ends',
        needsMe: true,
        titleKey: `crossborder:${validTo < today ? 'document_over' : 'document_ends'}.${kind}`,
        params: { number, day: validTo },
        objectKind: 'export_shipment',
        objectId: shipmentId,
        link: `/export-shipments/${shipmentId}`,
        at: now,
      })),
    ),
  )
  return ids.length
}

/** The documents and everybody whom they concern. */
async function readEndings(tx: Tx, zoneId: string, ids: readonly string[]): Promise<readonly Ending[]> {
  const { rows } = await sql<Ending>`
    select s.id as "shipmentId", s.number, d.kind, d.valid_to::text as "validTo",
      coalesce((select array_agg(distinct m.account_id) from membership m where m.zone_id = ${zoneId} and m.until is null and (
        (m.role = 'enterprise' and m.party_id = s.exporter_id)
        or (m.role in ('freight_dispatcher', 'freight_audit') and m.party_id is null))), '{}') as accounts
    from export_document d join export_shipment s on s.zone_id = d.zone_id and s.id = d.shipment_id
    where d.zone_id = ${zoneId} and d.id = any(${[...ids]}::uuid[])`.execute(tx)
  return rows
}
