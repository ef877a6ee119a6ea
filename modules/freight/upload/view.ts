import { sql } from 'kysely'
import { escapeLike } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import type { Lang } from '@tingzhou/parties'
import type * as z from 'zod'
import type { Reader } from '../papers-view.ts'
import { shownFaults, shownFields } from './masked.ts'
import { readsUploads } from './reach.ts'
import { sourcesOf } from './sources.ts'
import './tables.ts'
import type { uploadContract } from './upload-contract.ts'
import { uploadStates, type UploadKind, type UploadState } from './words.ts'

type Outputs = {
  [K in keyof typeof uploadContract]: z.infer<NonNullable<(typeof uploadContract)[K]['~orpc']['outputSchema']>>
}
type Row = Outputs['list']['rows'][number]

type Wish = {
  readonly kind?: UploadKind | undefined
  readonly state?: readonly UploadState[] | undefined
  readonly waybillId?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** What somebody reads: everything, or nothing. */
const readable = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('freight_upload as u')
    .where('u.zone_id', '=', zoneId)
    .where(sql<boolean>`${readsUploads(actor)}::boolean`)

const columns = [
  'u.id',
  'u.kind',
  'u.subject_id',
  'u.title',
  'u.waybill_id',
  'u.state',
  'u.sum_fen',
  'u.attempts',
  'u.try_at',
  'u.answer_code',
  'u.answer_text',
  'u.refused_by',
  'u.faults',
  'u.needs',
  'u.created_at',
  'u.sent_at',
  'u.accepted_at',
  'u.why',
  'u.ended_by',
  'u.synthetic',
  'u.rev',
] as const

const selectRows = (reader: Reader) => readable(reader).select(columns)
type Selected = Awaited<ReturnType<ReturnType<typeof selectRows>['execute']>>[number]

/** More than this is not counted. */
const totalMax = 1_000

/** A page of uploads, the latest first. Three statements. */
export async function listUploads(reader: Reader, lang: Lang, wish: Wish): Promise<Outputs['list']> {
  let query = readable(reader)
  if (wish.kind) query = query.where('u.kind', '=', wish.kind)
  if (wish.state && wish.state.length > 0) query = query.where('u.state', 'in', [...wish.state])
  if (wish.waybillId) query = query.where('u.waybill_id', '=', wish.waybillId)
  if (wish.q) query = query.where('u.title', 'like', `${escapeLike(wish.q)}%`)
  if (wish.from)
    query = query.where(sql<boolean>`u.created_at >= ${wish.from}::date::timestamp at time zone 'Asia/Shanghai'`)
  if (wish.to)
    query = query.where(sql<boolean>`u.created_at < (${wish.to}::date + 1)::timestamp at time zone 'Asia/Shanghai'`)
  const page = await keysetPage(
    query.select(columns),
    [
      { ref: sql.ref('u.created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
      { ref: sql.ref('u.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const some = query.select(sql<number>`1`.as('one')).limit(totalMax + 1)
  const counted = await reader.deps.db
    .selectFrom(some.as('some'))
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return {
    rows: await shown(reader, lang, page.rows),
    next: page.next,
    total: counted.n > totalMax ? null : counted.n,
  }
}

async function shown(reader: Reader, lang: Lang, rows: readonly Selected[]): Promise<Row[]> {
  const waiting = rows.filter(({ state }) => state === 'waiting')
  const waits = await waitsOf(reader, [...new Set(waiting.flatMap(({ needs }) => needs))])
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    subjectId: row.subject_id,
    title: row.title,
    waybillId: row.waybill_id,
    state: row.state,
    sumFen: row.sum_fen,
    attempts: row.attempts,
    tryAt: row.try_at,
    answerCode: row.answer_code,
    answerText: row.answer_text,
    refusedBy: row.refused_by,
    faults: shownFaults(lang, row.kind, row.faults),
    waitsFor: row.state === 'waiting' ? row.needs.flatMap((need) => waits.get(need) ?? []) : [],
    createdAt: row.created_at,
    sentAt: row.sent_at,
    acceptedAt: row.accepted_at,
    why: row.why,
    endedBy: row.ended_by,
    synthetic: row.synthetic,
    rev: row.rev,
  }))
}

/** Of what is needed, that which is not accepted, in its latest row. One statement; by freight_upload_subject. */
async function waitsOf({ deps: { db, zoneId } }: Reader, needs: readonly string[]) {
  if (needs.length === 0) return new Map<string, Row['waitsFor']>()
  const { rows } = await sql<{
    readonly need: string
    readonly kind: UploadKind
    readonly title: string | null
    readonly state: UploadState | null
  }>`select n.need, split_part(n.need, ':', 1) as kind, u.title, u.state
    from unnest(${[...needs]}::text[]) as n(need)
    left join lateral (
      select o.title, o.state from freight_upload o where o.zone_id = ${zoneId} and o.kind = split_part(n.need, ':', 1)
        and o.subject_id = split_part(n.need, ':', 2) and o.state <> 'replaced'
      order by o.created_at desc, o.id desc limit 1
    ) u on true
    where u.state is distinct from 'accepted'`.execute(db)
  return new Map(rows.map(({ need, kind, title, state }) => [need, [{ kind, title: title ?? '', state }]]))
}

/** How many are where, each state counted up to 1,000. One statement; by freight_upload_state. */
export async function countStates({ deps: { db, zoneId }, actor }: Reader) {
  if (!readsUploads(actor)) return []
  const { rows } = await sql<{ readonly state: UploadState; readonly count: number }>`select s.state, (
      select count(*)::integer from (
        select from freight_upload u where u.zone_id = ${zoneId} and u.state = s.state limit ${totalMax}) one) as count
    from unnest(${[...uploadStates]}::text[]) with ordinality as s(state, place) order by s.place`.execute(db)
  return rows
}

/** One upload with its record, its sources and its attempts; null: it is not there for the reader. Four statements. */
export async function findUpload(reader: Reader, lang: Lang, id: string): Promise<Outputs['get'] | null> {
  const row = await readable(reader)
    .select([...columns, 'u.reference', 'u.adapter', 'u.record', 'u.record_sha256'])
    .where('u.id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  const [one] = await shown(reader, lang, [row])
  const tries = await reader.deps.db
    .selectFrom('freight_upload_attempt')
    .select(['attempt', 'sent_at as sentAt', 'answered_at as answeredAt', 'outcome', 'code', 'words'])
    .where('zone_id', '=', reader.deps.zoneId)
    .where('upload_id', '=', id)
    .orderBy('attempt', 'desc')
    .limit(100)
    .execute()
  return one
    ? {
        ...one,
        reference: row.reference,
        adapter: row.adapter,
        recordSha256: row.record_sha256,
        sources: await sourcesOf(reader.deps.db, reader.deps.zoneId, { kind: row.kind, id: row.subject_id }),
        fields: shownFields(lang, row.kind, row.record),
        tries,
      }
    : null
}

/** What was told of a waybill, its driver and its vehicle, each in its latest row. Four statements at most. */
export async function uploadsOfWaybill(reader: Reader, lang: Lang, id: string): Promise<Outputs['ofWaybill']> {
  const { db, zoneId } = reader.deps
  if (!readsUploads(reader.actor)) return { rows: [], track: null }
  const found = await sql<{ readonly id: string }>`select u.id from freight_waybill w
    cross join lateral (values ('driver', w.driver_id, 1), ('vehicle', w.vehicle_id, 2), ('waybill', w.id::text, 3),
      ('fund_flow', w.id::text, 4)) as s(kind, subject, place)
    cross join lateral (
      select o.id from freight_upload o where o.zone_id = w.zone_id and o.kind = s.kind and o.subject_id = s.subject
        and o.state <> 'replaced' order by o.created_at desc, o.id desc limit 1) u
    where w.zone_id = ${zoneId} and w.id = ${id} order by s.place`.execute(db)
  const ids = found.rows.map((row) => row.id)
  const rows = ids.length === 0 ? [] : await selectRows(reader).where('u.id', 'in', ids).execute()
  const track = await db
    .selectFrom('freight_track')
    .select([
      'state',
      'sent',
      'positioned_at as positionedAt',
      'answer_code as answerCode',
      'answer_text as answerText',
    ])
    .where('zone_id', '=', zoneId)
    .where('waybill_id', '=', id)
    .executeTakeFirst()
  const ordered = rows.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
  return { rows: await shown(reader, lang, ordered), track: track ?? null }
}
