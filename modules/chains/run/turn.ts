import type { UpdateQueryBuilder, UpdateResult } from 'kysely'
import { at, jsonb, newId, type Db, type Tables, type Tx } from '@tingzhou/db'
import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { ChainsError } from '../problems.ts'
import './tables.ts'
import type { Outcome } from './words.ts'

/** Who makes a run tells so as often; a turn that was silent for so long belongs to a server that died. */
export const [beatMs, silentMs] = [20_000, 120_000]

type At = { readonly zoneId: string; readonly clock: () => EpochMs }

/**
 * Takes the turn to make a run.
 * @returns its holder; `run_under_way` while another has it and is alive
 * Two statements.
 */
export async function takeTurn(
  tx: Tx,
  { zoneId, clock }: At,
  { year, by }: { readonly year: number; readonly by: string },
): Promise<Result<string, ChainsError>> {
  const now = clock()
  const before = await tx
    .selectFrom('chain_run_turn')
    .select(['year', 'beat_at', 'outcome'])
    .where('zone_id', '=', zoneId)
    .forUpdate()
    .executeTakeFirst()
  if (before && before.outcome === null && before.beat_at > now - silentMs) return err(underWay(before.year))
  const holder = newId()
  const turn = {
    holder,
    year,
    begun_at: at(now),
    begun_by: by,
    beat_at: at(now),
    ended_at: null,
    outcome: null,
    run_id: null,
    fault: null,
  }
  // Of two who are the first one writes; the other meets the row's key and is told so by what it finds then.
  const taken = await tx
    .insertInto('chain_run_turn')
    .values({ zone_id: zoneId, ...turn })
    .onConflict((conflict) =>
      before ? conflict.column('zone_id').doUpdateSet(turn) : conflict.column('zone_id').doNothing(),
    )
    .returning('holder')
    .executeTakeFirst()
  return taken ? ok(holder) : err(underWay(year))
}

const underWay = (year: number) =>
  ({ kind: 'run_under_way', field: 'year', value: String(year), rule: 'run_alone' }) as const

/** Says that the holder is alive. One statement. */
export async function beat(db: Db, { zoneId, clock }: At, holder: string): Promise<void> {
  await ofHolder(db.updateTable('chain_run_turn').set({ beat_at: at(clock()) }), zoneId, holder).execute()
}

/** Whether the turn is still the holder's: who was thought dead keeps nothing. Locks it. One statement. */
export async function holdsTurn(tx: Tx, zoneId: string, holder: string): Promise<boolean> {
  const row = await tx
    .selectFrom('chain_run_turn')
    .select('outcome')
    .where('zone_id', '=', zoneId)
    .where('holder', '=', holder)
    .forUpdate()
    .executeTakeFirst()
  return row?.outcome === null
}

export type Ending = {
  readonly outcome: Outcome
  readonly runId?: string
  readonly fault?: { readonly field: string; readonly value: string; readonly rule: string }
}

/** Gives the turn back. One statement. */
export async function endTurn(
  db: Db | Tx,
  { zoneId, clock }: At,
  holder: string,
  { outcome, runId, fault }: Ending,
): Promise<void> {
  const now = at(clock())
  const ended = { beat_at: now, ended_at: now, outcome, run_id: runId ?? null, fault: fault ? jsonb(fault) : null }
  await ofHolder(db.updateTable('chain_run_turn').set(ended), zoneId, holder).where('outcome', 'is', null).execute()
}

const ofHolder = <Q extends UpdateQueryBuilder<Tables, 'chain_run_turn', 'chain_run_turn', UpdateResult>>(
  query: Q,
  zoneId: string,
  holder: string,
) => query.where('zone_id', '=', zoneId).where('holder', '=', holder)

/** The turn as it is, or null where none was ever taken. One statement. */
export async function findTurn(db: Db, { zoneId, clock }: At) {
  const row = await db.selectFrom('chain_run_turn').selectAll().where('zone_id', '=', zoneId).executeTakeFirst()
  if (!row) return null
  const isSilent = row.outcome === null && row.beat_at <= epochMs(clock() - silentMs)
  return {
    id: row.holder,
    year: row.year,
    begunAt: row.begun_at,
    begunBy: row.begun_by,
    endedAt: row.ended_at,
    // A server that died left it: the next one takes it.
    outcome: isSilent ? ('failed' as const) : row.outcome,
    runId: row.run_id,
    fault: row.fault,
  }
}
