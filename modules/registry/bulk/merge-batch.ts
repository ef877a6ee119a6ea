import { sql } from 'kysely'
import { grantReach } from '@tingzhou/access'
import { at, jsonb, newId, runCommand, type CommandDeps, type Db, type Tx } from '@tingzhou/db'
import { attachFiles, type AttachError } from '@tingzhou/files'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { announce, recordChanges, type By } from '../record.ts'
import '../tables.ts'
import type { BatchKind, MergeBatchState } from './merge-batch-contract.ts'
import { mergeRow, pairRecords, undoMergeRow } from './merge-rows.ts'
import type { ReadPairs } from './merge-sheet.ts'
import type { PairRecord, StoredPair } from './pair-row.ts'
import { splitRecords, splitRow, undoSplitRow } from './split-rows.ts'
import type { ReadSplits } from './split-sheet.ts'

export type BatchError =
  | { readonly kind: 'not_found' }
  | AttachError
  | { readonly kind: 'batch_running'; readonly field: 'state'; readonly value: string }
  | { readonly kind: 'batch_finished'; readonly field: 'state'; readonly value: string }
  | { readonly kind: 'batch_not_run'; readonly field: 'state'; readonly value: string }

/** Keeps a workbook as what it would do; nothing is merged or split yet. */
export async function openBatch(
  tx: Tx,
  deps: CommandDeps,
  by: Actor,
  file: { readonly id: string; readonly name: string },
  read: ReadPairs | ReadSplits,
): Promise<Result<{ id: string }, AttachError>> {
  const id = newId()
  const now = deps.clock()
  const attached = await attachFiles(tx, deps.zoneId, {
    objectKind: 'enterprise_merge_batch',
    objectId: id,
    fileIds: [file.id],
    actorId: by.accountId,
    now,
  })
  if (!attached.ok) return attached
  await grantReach(tx, deps.zoneId, [
    { objectKind: 'enterprise_merge_batch', objectId: id, partyId: by.accountId, relation: 'person' },
  ])
  await tx
    .insertInto('enterprise_merge_batch')
    .values({
      zone_id: deps.zoneId,
      id,
      kind: read.kind,
      file_id: file.id,
      file_name: file.name,
      state: 'previewed',
      created_at: at(now),
      created_by: by.accountId,
      created_name: by.name,
      run_at: null,
      undone_at: null,
      undone_name: null,
      holder: null,
      beat_at: null,
    })
    .execute()
  await insertPairs(tx, deps, id, await recordsOf(tx, deps, by, read))
  await noteBatch(tx, deps, by, id, 'opened', file.name)
  return ok({ id })
}

const recordsOf = (
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  read: ReadPairs | ReadSplits,
): Promise<readonly PairRecord[]> =>
  read.kind === 'merge' ? pairRecords(tx, deps, read) : splitRecords(tx, deps, actor, read)

async function insertPairs(tx: Tx, deps: CommandDeps, batchId: string, records: readonly PairRecord[]): Promise<void> {
  if (records.length === 0) return
  await sql`insert into enterprise_merge_pair (zone_id, batch_id, row, from_text, into_text, why, from_id, into_id,
      from_name, into_name, turn, conflicts, state, rule, rule_value, uscc_text, takes_text, takes)
    select ${deps.zoneId}, ${batchId}, row, from_text, into_text, why, from_id, into_id, from_name, into_name, turn,
      coalesce(conflicts, '[]'::jsonb), state, rule, rule_value, uscc_text, takes_text, takes
    from jsonb_to_recordset(${jsonb(records)}::jsonb) as p(row integer, from_text text, into_text text, why text,
      from_id text, into_id text, from_name text, into_name text, turn integer, conflicts jsonb, state text, rule text,
      rule_value text, uscc_text text, takes_text text, takes jsonb)`.execute(tx)
}

/** A batch whose holder was silent for so long belongs to a server that died. Every row that is done tells of its holder. */
const silentMs = 120_000

/** How a batch stands: one whose holder died stands as partly done. O(1). */
export function standingOf(
  { state, beatAt }: { readonly state: MergeBatchState; readonly beatAt: number | null },
  now: number,
): MergeBatchState {
  const isSilent = beatAt === null || beatAt <= now - silentMs
  if (state === 'running') return isSilent ? 'stopped' : state
  if (state === 'undoing') return isSilent ? 'undo_stopped' : state
  return state
}

