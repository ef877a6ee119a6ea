import type { Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { noteDeed, type Deed, type Keeper } from './trail.ts'

/** What is changed: a place, a type of equipment, a point. */
export type PlantObject =
  | { readonly kind: 'plant_node'; readonly id: string }
  | { readonly kind: 'equipment_profile'; readonly key: string }
  | { readonly kind: 'point'; readonly point: number }

/** Under which name the history of something is kept. Pure. */
export function historyIdOf(zoneId: string, object: PlantObject): string {
  if (object.kind === 'plant_node') return object.id
  return `${zoneId}:${object.kind}:${object.kind === 'point' ? object.point : object.key}`
}

/** Writes down what was done to something of the plant. */
export const notePlant = (
  tx: Tx,
  zoneId: string,
  object: PlantObject,
  who: Keeper,
  now: EpochMs,
  deed: Deed,
): Promise<void> => noteDeed(tx, zoneId, { kind: object.kind, id: historyIdOf(zoneId, object) }, who, now, deed)
