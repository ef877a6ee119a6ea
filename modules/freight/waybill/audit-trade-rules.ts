import { plateKey } from '../numbers.ts'
import type { Judges } from './audit-rules.ts'
import { bodyOf, goodsFit } from './goods-body.ts'

/** The plates of a truck at one time. */
export type Plates = { readonly plate: string; readonly plateColour: string; readonly trailerPlate: string }

/** What the vehicle is and does, and what the lane costs. */
export type TradeFacts = {
  /** As the agreement names it. */
  readonly agreedPlate: string
  /** As registered when it left; null: nothing was noted. */
  readonly leftWith: Plates | null
  /** As registered now. */
  readonly registered: Plates & { readonly typeCode: string }
  /** What the terminal is called, where that is a plate. */
  readonly devicePlate: string | null
  readonly cargoClass: string
  readonly ratedLoadKg: number
  readonly vehicleGrossKg: number
  readonly carrierMilliFen: number
  /** Prices of the lane before; `trips` were looked at. */
  readonly lane: { readonly medianMilliFen: number | null; readonly trips: number }
  /** Trips of the vehicle that were loaded on the day, this one among them. */
  readonly day: { readonly trips: number; readonly plannedM: number }
  readonly month: { readonly trips: number; readonly plannedM: number; readonly netKg: number; readonly days: number }
}

const isEqual = (one: Plates, other: Plates): boolean =>
  plateKey(one.plate) === plateKey(other.plate) &&
  one.plateColour === other.plateColour &&
  plateKey(one.trailerPlate) === plateKey(other.trailerPlate)

/** Minutes that a way takes on the road. */
const roadMin = (metres: number, speedKmh: number): number => metres / 1_000 / (speedKmh / 60)

/** Rules that look at the vehicle, its trips and the price. */
export const tradeJudges: Judges<'R9' | 'R13' | 'R14' | 'R17' | 'R19', TradeFacts> = {
  // The vehicle of the agreement is the one that left, and the one that is registered.
  R9: ({ agreedPlate, leftWith, registered, devicePlate }) => {
    const { typeCode: _type, ...now } = registered
    const same = plateKey(agreedPlate) === plateKey(now.plate) && (leftWith === null || isEqual(leftWith, now))
    return {
      holds: same,
      warns: devicePlate !== null && plateKey(devicePlate) !== plateKey(now.plate),
      evidence: { agreedPlate, leftWith: leftWith && { ...leftWith }, registered: { ...now }, devicePlate },
    }
  },
  // The price is that of the lane.
  R13: ({ carrierMilliFen, lane: { medianMilliFen, trips } }, limits) => {
    const { leastTrips = 1, deviationMaxPct = 0 } = limits
    if (medianMilliFen === null || medianMilliFen <= 0 || trips < leastTrips)
      return { holds: null, evidence: { priceMilliFen: carrierMilliFen, trips } }
    const deviationPct = Math.round((1_000 * (carrierMilliFen - medianMilliFen)) / medianMilliFen) / 10
    return {
      holds: Math.abs(deviationPct) <= deviationMaxPct,
      evidence: { priceMilliFen: carrierMilliFen, medianMilliFen, deviationPct, trips },
    }
  },
  // A day is long enough for the trips of the day.
  R14: ({ day }, limits) => {
    const { speedKmh = 1, endMin = 0, dayMaxMin = 0 } = limits
    const neededMin = Math.ceil(roadMin(day.plannedM, speedKmh) + day.trips * 2 * endMin)
    return { holds: neededMin <= dayMaxMin, evidence: { trips: day.trips, plannedM: day.plannedM, neededMin } }
  },
  // The goods go with the body; what a tractor draws is not known.
  R17: ({ cargoClass, registered: { typeCode } }) => {
    const holds = goodsFit(cargoClass, typeCode)
    return { holds, evidence: { cargoClass, typeCode, ...(holds === null ? {} : { body: bodyOf(typeCode) }) } }
  },
  // No truck carries more in a month than there is time for.
  R19: ({ month, ratedLoadKg }, limits) => {
    const { speedKmh = 1, endMin = 0, dayMaxMin = 0 } = limits
    // There and back.
    const tripMin = Math.max(1, (2 * roadMin(month.plannedM, speedKmh)) / Math.max(1, month.trips) + 2 * endMin)
    const tripsMax = Math.floor((month.days * dayMaxMin) / tripMin)
    const capacityKg = tripsMax * ratedLoadKg
    return {
      holds: month.netKg <= capacityKg,
      evidence: { netKg: month.netKg, capacityKg, trips: month.trips, tripsMax },
    }
  },
}