type Locked = { readonly state: MergeBatchState; readonly kind: BatchKind }
async function lockBatch(tx: Tx, deps: CommandDeps, id: string): Promise<Result<Locked, BatchError>> {
  const row = await tx
    .selectFrom('enterprise_merge_batch')
    .select(['state', 'kind', 'beat_at'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const state = standingOf({ state: row.state, beatAt: row.beat_at }, deps.clock())
  return state === 'running' || state === 'undoing'
    ? err({ kind: 'batch_running', field: 'state', value: state })
    : ok({ state, kind: row.kind })
}

/** A claimed batch: what is done of it is done by its holder, or not at all. */
export type Claim = { readonly id: string; readonly kind: BatchKind; readonly holder: string }

/**
 * Whether the batch is still the holder's; says that he is alive, and locks it: while a row is done nobody claims the batch.
 * One statement.
 */
async function holds(tx: Tx, deps: CommandDeps, { id, holder }: Claim): Promise<boolean> {
  const held = await tx
    .updateTable('enterprise_merge_batch')
    .set({ beat_at: at(deps.clock()) })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .where('holder', '=', holder)
    .returning('id')
    .executeTakeFirst()
  return held !== undefined
}

type BatchChange = {
  readonly state: MergeBatchState
  readonly run_at?: Date
  readonly undone_at?: Date
  readonly undone_name?: string
}
/** Gives a batch to a new holder. One statement. */
async function claim(
  tx: Tx,
  deps: CommandDeps,
  { id, kind }: Omit<Claim, 'holder'>,
  change: BatchChange,
): Promise<Claim> {
  const holder = newId()
  await tx
    .updateTable('enterprise_merge_batch')
    .set({ ...change, holder, beat_at: at(deps.clock()) })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  return { id, kind, holder }
}

/** Gives a batch back. @returns false when it is no longer the holder's: nothing was changed. One statement. */
async function release(tx: Db | Tx, deps: CommandDeps, { id, holder }: Claim, change: BatchChange): Promise<boolean> {
  const released = await tx
    .updateTable('enterprise_merge_batch')
    .set({ ...change, holder: null, beat_at: null })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .where('holder', '=', holder)
    .returning('id')
    .executeTakeFirst()
  return released !== undefined
}

/** Lets one caller run a batch, or go on with one that stopped. */
export async function claimRun(tx: Tx, deps: CommandDeps, by: By, id: string): Promise<Result<Claim, BatchError>> {
  const locked = await lockBatch(tx, deps, id)
  if (!locked.ok) return locked
  const { state, kind } = locked.value
  if (state !== 'previewed' && state !== 'stopped') return err({ kind: 'batch_finished', field: 'state', value: state })
  const claimed = await claim(tx, deps, { id, kind }, { state: 'running', run_at: new Date(deps.clock()) })
  await noteBatch(tx, deps, by, id, 'run')
  return ok(claimed)
}

/** Lets one caller undo a batch that was run, whole or in part. */
export async function claimUndo(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  { id, why }: { readonly id: string; readonly why: string },
): Promise<Result<Claim, BatchError>> {
  const locked = await lockBatch(tx, deps, id)
  if (!locked.ok) return locked
  const { state, kind } = locked.value
  const next = await nextPair(tx, deps, id, 'merged', null)
  if (!next) return err({ kind: 'batch_not_run', field: 'state', value: state })
  const claimed = await claim(tx, deps, { id, kind }, { state: 'undoing' })
  await noteBatch(tx, deps, by, id, 'undo_begun', why)
  return ok(claimed)
}

/** The next row to carry out, or, downwards, to undo. One statement; index enterprise_merge_pair_turn. */
async function nextPair(
  db: Db | Tx,
  deps: CommandDeps,
  batchId: string,
  state: 'ready' | 'merged',
  below: number | null,
): Promise<StoredPair | undefined> {
  let query = db
    .selectFrom('enterprise_merge_pair')
    .select(['row', 'from_id', 'into_id', 'into_text', 'why', 'turn', 'merge_id', 'uscc_text', 'takes', 'split_id'])
    .where('zone_id', '=', deps.zoneId)
    .where('batch_id', '=', batchId)
    .where('state', '=', state)
  if (below !== null) query = query.where('turn', '<', below)
  return query
    .orderBy('turn', state === 'ready' ? 'asc' : 'desc')
    .limit(1)
    .executeTakeFirst()
}

type PairChange = {
  readonly state: 'merged' | 'failed' | 'undone'
  readonly rule?: string | null
  readonly rule_value?: string | null
} & Partial<Done>
/** Marks a row that still stands as it was read; what somebody else has marked meanwhile stays. */
const changePair = (
  tx: Db | Tx,
  deps: CommandDeps,
  batchId: string,
  { row, from }: { readonly row: number; readonly from: 'ready' | 'merged' },
  change: PairChange,
) =>
  tx
    .updateTable('enterprise_merge_pair')
    .set(change)
    .where('zone_id', '=', deps.zoneId)
    .where('batch_id', '=', batchId)
    .where('row', '=', row)
    .where('state', '=', from)
    .execute()

/** What a row that is done is marked with. */
export type Done =
  | { readonly merge_id: string }
  | { readonly split_id: string; readonly into_id: string; readonly into_name: string }

/** Why a row fails or stays: a kind, and the value that decided. */
export type RowRefused = {
  readonly kind: string
  readonly value?: unknown
  readonly kept?: string
  readonly lost?: string
  readonly mergedInto?: string
}

/** What a row of each kind does, and how that is taken back; in the transaction of its mark. */
const deeds = {
  merge: { run: mergeRow, undo: undoMergeRow },
  split: { run: splitRow, undo: undoSplitRow },
} satisfies Record<BatchKind, object>

/** Another server has taken the batch: what was to be done of it is his. */
type BatchLost = { readonly kind: 'batch_lost' }

/**
 * Carries out the rows of a claimed batch in their turn, each in a transaction of its own together with its mark: a process that dies leaves no
 * half a row and none without its mark, and whoever runs the batch again goes on behind it. Who was thought dead does nothing more.
 * @param onDone  called behind each row: roles may have moved
 */
export async function runBatch(deps: CommandDeps, by: Actor, held: Claim, onDone: () => void): Promise<void> {
  const { id, kind } = held
  try {
    for (
      let pair = await nextPair(deps.db, deps, id, 'ready', null);
      pair;
      pair = await nextPair(deps.db, deps, id, 'ready', null)
    ) {
      const ready = pair
      const { row } = ready
      const spec = { commandId: newId(), actorId: by.accountId, name: `registry.${kind}_pair`, input: { id, row } }
      const done = await runCommand(
        deps,
        spec,
        async (tx): Promise<Result<{ row: number }, BatchLost | RowRefused>> => {
          if (!(await holds(tx, deps, held))) return err({ kind: 'batch_lost' })
          const result: Result<Done, RowRefused> = await deeds[kind].run(tx, deps, by, ready)
          if (!result.ok) return result
          const mark = { state: 'merged', rule: null, rule_value: null, ...result.value } as const
          await changePair(tx, deps, id, { row, from: 'ready' }, mark)
          return ok({ row })
        },
      )
      if (!done.ok && done.error.kind === 'batch_lost') return
      if (!done.ok)
        await changePair(deps.db, deps, id, { row, from: 'ready' }, { state: 'failed', ...ruleOf(done.error) })
      onDone()
    }
    await finish(deps, by, held, { state: 'done' }, 'done')
  } catch (error) {
    await release(deps.db, deps, held, { state: 'stopped' })
    throw error
  }
}

/** A refusal as a row keeps it: a rule with its limit, and the value. Pure. */
function ruleOf({ kind, value, kept, lost, mergedInto }: RowRefused) {
  const told = value ?? lost ?? mergedInto
  return { rule: kept === undefined ? kind : `${kind} ${kept}`, rule_value: told === undefined ? null : String(told) }
}

/** Undoes the rows of a claimed batch that are done, the last first, each by itself; one that can no longer be undone stays and says why. */
export async function undoBatch(
  deps: CommandDeps,
  by: By,
  { why, ...held }: Claim & { readonly why: string },
  onUndone: () => void,
): Promise<void> {
  const { id, kind } = held
  try {
    for (
      let pair = await nextPair(deps.db, deps, id, 'merged', null);
      pair;
      pair = await nextPair(deps.db, deps, id, 'merged', pair.turn)
    ) {
      const done = pair
      const { row } = done
      const spec = { commandId: newId(), actorId: by.accountId, name: 'registry.undo_pair', input: { id, row } }
      const undone = await runCommand(
        deps,
        spec,
        async (tx): Promise<Result<{ row: number }, BatchLost | RowRefused>> => {
          if (!(await holds(tx, deps, held))) return err({ kind: 'batch_lost' })
          const result: Result<unknown, RowRefused> = await deeds[kind].undo(tx, deps, by, done, why)
          if (!result.ok) return result
          await changePair(tx, deps, id, { row, from: 'merged' }, { state: 'undone', rule: null, rule_value: null })
          return ok({ row })
        },
      )
      if (!undone.ok && undone.error.kind === 'batch_lost') return
      if (!undone.ok) await keepDone(deps, id, row, undone.error)
      onUndone()
    }
    const now = new Date(deps.clock())
    await finish(deps, by, held, { state: 'undone', undone_at: now, undone_name: by.name }, 'undone', why)
  } catch (error) {
    await release(deps.db, deps, held, { state: 'undo_stopped' })
    throw error
  }
}

/** A row that was undone by itself before is undone; any other says why it stays. */
async function keepDone(deps: CommandDeps, id: string, row: number, error: RowRefused) {
  const from = { row, from: 'merged' } as const
  if (error.kind === 'merge_undone' || error.kind === 'split_undone')
    return changePair(deps.db, deps, id, from, { state: 'undone', rule: null })
  return changePair(deps.db, deps, id, from, { state: 'merged', ...ruleOf(error) })
}

async function finish(deps: CommandDeps, by: By, held: Claim, change: BatchChange, verb: string, why?: string) {
  await deps.db.transaction().execute(async (tx) => {
    if (await release(tx, deps, held, change)) await noteBatch(tx, deps, by, held.id, verb, why)
  })
}

async function noteBatch(tx: Tx, deps: CommandDeps, by: By, id: string, verb: string, why?: string): Promise<void> {
  const change = { objectKind: 'enterprise_merge_batch' as const, objectId: id, verb, changes: [], why }
  await recordChanges(tx, deps, by, [change])
  await announce(tx, deps, change, 'registry.merge_batch_changed', [by.accountId])
}
