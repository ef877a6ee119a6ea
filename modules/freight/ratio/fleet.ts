import { haversineM, type LonLat } from '@tingzhou/geo'
import { bears, roadMetres } from '../wave/model.ts'
import { bodyRule } from '../wave/solve.ts'
import type { DayRecord, RecordLoad } from './record.ts'

/** Where the trucks of a record are while it is dispatched anew, and from when they are free: as they stand when it begins. */
export function fleetOf(record: DayRecord) {
  const spots: LonLat[] = record.trucks.map(({ lon, lat }) => ({ lon, lat }))
  const freeS = Float64Array.from(record.trucks, (truck) => truck.freeS)
  const fits = bodyRule(record.mindsBodies)
  const placeOf = (number: number): LonLat => record.places[number]! // a place of the record
  const emptyM = (truck: number, load: RecordLoad): number =>
    roadMetres(spots[truck]!, placeOf(load.from), record.numbers) // a truck of the record
  return {
    spots,
    freeS,
    emptyM,
    mayTake: (truck: number, { kg, cargoClass }: RecordLoad): boolean => {
      const { ratedKg, typeCode } = record.trucks[truck]! // a truck of the record
      return bears(kg, ratedKg) && fits(cargoClass, typeCode)
    },
    /** Sends a truck: it is busy as long as the real one was, and free where it unloads. @returns empty metres */
    send: (truck: number, load: RecordLoad, atS: number): number => {
      const metres = emptyM(truck, load)
      spots[truck] = placeOf(load.to)
      freeS[truck] = load.busyS === null ? Infinity : atS + load.busyS
      return metres
    },
    /**
     * The nearest truck that may take a load at its moment, within reach; null: there is none. O(trucks), most of them by a glance.
     * @param minds  what else must hold of a truck
     */
    nearest: (load: RecordLoad, minds: (truck: number) => boolean = () => true) => {
      const at = placeOf(load.from)
      let best: { readonly truck: number; readonly metres: number } | null = null
      for (let truck = 0; truck < spots.length; truck++) {
        const spot = spots[truck]! // below the length
        if (freeS[truck]! > load.takenS) continue
        // A degree of latitude is 111 km: what is further north or south is not nearer.
        if (best && Math.abs(spot.lat - at.lat) * 110_000 > best.metres) continue
        const metres = haversineM(spot, at)
        if ((best && metres >= best.metres) || !minds(truck)) continue
        const { ratedKg, typeCode } = record.trucks[truck]! // as many
        if (bears(load.kg, ratedKg) && fits(load.cargoClass, typeCode)) best = { truck, metres }
      }
      if (!best || emptyM(best.truck, load) > record.numbers.reachM) return null
      return { truck: best.truck, emptyM: emptyM(best.truck, load) }
    },
  }
}
