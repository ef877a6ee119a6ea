import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import '../tables.ts'

/** A place, and the division that it lies in. */
export type PlaceAt = {
  readonly id: string
  readonly name: string
  readonly divisionCode: string
  readonly km: number
  readonly isUsable: boolean
}

/**
 * The nearest open place to a point, whoever's it is: that of the shipper or of everybody's when there is one within its own fence, for a
 * load; else any other, whose division is that of the point as far as the register knows.
 * @param lon, lat  WGS-84 degrees
 * @returns null when the zone has no place at all
 * Source: own; equirectangular distance, good to 1 % within 100 km. One statement. O(places of the zone).
 */
export async function nearestPlace(
  db: Db | Tx,
  zoneId: string,
  shipperId: string,
  { lon, lat }: { readonly lon: number; readonly lat: number },
): Promise<PlaceAt | null> {
  const { rows } = await sql<PlaceAt>`
    select id, name, division_code as "divisionCode", km,
      km * 1000 <= fence_m and (shipper_id is null or shipper_id = ${shipperId}) as "isUsable"
    from (
      select p.*, 111.195 * sqrt(power((p.lon_deg - ${lon}) * cos(radians(${lat})), 2) + power(p.lat_deg - ${lat}, 2)) as km
      from freight_place p where p.zone_id = ${zoneId} and p.state = 'open') p
    order by "isUsable" desc, km, id limit 1`.execute(db)
  return rows[0] ?? null
}
