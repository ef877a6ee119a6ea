import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import type { Db } from '@tingzhou/db'
import { keysetPage, type Page, type SortColumn } from '@tingzhou/http'
import type { Actor, Lang } from '@tingzhou/parties'
import type * as z from 'zod'
import { undoMs } from '../merge-rules.ts'
import '../rights.ts'
import '../tables.ts'
import { faultText } from '../texts.ts'
import { standingOf } from './merge-batch.ts'
import type { MergeBatch, MergePair, MergePairListInput, MergePairState } from './merge-batch-contract.ts'

type At = { readonly db: Db; readonly zoneId: string; readonly clock: () => number }

const selectBatch = (db: Db, zoneId: string, actor: Actor) =>
  db
    .selectFrom('enterprise_merge_batch as b')
    .select(['b.id', 'b.kind', 'b.file_name', 'b.state', 'b.created_at', 'b.created_name', 'b.run_at', 'b.undone_at'])
    .select(['b.undone_name', 'b.beat_at'])
    .select(
      sql<Record<string, number>>`(select jsonb_build_object('rows', count(*)::int,
        'refused', count(*) filter (where p.state = 'refused')::int, 'ready', count(*) filter (where p.state = 'ready')::int,
        'merged', count(*) filter (where p.state = 'merged')::int, 'failed', count(*) filter (where p.state = 'failed')::int,
        'undone', count(*) filter (where p.state = 'undone')::int,
        'kept', count(*) filter (where p.state = 'merged' and p.rule is not null)::int,
        'conflicting', count(*) filter (where p.state <> 'refused' and p.conflicts <> '[]'::jsonb)::int)
        from enterprise_merge_pair p where p.zone_id = b.zone_id and p.batch_id = b.id)`.as('counts'),
    )
    .where('b.zone_id', '=', zoneId)
    .where(reaches(actor, 'enterprise_merge_batch', { zoneId, objectId: sql.ref('b.id') }))
type BatchRow = Awaited<ReturnType<ReturnType<typeof selectBatch>['execute']>>[number]

const batchOf = (row: BatchRow, now: number): MergeBatch => {
  const n = (key: keyof MergeBatch['counts']) => row.counts[key] ?? 0
  return {
    id: row.id,
    kind: row.kind,
    fileName: row.file_name,
    state: standingOf({ state: row.state, beatAt: row.beat_at }, now),
    counts: {
      rows: n('rows'),
      refused: n('refused'),
      ready: n('ready'),
      merged: n('merged'),
      failed: n('failed'),
      undone: n('undone'),
      kept: n('kept'),
      conflicting: n('conflicting'),
    },
    createdAt: row.created_at,
    createdBy: row.created_name,
    runAt: row.run_at,
    undoUntil: row.run_at === null ? null : row.run_at + undoMs,
    undone: row.undone_at === null ? null : { at: row.undone_at, byName: row.undone_name ?? '' },
  }
}

/** The batch within the reader's reach, or null. */
export async function findBatch({ db, zoneId, clock }: At, actor: Actor, id: string): Promise<MergeBatch | null> {
  const row = await selectBatch(db, zoneId, actor).where('b.id', '=', id).executeTakeFirst()
  return row ? batchOf(row, clock()) : null
}

/** A page of batches, the newest first. */
export async function listBatches(
  { db, zoneId, clock }: At,
  actor: Actor,
  wish: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<MergeBatch>> {
  const order: readonly SortColumn<BatchRow>[] = [
    { ref: sql.ref('b.created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
    { ref: sql.ref('b.id'), order: 'desc', kind: 'string', read: (row) => row.id },
  ]
  const page = await keysetPage(selectBatch(db, zoneId, actor), order, wish)
  return { rows: page.rows.map((row) => batchOf(row, clock())), next: page.next }
}

const withinPairs = (db: Db, zoneId: string, batchId: string, state: MergePairState | undefined) => {
  const query = db
    .selectFrom('enterprise_merge_pair as p')
    .where('p.zone_id', '=', zoneId)
    .where('p.batch_id', '=', batchId)
  return state === undefined ? query : query.where('p.state', '=', state)
}

const selectPairs = (db: Db, zoneId: string, batchId: string, state: MergePairState | undefined) =>
  withinPairs(db, zoneId, batchId, state)
    .select(['p.row', 'p.from_text', 'p.into_text', 'p.why', 'p.from_id', 'p.into_id', 'p.from_name', 'p.into_name'])
    .select(['p.turn', 'p.conflicts', 'p.state', 'p.rule', 'p.rule_value', 'p.merge_id', 'p.split_id'])
    .select(['p.uscc_text', 'p.takes_text'])
type PairRow = Awaited<ReturnType<ReturnType<typeof selectPairs>['execute']>>[number]

const pairOf = (lang: Lang, row: PairRow): MergePair => ({
  row: row.row,
  from: { text: row.from_text, id: row.from_id, name: row.from_name },
  into: { text: row.into_text, id: row.into_id, name: row.into_name },
  uscc: row.uscc_text,
  takes: row.takes_text ?? '',
  why: row.why,
  state: row.state,
  turn: row.turn,
  rule: row.rule,
  message: row.rule === null ? null : faultText(lang, { rule: row.rule, value: row.rule_value ?? '' }),
  conflicts: row.conflicts.map((one) => ({ ...one })),
  mergeId: row.merge_id,
  splitId: row.split_id,
})

/** A page of the rows of a batch that the reader reaches, in the order of the sheet. */
export async function listPairs(
  db: Db,
  zoneId: string,
  lang: Lang,
  { id, state, ...wish }: z.output<typeof MergePairListInput>,
): Promise<Page<MergePair> & { readonly total: number }> {
  const order: readonly SortColumn<PairRow>[] = [
    { ref: sql.ref('p.row'), order: 'asc', kind: 'number', read: (row) => row.row },
  ]
  const page = await keysetPage(selectPairs(db, zoneId, id, state), order, wish)
  const counted = await withinPairs(db, zoneId, id, state)
    .select(sql<number>`count(*)`.as('n'))
    .executeTakeFirstOrThrow()
  return { rows: page.rows.map((row) => pairOf(lang, row)), next: page.next, total: counted.n }
}
