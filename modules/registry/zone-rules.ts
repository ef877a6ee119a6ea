import { err, ok, type Result } from '@tingzhou/kernel'
import type { Polygon } from './zone-contract.ts'

export type NotAPolygon = { readonly kind: 'not_a_polygon'; readonly rule: 'ring_closed' | 'ring_length' }

/** Whether every ring of an area has four positions or more and ends where it began (RFC 7946, 3.1.6). */
export function checkPolygon(polygon: Polygon | null): Result<void, NotAPolygon> {
  if (polygon === null) return ok(undefined)
  const rings = polygon.type === 'Polygon' ? polygon.coordinates : polygon.coordinates.flat()
  if (rings.some((ring) => ring.length < 4)) return err({ kind: 'not_a_polygon', rule: 'ring_length' })
  const closed = rings.every((ring) => JSON.stringify(ring[0]) === JSON.stringify(ring.at(-1)))
  return closed ? ok(undefined) : err({ kind: 'not_a_polygon', rule: 'ring_closed' })
}

export type Circle = { readonly kind: 'department_circle'; readonly field: string }

/**
 * Whether a department may stand under, or fall back to, another without going round in a circle.
 * @param above  the next department by id: parents, or fallbacks
 */
export function checkCircle(
  id: string,
  next: string | null,
  above: ReadonlyMap<string, string | null>,
  field: string,
): Result<void, Circle> {
  const seen = new Set([id])
  for (let at = next; at !== null; at = above.get(at) ?? null) {
    if (seen.has(at)) return err({ kind: 'department_circle', field })
    seen.add(at)
  }
  return ok(undefined)
}
