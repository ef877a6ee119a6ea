import { at, expectRevision, jsonb, type Db, type Tx } from '@tingzhou/db'
import { assert, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { planAuto } from './turn.ts'
import './tables.ts'
import { numberBounds, waveNumbers, type WaveNumber, type WaveNumbers } from './words.ts'

export type WaveSettings = {
  readonly auto: boolean
  readonly numbers: WaveNumbers
  readonly rev: number
  readonly updatedAt: EpochMs
  readonly updatedBy: string
}

/** Numbers as they were kept; what is newer than the row is as in the file. Pure. O(numbers). */
export const withFile = (kept: Partial<WaveNumbers>): WaveNumbers =>
  // Every number has a row in the file.
  Object.fromEntries(waveNumbers.map((name) => [name, kept[name] ?? numberBounds[name].value])) as WaveNumbers

/** Gives a zone that has none the settings of the file: waves are made by hand. One statement. */
export async function loadWaveSettings(db: Db | Tx, zoneId: string, now: EpochMs): Promise<void> {
  await db
    .insertInto('freight_wave_settings')
    .values({ zone_id: zoneId, numbers: jsonb(withFile({})), updated_at: at(now), updated_by: '' })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

const read = (db: Db | Tx, zoneId: string) =>
  db
    .selectFrom('freight_wave_settings')
    .select(['auto', 'numbers', 'rev', 'updated_at as updatedAt', 'updated_by as updatedBy'])
    .where('zone_id', '=', zoneId)

/** What the zone reckons with now. One statement. */
export async function waveSettings(db: Db | Tx, zoneId: string): Promise<WaveSettings> {
  const row = await read(db, zoneId).executeTakeFirst()
  assert(row, 'a zone has settings of its waves from the start')
  return { ...row, numbers: withFile(row.numbers) }
}

/** The first number out of its bounds, or null. Pure. O(numbers). */
export function numbersFault(numbers: WaveNumbers): { field: string; value: string; rule: string } | null {
  const wrong = waveNumbers.find((name) => {
    const { min, max } = numberBounds[name]
    return numbers[name] < min || numbers[name] > max
  })
  return wrong === undefined
    ? null
    : { field: `numbers.${wrong}`, value: String(numbers[wrong]), rule: boundsRule(wrong) }
}

/** The rule of a number, which the texts word with its bounds. */
export const boundsRule = (name: WaveNumber): string => `wave_range ${name}`

/** Sets what the zone reckons with; with `auto` the next wave comes by itself. Six statements. */
export async function setWaveSettings(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly rev: number; readonly auto: boolean; readonly numbers: WaveNumbers; readonly why: string },
): Promise<Result<{ rev: number }, FreightError>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  const { zoneId, clock } = deps
  const { auto, numbers, why } = input
  const fault = numbersFault(numbers)
  if (fault) return err({ kind: 'field_refused', ...fault })
  const before = await read(tx, zoneId).forUpdate().executeTakeFirst()
  assert(before, 'a zone has settings of its waves from the start')
  const fresh = expectRevision(before.rev, input.rev)
  if (!fresh.ok) return fresh
  const rev = before.rev + 1
  await tx
    .updateTable('freight_wave_settings')
    .set({ auto, numbers: jsonb(numbers), rev, updated_at: at(clock()), updated_by: actor.name })
    .where('zone_id', '=', zoneId)
    .execute()
  await planAuto(tx, zoneId, auto ? { now: clock(), everySeconds: numbers.everySeconds } : null)
  const old = withFile(before.numbers)
  await note(tx, deps, actor, {
    objectKind: 'freight_wave_settings',
    objectId: zoneId,
    verb: 'change',
    why,
    data: {
      changes: [
        ...(before.auto === auto ? [] : [{ field: 'auto', from: before.auto, to: auto }]),
        ...waveNumbers
          .filter((name) => old[name] !== numbers[name])
          .map((name) => ({ field: name, from: old[name], to: numbers[name] })),
      ],
    },
  })
  return ok({ rev })
}
