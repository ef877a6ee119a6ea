import type { Db, Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import type { FreightDeps } from '../record.ts'
import { readNumbers, type NumbersNow } from '@tingzhou/records'
import { freightNumbers, setNumbers } from '../zone-numbers.ts'
import './tables.ts'
import { tourBounds, type TourNumber, type TourNumbers } from './words.ts'

export type TourSettings = NumbersNow<TourNumber>

const kept = freightNumbers<TourNumber>({ table: 'freight_tour_settings', bounds: tourBounds, rule: 'tour_range' })

/** What the zone plans with now. One statement. */
export const tourSettings = (db: Db | Tx, zoneId: string): Promise<TourSettings> => readNumbers(db, zoneId, kept)

/** Sets what the zone plans with. As `setNumbers`. */
export const setTourSettings = (
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly rev: number; readonly numbers: TourNumbers; readonly why: string },
) => setNumbers(tx, deps, actor, kept, input)
