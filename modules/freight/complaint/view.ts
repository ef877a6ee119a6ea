import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { offerMoves, type CaseDeps } from '@tingzhou/casework'
import { at } from '@tingzhou/db'
import { listFiles } from '@tingzhou/files'
import { keysetPage } from '@tingzhou/http'
import type { EpochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type * as z from 'zod'
import '../reach.ts'
import { waybillMovable } from '../waybill/moves.ts'
import { standOf as waybillStandOf } from '../waybill/stand.ts'
import type { complaintContract } from './complaint-contract.ts'
import { complaintMovable } from './moves.ts'
import { isOnlyOther, standOf } from './stand.ts'
import './tables.ts'
import { statementsMax, type ComplaintSide, type ComplaintState } from './words.ts'

export type Reader = { readonly deps: CaseDeps; readonly actor: Actor }

type Wish = {
  readonly state?: readonly ComplaintState[] | undefined
  readonly kind?: string | undefined
  readonly waybillId?: string | undefined
  readonly overdue?: boolean | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}
type Detail = z.infer<NonNullable<(typeof complaintContract.get)['~orpc']['outputSchema']>>

/** States in which the platform is to act. */
const platforms: readonly ComplaintState[] = ['opened', 'accepted', 'reviewing']
const agreed = (who: ComplaintSide) => sql`w.agreement -> ${sql.lit(who)} ->> 'name'`

/** Every complaint that the reader may see; with the name of who complains, from the waybill or the register of parties. */
function readable({ deps: { db, zoneId }, actor }: Reader) {
  return db
    .selectFrom('freight_complaint as c')
    .leftJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 'c.zone_id').onRef('w.id', '=', 'c.waybill_id'),
    )
    .where('c.zone_id', '=', zoneId)
    .where(reaches(actor, 'freight_complaint', { zoneId, objectId: sql.ref('c.id') }))
}

const shown = (query: ReturnType<typeof readable>) =>
  query.selectAll('c').select([
    'w.number as waybillNumber',
    sql<string>`coalesce(case c.side when 'shipper' then ${agreed('shipper')} when 'consignee' then ${agreed('consignee')}
      when 'carrier' then ${agreed('carrier')} else ${agreed('driver')} end,
      (select p.name from party p where p.zone_id = c.zone_id and p.id = c.party_id), c.complainer_name)`.as(
      'partyName',
    ),
    sql<string | null>`case when c.about = 'side' then case when c.side in ('shipper', 'consignee')
      then ${agreed('carrier')} else ${agreed('shipper')} end end`.as('againstName'),
  ])
type Shown = Awaited<ReturnType<ReturnType<typeof shown>['execute']>>[number]

function toRow(row: Shown, now: EpochMs) {
  const { due_at: dueAt, waybill_id: waybillId } = row
  return {
    id: row.id,
    number: row.number,
    state: row.state,
    rev: row.rev,
    kind: row.kind,
    about: row.about,
    side: row.side,
    party: { id: row.party_id, name: row.partyName },
    waybill: waybillId === null ? null : { id: waybillId, number: row.waybillNumber ?? '' },
    words: row.words,
    dueAt,
    overdue: dueAt !== null && dueAt <= now && platforms.includes(row.state),
    escalatedAt: row.escalated_at,
    endedHow: row.ended_how,
    createdAt: row.created_at,
    closedAt: row.closed_at,
    synthetic: row.synthetic,
  }
}

/** Counting further would take longer than anybody waits. */
const totalMax = 1_000

/** One page of the complaints within reach, the latest first; by freight_complaint_list, freight_complaint_waybill or freight_complaint_due. Two statements. */
export async function listComplaints(reader: Reader, wish: Wish) {
  const now = reader.deps.clock()
  let query = readable(reader)
  if (wish.state && wish.state.length > 0) query = query.where('c.state', 'in', [...wish.state])
  if (wish.kind) query = query.where('c.kind', '=', wish.kind)
  if (wish.waybillId) query = query.where('c.waybill_id', '=', wish.waybillId)
  if (wish.overdue)
    query = query
      .where('c.closed_at', 'is', null)
      .where('c.state', 'in', [...platforms])
      .where(sql<boolean>`c.due_at <= ${at(now)}::timestamptz`)
  if (wish.q) query = query.where('c.number', '=', wish.q.toUpperCase())
  const page = await keysetPage(
    shown(query),
    [
      { ref: sql.ref('c.created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
      { ref: sql.ref('c.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const counted = await reader.deps.db
    .selectFrom(
      query
        .select(sql<number>`1`.as('one'))
        .limit(totalMax + 1)
        .as('some'),
    )
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirst()
  const total = counted?.n ?? 0
  return {
    rows: page.rows.map((row) => toRow(row, now)),
    next: page.next,
    total: total > totalMax ? null : total,
  }
}

/** One complaint with what either side said; null when it is out of reach. Four statements. */
export async function findComplaint(reader: Reader, id: string): Promise<Detail | null> {
  const row = await shown(readable(reader)).where('c.id', '=', id).executeTakeFirst()
  if (!row) return null
  const { deps, actor } = reader
  const { db, zoneId } = deps
  const stand = standOf(actor, row)
  const hidden = isOnlyOther(stand)
  const statements = await db
    .selectFrom('freight_complaint_statement')
    .select(['seq', 'by_complainer as byComplainer', 'author_name as author', 'words', 'said_at as at'])
    .where('zone_id', '=', zoneId)
    .where('complaint_id', '=', id)
    .orderBy('seq')
    .limit(statementsMax)
    .execute()
  const files = await listFiles(db, zoneId, [id])
  return {
    ...toRow(row, deps.clock()),
    isMine: stand.complainer,
    contact: hidden ? null : row.contact,
    against: row.againstName,
    answer: row.answer,
    answeredBy: row.answered_name,
    answeredAt: row.answered_at,
    reply: row.reply,
    decision: row.decision,
    decisionWords: row.decision_words,
    decidedBy: row.decided_name,
    statements: statements.map((one) => (hidden && one.byComplainer ? { ...one, author: '' } : one)),
    files: (files.get(id) ?? []).map(({ id: fileId, name, mediaType }) => ({ id: fileId, name, mediaType })),
    mayDispute: await mayDispute(reader, row.waybill_id),
    moves: offerMoves(complaintMovable, stand, row),
  }
}

/** Whether the reader may dispute the waybill now. One statement at most, by primary key. */
async function mayDispute({ deps: { db, zoneId }, actor }: Reader, waybillId: string | null): Promise<boolean> {
  if (waybillId === null) return false
  const row = await db
    .selectFrom('freight_waybill')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', waybillId)
    .executeTakeFirst()
  if (!row) return false
  return offerMoves(waybillMovable, waybillStandOf(actor, row), row).some(
    ({ move, allowed }) => move === 'dispute' && allowed,
  )
}

// What is done in the name of a side; who of the other side stated something stands beside the statement.
const sidesVerbs: readonly string[] = ['open', 'content', 'not_content', 'withdraw', 'state']

/** How somebody reads a complaint's history: the other side without who of the sides it was. Null: out of reach. One statement. */
export async function findReading(
  reader: Reader,
  id: string,
): Promise<{ readonly hides: (verb: string) => boolean } | null> {
  const row = await readable(reader).selectAll('c').where('c.id', '=', id).executeTakeFirst()
  if (!row) return null
  const hidden = isOnlyOther(standOf(reader.actor, row))
  return { hides: (verb) => hidden && sidesVerbs.includes(verb) }
}
