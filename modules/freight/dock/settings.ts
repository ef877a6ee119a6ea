import type { Db, Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import type { FreightDeps } from '../record.ts'
import { waveSettings } from '../wave/settings.ts'
import { readNumbers, type NumbersNow } from '@tingzhou/records'
import { freightNumbers, setNumbers } from '../zone-numbers.ts'
import type { WayNumbers } from './eta.ts'
import './tables.ts'
import { numberBounds, type DockNumber, type DockNumbers } from './words.ts'

export type DockSettings = NumbersNow<DockNumber>

const kept = freightNumbers<DockNumber>({ table: 'freight_dock_settings', bounds: numberBounds, rule: 'slot_range' })

/** The zone's own numbers of slots now. One statement. */
export const dockSettings = (db: Db | Tx, zoneId: string): Promise<DockSettings> => readNumbers(db, zoneId, kept)

/** What the zone reckons arrivals and slots with now. Two statements. */
export async function wayNumbers(db: Db | Tx, zoneId: string): Promise<WayNumbers> {
  const { numbers } = await dockSettings(db, zoneId)
  const { bendPct } = (await waveSettings(db, zoneId)).numbers
  return { ...numbers, bendPct }
}

/** Sets what the zone reckons slots with. As `setNumbers`. */
export const setDockSettings = (
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly rev: number; readonly numbers: DockNumbers; readonly why: string },
) => setNumbers(tx, deps, actor, kept, input)
