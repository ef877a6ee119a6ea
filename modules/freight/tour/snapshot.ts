import { sql } from 'kysely'
import type { Tx } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { FreightError } from '../problems.ts'
import { riskEdition } from '../risk/edition.ts'
import type { FreeTruck } from '../wave/crew.ts'
import { roadMetres } from '../wave/model.ts'
import { bandOf, freeTrucks, marksOf } from '../wave/snapshot.ts'
import type { WaveNumbers } from '../wave/words.ts'
import type { Measure } from '../words.ts'
import { isCombination } from './body.ts'
import type { TourLoad, TourTruck } from './model.ts'
import { tourTrucksMax } from './words.ts'
import '../tables.ts'

type Deps = Pick<RequestContext['deps'], 'db' | 'zoneId' | 'clock'>

/** What somebody chose. */
export type Chosen = {
  readonly loads: readonly { readonly id: string; readonly deadline: number | null }[]
  /** Null: all that are free and in reach. */
  readonly vehicleIds: readonly string[] | null
}

export type TourSnapshot = {
  readonly loads: readonly TourLoad[]
  readonly trucks: readonly TourTruck[]
  readonly mindsBodies: boolean
}

/**
 * Reads the chosen loads and trucks in one transaction that sees one moment. Trucks are free and may go as `readSnapshot` of the waves says
 * it.
 * @returns what was chosen, in its order; refused by field where an id is of no load or truck, or a truck may not go now
 * Nine statements at most, those of vehicles and drivers as in the waves. O(terminals + papers + drivings).
 */
export function readTours(
  { db, zoneId, clock }: Deps,
  chosen: Chosen,
  waves: WaveNumbers,
): Promise<Result<TourSnapshot, FreightError>> {
  const now = clock()
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const rows = await loadsOf(tx, zoneId, chosen)
      const found = new Map(rows.map((row) => [row.id, row]))
      const strange = chosen.loads.findIndex(({ id }) => !found.has(id))
      if (strange >= 0) return err(unknown(`loads[${strange}].id`, chosen.loads[strange]?.id ?? ''))
      const trucks = await trucksOf(tx, zoneId, now, chosen, rows, waves)
      if (!trucks.ok) return trucks
      const { rules } = await riskEdition(tx, zoneId)
      const marks = await marksOf(tx, zoneId, now, waves)
      const loads = chosen.loads.flatMap(({ id, deadline }): readonly TourLoad[] => {
        const row = found.get(id)
        if (!row) return []
        const { state, mode, ...load } = row
        const isOpen = state === 'published' && mode === 'assign' && row.left > 0 && row.loadUntil > now
        const forbidden = marks.flatMap(({ loadId, vehicleId, kind }) =>
          loadId === id && kind === 'forbid' ? [vehicleId] : [],
        )
        return [{ ...load, deadline, isOpen, forbidden }]
      })
      return ok({ loads, trucks: trucks.value, mindsBodies: rules.R17.breach === 'block' })
    })
}

const unknown = (field: string, value: string): FreightError => ({
  kind: 'field_refused',
  field,
  value,
  rule: 'within_reach',
})

type LoadRow = Omit<TourLoad, 'deadline' | 'isOpen' | 'forbidden' | 'measure'> & {
  readonly measure: Measure
  readonly state: string
  readonly mode: string
}

/** By primary keys. */
async function loadsOf(tx: Tx, zoneId: string, { loads }: Chosen): Promise<readonly LoadRow[]> {
  const place = (alias: string) =>
    sql`jsonb_build_object('id', ${sql.ref(`${alias}.id`)}, 'name', ${sql.ref(`${alias}.name`)},
      'lon', ${sql.ref(`${alias}.lon_deg`)}, 'lat', ${sql.ref(`${alias}.lat_deg`)})`
  const { rows } = await sql<LoadRow>`
    select l.id, l.number, l.goods, l.cargo_class as "cargoClass", l.measure, greatest(0, l.quantity - l.taken) as left, l.state,
      l.mode, l.load_from as "loadFrom", l.load_until as "loadUntil", ${place('a')} as "from", ${place('b')} as "to"
    from freight_load l
    join freight_place a on a.zone_id = l.zone_id and a.id = l.from_id
    join freight_place b on b.zone_id = l.zone_id and b.id = l.to_id
    where l.zone_id = ${zoneId} and l.id = any(${loads.map(({ id }) => id)}::uuid[])`.execute(tx)
  return rows
}

async function trucksOf(
  tx: Tx,
  zoneId: string,
  now: EpochMs,
  { vehicleIds }: Chosen,
  loads: readonly LoadRow[],
  waves: WaveNumbers,
): Promise<Result<readonly TourTruck[], FreightError>> {
  const places = loads.map(({ from }) => from)
  const band = vehicleIds ? { south: -90, north: 90 } : bandOf(places, waves.reachM)
  const free = (await freeTrucks(tx, zoneId, now, waves, band)).filter(({ lack }) => lack === null)
  const wanted = vehicleIds && new Set(vehicleIds)
  const picked = wanted ? free.filter(({ id }) => wanted.has(id)) : nearest(free, loads, waves)
  const bodies = await bodiesOf(tx, zoneId, vehicleIds ?? picked.map(({ id }) => id))
  const missing = vehicleIds?.findIndex((id) => !bodies.has(id)) ?? -1
  if (missing >= 0) return err(unknown(`vehicleIds[${missing}]`, vehicleIds?.[missing] ?? ''))
  const idle = vehicleIds?.findIndex((id) => !picked.some((truck) => truck.id === id)) ?? -1
  if (idle >= 0)
    return err({
      kind: 'tour_truck',
      field: `vehicleIds[${idle}]`,
      value: bodies.get(vehicleIds?.[idle] ?? '')?.plate ?? '',
      rule: 'tour_truck_free',
    })
  return ok(
    picked.flatMap(({ id, plate, driverId, carrierId, typeCode, ratedKg, lon, lat }): readonly TourTruck[] => {
      const body = bodies.get(id)
      if (!body || driverId === null) return []
      const { axles, driveAxles, tareKg, volumeDm3, trailerPlate } = body
      return [
        {
          id,
          plate,
          driverId,
          carrierId,
          typeCode,
          ratedKg,
          lon,
          lat,
          isCombination: isCombination(typeCode, trailerPlate),
          axles,
          driveAxles,
          tareKg,
          volumeDm3,
        },
      ]
    }),
  )
}

/** Trucks that reach some load, the nearest first, as many as a plan looks at. O(trucks · loading places). */
function nearest(free: readonly FreeTruck[], loads: readonly LoadRow[], waves: WaveNumbers): readonly FreeTruck[] {
  const places = [...new Map(loads.map(({ from }) => [from.id, from])).values()]
  return free
    .map((truck) => ({ truck, emptyM: Math.min(...places.map((place) => roadMetres(truck, place, waves))) }))
    .filter(({ emptyM }) => emptyM <= waves.reachM)
    .toSorted((a, b) => a.emptyM - b.emptyM)
    .slice(0, tourTrucksMax)
    .map(({ truck }) => truck)
}

/** What the register knows of bodies and axles. By primary keys. */
async function bodiesOf(tx: Tx, zoneId: string, ids: readonly string[]) {
  const rows = await tx
    .selectFrom('freight_vehicle')
    .select(['id', 'plate', 'axles', 'drive_axles as driveAxles', 'tare_kg as tareKg', 'volume_dm3 as volumeDm3'])
    .select('trailer_plate as trailerPlate')
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** Where a plan's chance begins: another for each command. O(1). */
export const seedOf = (commandId: string): number => Number.parseInt(commandId.slice(-7), 16)
