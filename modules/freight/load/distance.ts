import type {} from '@tingzhou/geography'
import type { RequestContext } from '@tingzhou/http'
import '../tables.ts'

/** Planned road distance, whole metres, and what it rests on. */
export type PlannedDistance = { readonly distanceM: number; readonly basis: string }

/**
 * How far it is between two places, asked outside any transaction.
 * @returns null when a place is not there, or nobody could tell
 */
export async function plannedDistance(
  { db, zoneId, geography, log }: RequestContext['deps'],
  fromId: string,
  toId: string,
): Promise<PlannedDistance | null> {
  const places = await db
    .selectFrom('freight_place')
    .select(['id', 'lon_deg as lon', 'lat_deg as lat'])
    .where('zone_id', '=', zoneId)
    .where('id', 'in', [fromId, toId])
    .execute()
  const [from, to] = [fromId, toId].map((id) => places.find((place) => place.id === id))
  if (!from || !to) return null
  try {
    const { distanceM, basis } = await geography.distances.distance({ from: { place: from }, to: { place: to } })
    return { distanceM, basis }
  } catch (error) {
    // A load without a distance is a load all the same; who plans sees that it is missing.
    log.warn({ err: error, fromId, toId }, 'no distance could be planned')
    return null
  }
}
