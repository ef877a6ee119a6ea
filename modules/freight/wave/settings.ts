import type { Db, Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import { withBounds } from '@tingzhou/records/bounds'
import type { FreightDeps } from '../record.ts'
import { readNumbers, type NumbersNow } from '@tingzhou/records'
import { freightNumbers, setNumbers } from '../zone-numbers.ts'
import './tables.ts'
import { planAuto } from './turn.ts'
import { numberBounds, type WaveNumber, type WaveNumbers } from './words.ts'

export type WaveSettings = Omit<NumbersNow<WaveNumber>, 'flag'> & { readonly auto: boolean }

const kept = freightNumbers<WaveNumber>({
  table: 'freight_wave_settings',
  bounds: numberBounds,
  rule: 'wave_range',
  flag: { column: 'auto', field: 'auto' },
})

/** Numbers as a wave kept them; what is newer than it is as in the file. Pure. O(numbers). */
export const withFile = (numbers: Partial<WaveNumbers>): WaveNumbers => withBounds(numberBounds, numbers)

/** What the zone reckons with now; at first waves are made by hand. One statement. */
export async function waveSettings(db: Db | Tx, zoneId: string): Promise<WaveSettings> {
  const { flag: auto, ...now } = await readNumbers(db, zoneId, kept)
  return { ...now, auto }
}

/** Sets what the zone reckons with; with `auto` the next wave comes by itself. Five statements. */
export async function setWaveSettings(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly rev: number; readonly auto: boolean; readonly numbers: WaveNumbers; readonly why: string },
) {
  const { auto, numbers } = input
  const set = await setNumbers(tx, deps, actor, kept, { ...input, flag: auto })
  if (set.ok) await planAuto(tx, deps.zoneId, auto ? { now: deps.clock(), everySeconds: numbers.everySeconds } : null)
  return set
}
