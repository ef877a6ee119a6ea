import { createHash, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { addToOutbox } from '@tingzhou/events'
import { at, jsonb, newId, type Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { canonicalJson } from '@tingzhou/settlement'
import {
  compareFlow,
  faultsOf,
  keyOf,
  render,
  type AdapterId,
  type Documents,
  type Fault,
  type WireRecord,
} from '@tingzhou/wlhy'
import type { FreightDeps } from '../record.ts'
import { gather } from './documents.ts'
import type { Regulator } from './regulator.ts'
import { subjectKey, type Gathered, type Subject } from './subject.ts'
import { tellRefused } from './told.ts'
import './tables.ts'
import type { UploadKind, UploadState } from './words.ts'

/** A document became, or ceased to be, something to do; told to the screens and to whoever takes the step `report`. */
export const uploadMoved = 'freight.upload_moved'

type Drawn = Gathered & { readonly record: WireRecord; readonly version: string; readonly faults: readonly Fault[] }

/** A document that was put into the outbox. */
export type Queued = { readonly id: string; readonly subject: Subject; readonly state: UploadState }

/**
 * Puts today's documents of some subjects into the outbox: checked, with a reference of their own. One whose latest row says the same
 * already, and is open or accepted, is left alone. A row that waits or was refused gives way to the newer one; one that is being sent
 * is answered first. A document with faults is refused here and never sent.
 * @param again  of these the same is said once more: somebody has set right what was refused
 * Thirteen statements at most, whatever the number of subjects, which is some hundred.
 */
export async function queueDocuments(
  tx: Tx,
  deps: FreightDeps,
  regulator: Regulator,
  subjects: readonly Subject[],
  again: ReadonlySet<string> = new Set(),
): Promise<readonly Queued[]> {
  if (subjects.length === 0) return []
  const { zoneId } = deps
  const now = deps.clock()
  const keys = [...new Set(subjects.map(subjectKey))].toSorted()
  await lockSubjects(tx, zoneId, keys)
  const drawn = drawAll(regulator.adapter, await gather(tx, zoneId, regulator, withWaybills(subjects), now))
  const latest = await latestOf(tx, zoneId, keys)
  const fresh = keys.flatMap((key) => {
    const one = drawn.get(key)
    return one && (again.has(key) || isNews(one, regulator.adapter, latest.get(key))) ? [one] : []
  })
  if (fresh.length === 0) return []
  await replaceOpen(tx, zoneId, fresh)
  return insert(tx, deps, regulator.adapter, fresh, now)
}

/** A flow of funds is compared with its waybill. */
const withWaybills = (subjects: readonly Subject[]): readonly Subject[] => [
  ...subjects,
  ...subjects.flatMap(({ kind, id }): readonly Subject[] => (kind === 'fund_flow' ? [{ kind: 'waybill', id }] : [])),
]

/** Of two who queue the same subject at once the second sees what the first has put there. */
export const lockSubjects = (tx: Tx, zoneId: string, keys: readonly string[]) =>
  sql`select pg_advisory_xact_lock(hashtextextended('freight_upload ' || ${zoneId} || ' ' || key, 0))
    from unnest(${[...keys]}::text[]) with ordinality as k(key, place) order by place`.execute(tx)

function drawAll(adapter: AdapterId, gathered: ReadonlyMap<string, Gathered>): ReadonlyMap<string, Drawn> {
  const records = new Map([...gathered].map(([key, one]) => [key, renderAny(adapter, one.subject.kind, one.document)]))
  return new Map(
    [...gathered].map(([key, one]) => {
      const { kind, id } = one.subject
      const record = records.get(key) ?? {}
      const waybill = kind === 'fund_flow' ? records.get(subjectKey({ kind: 'waybill', id })) : undefined
      const faults = [
        ...faultsOf(adapter, kind, record),
        ...(waybill ? compareFlow([waybill], record, { aboveFreight: one.aboveFreight }) : []),
      ]
      return [key, { ...one, record, version: versionOf(one.document), faults }]
    }),
  )
}

/** The document is of the kind: `gather` has put them together. */
const renderAny = (adapter: AdapterId, kind: UploadKind, document: Documents[UploadKind]): WireRecord =>
  render(adapter, kind, document as never)

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What a document says, whenever it is sent. O(size). */
const versionOf = (document: Documents[UploadKind]): string => sha256(canonicalJson({ ...document, sentAt: null }))

type Latest = { readonly version: string; readonly state: UploadState; readonly adapter: AdapterId }

async function latestOf(tx: Tx, zoneId: string, keys: readonly string[]): Promise<ReadonlyMap<string, Latest>> {
  // By freight_upload_subject, one row a subject.
  const { rows } = await sql<Latest & { readonly key: string }>`select k.key, u.version, u.state, u.adapter
    from unnest(${[...keys]}::text[]) as k(key)
    cross join lateral (
      select o.version, o.state, o.adapter from freight_upload o
      where o.zone_id = ${zoneId} and o.kind = split_part(k.key, ':', 1) and o.subject_id = split_part(k.key, ':', 2)
        and o.state <> 'replaced'
      order by o.created_at desc, o.id desc limit 1
    ) u`.execute(tx)
  return new Map(rows.map(({ key, ...row }) => [key, row]))
}

/** What another system was told is news to this one. */
const isNews = (drawn: Drawn, adapter: AdapterId, latest: Latest | undefined): boolean =>
  !latest || latest.version !== drawn.version || latest.adapter !== adapter

const replaceOpen = (tx: Tx, zoneId: string, fresh: readonly Drawn[]) =>
  sql`update freight_upload u set state = 'replaced', try_at = null, rev = u.rev + 1
    from unnest(${fresh.map(({ subject }) => subject.kind)}::text[], ${fresh.map(({ subject }) => subject.id)}::text[]) as f(kind, id)
    where u.zone_id = ${zoneId} and u.kind = f.kind and u.subject_id = f.id and u.state in ('waiting', 'rejected')`.execute(
    tx,
  )

async function insert(
  tx: Tx,
  deps: FreightDeps,
  adapter: AdapterId,
  fresh: readonly Drawn[],
  now: EpochMs,
): Promise<readonly Queued[]> {
  const rows = fresh.map((one) => ({ one, id: newId(), isGood: one.faults.length === 0 }))
  await tx
    .insertInto('freight_upload')
    .values(
      rows.map(({ one, id, isGood }) => ({
        zone_id: deps.zoneId,
        id,
        kind: one.subject.kind,
        subject_id: one.subject.id,
        title: one.title,
        waybill_id: one.waybillId,
        carrier_id: one.carrierId,
        document_key: keyOf(one.subject.kind, one.record).slice(0, 100),
        version: one.version,
        reference: randomUUID(),
        adapter,
        record: jsonb(one.record),
        record_sha256: sha256(canonicalJson(one.record)),
        sum_fen: one.sumFen,
        needs: [...one.needs],
        state: isGood ? ('waiting' as const) : ('rejected' as const),
        try_at: isGood ? at(now) : null,
        faults: jsonb(one.faults),
        refused_by: isGood ? null : ('platform' as const),
        answered_at: isGood ? null : at(now),
        created_at: at(now),
        synthetic: one.synthetic,
      })),
    )
    .execute()
  await addToOutbox(
    tx,
    deps.zoneId,
    rows.map(({ one, id, isGood }) => ({
      type: uploadMoved,
      objectKind: 'freight_upload',
      objectId: id,
      at: now,
      data: { kind: one.subject.kind, state: isGood ? 'waiting' : 'rejected', waybillId: one.waybillId },
    })),
  )
  await tellRefused(
    tx,
    deps,
    rows.flatMap(({ one, id, isGood }) => (isGood ? [] : [{ id, kind: one.subject.kind, title: one.title }])),
  )
  return rows.map(({ one, id, isGood }) => ({ id, subject: one.subject, state: isGood ? 'waiting' : 'rejected' }))
}
