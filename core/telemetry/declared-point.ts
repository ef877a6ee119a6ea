import type { NewPoint } from './ingest-contract.ts'
import type { PointTemplate } from './profile-points.ts'

/**
 * A point as a device, or the source of one, declares it: named by its key where it has no name.
 * Source: own. Pure. O(1).
 */
export const templateOf = ({ key, name, unit, resolution }: NewPoint): PointTemplate => ({
  key,
  kind: 'analog',
  name: { zh: name ?? key, en: name ?? key },
  unit: unit ?? null,
  resolution: resolution ?? 0.001,
  euLow: null,
  euHigh: null,
  sampleMs: null,
  staleAfterS: null,
  counterMax: null,
})
