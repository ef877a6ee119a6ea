import { sql } from 'kysely'
import { at, newId, type Db, type Tx } from '@tingzhou/db'
import { epochMs, err, type EpochMs, type Result } from '@tingzhou/kernel'
import { cancel, schedule } from '@tingzhou/timers'
import type { FreightError } from '../problems.ts'
import './tables.ts'

type Deps = { readonly db: Db; readonly zoneId: string; readonly clock: () => EpochMs }

/** Nothing that is alive holds a turn longer: a solver is stopped after half of it. */
export const turnMs = 120_000

/**
 * Does something while no other wave of the zone is made, in this process or another.
 * @returns what it gave; `wave_under_way` while another holds the turn
 * Source: own. A row that ends by itself, for what is done is longer than a transaction and its process may be killed. Two statements.
 */
export async function inTurn<T, E>(
  { db, zoneId, clock }: Deps,
  work: (holder: string) => Promise<Result<T, E>>,
): Promise<Result<T, E | FreightError>> {
  const holder = newId()
  const now = clock()
  const ends = at(epochMs(now + turnMs))
  const taken = await db
    .insertInto('freight_wave_turn')
    .values({ zone_id: zoneId, holder, ends_at: ends })
    .onConflict((conflict) =>
      conflict
        .column('zone_id')
        .doUpdateSet({ holder, ends_at: ends })
        .where(sql<boolean>`freight_wave_turn.ends_at <= ${at(now)}::timestamptz`),
    )
    .returning('holder')
    .executeTakeFirst()
  if (!taken) return err(underWay)
  try {
    return await work(holder)
  } finally {
    await db.deleteFrom('freight_wave_turn').where('zone_id', '=', zoneId).where('holder', '=', holder).execute()
  }
}

const underWay = { kind: 'wave_under_way', field: 'id', value: '', rule: 'wave_alone' } as const

/** Whether the turn is still the holder's: who was slower than it lasts keeps nothing. Locks it. One statement. */
export async function holdsTurn(tx: Tx, zoneId: string, holder: string): Promise<Result<void, FreightError>> {
  const row = await tx
    .selectFrom('freight_wave_turn')
    .select('holder')
    .where('zone_id', '=', zoneId)
    .where('holder', '=', holder)
    .forUpdate()
    .executeTakeFirst()
  return row ? { ok: true, value: undefined } : err(underWay)
}

/** The job that makes waves by itself. */
export const autoJob = 'freight.wave'

/** Says when the next wave comes by itself; null: never. One statement. */
export async function planAuto(
  tx: Tx,
  zoneId: string,
  next: { readonly now: EpochMs; readonly everySeconds: number } | null,
): Promise<void> {
  if (next === null) {
    await cancel(tx, zoneId, autoJob)
    return
  }
  const dueAt = epochMs(next.now + next.everySeconds * 1_000)
  await schedule(tx, zoneId, { id: autoJob, kind: autoJob, dueAt })
}
