import type { Db, Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import type { FreightDeps } from '../record.ts'
import { readNumbers, type NumbersNow } from '@tingzhou/records'
import { freightNumbers, setNumbers } from '../zone-numbers.ts'
import './tables.ts'
import { numberBounds, type DockNumber, type DockNumbers } from './words.ts'

export type DockSettings = NumbersNow<DockNumber>

const kept = freightNumbers<DockNumber>({ table: 'freight_dock_settings', bounds: numberBounds, rule: 'slot_range' })

/** What the zone reckons slots with now. One statement. */
export const dockSettings = (db: Db | Tx, zoneId: string): Promise<DockSettings> => readNumbers(db, zoneId, kept)

/** Sets what the zone reckons slots with. As `setNumbers`. */
export const setDockSettings = (
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly rev: number; readonly numbers: DockNumbers; readonly why: string },
) => setNumbers(tx, deps, actor, kept, input)
