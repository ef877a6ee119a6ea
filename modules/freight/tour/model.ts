import type { PdptwInstance, PlanePlaces } from '@tingzhou/dispatch'
import type { LonLat } from '@tingzhou/geo'
import file from '../data/tour.json' with { type: 'json' }
import { roadMetres } from '../wave/model.ts'
import { goodsFit } from '../waybill/goods-body.ts'
import type { Measure } from '../words.ts'
import type { LeftLoad } from './kept.ts'
import type { TourNumbers } from './words.ts'

export type TourPlace = LonLat & { readonly id: string; readonly name: string }

/** A load that shall share a truck. */
export type TourLoad = {
  readonly id: string
  readonly number: string
  readonly goods: string
  readonly cargoClass: string
  readonly measure: Measure
  /** What is left of it, in its measure; nothing where `open` says no. */
  readonly left: number
  readonly from: TourPlace
  readonly to: TourPlace
  /** Milliseconds since the epoch. */
  readonly loadFrom: number
  readonly loadUntil: number
  /** Until when it has to be there; null: nobody said. */
  readonly deadline: number | null
  /** Whether it is published, of assignment and in its time. */
  readonly isOpen: boolean
  /** Vehicles that shall not take it. */
  readonly forbidden: readonly string[]
}

/** A truck that may go. */
export type TourTruck = LonLat & {
  readonly id: string
  readonly plate: string
  readonly driverId: string
  readonly carrierId: string
  readonly typeCode: string
  readonly ratedKg: number
  readonly isCombination: boolean
  /** Null: the register does not know. */
  readonly axles: number | null
  readonly driveAxles: number | null
  readonly tareKg: number | null
  readonly volumeDm3: number | null
}

/** What a plan is made of. */
export type TourWish = {
  readonly loads: readonly TourLoad[]
  readonly trucks: readonly TourTruck[]
  /** Whether goods must go with the body. */
  readonly mindsBodies: boolean
  readonly numbers: TourNumbers
  /** How much longer a road is than a straight line: that of the waves. */
  readonly bendPct: number
  readonly now: number
  readonly seed: number
}

/** A load that some truck can carry: what is taken of it, and the least that it costs by itself. */
type Able = {
  readonly plan: number
  readonly massKg: number
  readonly trucks: readonly string[]
  readonly aloneM: number
}

/** The problem as the solver knows it, and what its names stand for. */
export type Layout = {
  readonly instance: PdptwInstance
  readonly places: PlanePlaces
  readonly truckOf: ReadonlyMap<
    string,
    { readonly truck: TourTruck; readonly capacityKg: number; readonly site: number }
  >
  readonly able: ReadonlyMap<string, Able>
  readonly left: readonly LeftLoad[]
  readonly leaveM: number
  readonly truckM: number
}

/**
 * The greatest gross mass of a vehicle and its goods by law; null: the register does not know its axles. Six axles whose driving axles are
 * not known count as with one. Source: `data/tour.json`. O(rows).
 */
export function lawfulGrossKg({
  axles,
  driveAxles,
  isCombination,
}: Pick<TourTruck, 'axles' | 'driveAxles' | 'isCombination'>): number | null {
  if (axles === null) return null
  // The law knows no truck of five axles by itself.
  const isDrawn = isCombination || axles > 4
  const row = file.gross.rows
    .filter((one) => one.axles <= axles && (isDrawn || !one.combination))
    .toSorted((a, b) => b.kg - a.kg)[0]
  if (!row) return null
  return row.oneDriveAxleKg !== undefined && (driveAxles ?? 1) < 2 ? row.oneDriveAxleKg : row.kg
}

/** What a truck may carry: its rated load, and no more than the law leaves above its tare where both are known. O(rows). */
export function capacityOf(
  truck: Pick<TourTruck, 'axles' | 'driveAxles' | 'isCombination' | 'tareKg' | 'ratedKg'>,
): number {
  const grossKg = lawfulGrossKg(truck)
  if (grossKg === null || truck.tareKg === null) return truck.ratedKg
  return Math.max(0, Math.min(truck.ratedKg, grossKg - truck.tareKg))
}

/**
 * Lays loads and trucks out for the solver, and says of each load that no truck can carry why.
 * Goods that are measured by their volume count as the mass that fills the smallest bed with the greatest capacity, of trucks that can have
 * any of them: no truck gets more than its volume, and none more than its mass, whatever it carries besides.
 * Pure. O(loads · trucks + sites²).
 */
export function instanceOf(wish: TourWish): Layout {
  const { loads, trucks, numbers, bendPct, now } = wish
  const capacities = trucks.map(capacityOf)
  const fleet = trucks.map((truck, at) => ({ truck, capacityKg: capacities[at] ?? 0 }))
  const bears = ({ measure, left: amount }: TourLoad, { truck, capacityKg }: (typeof fleet)[number]) =>
    measure === 'm3' ? capacityKg > 0 && amount <= (truck.volumeDm3 ?? 0) : amount <= capacityKg
  const suits = ({ cargoClass }: TourLoad, { typeCode }: TourTruck) =>
    !wish.mindsBodies || goodsFit(cargoClass, typeCode) !== false
  const volumes = loads.filter((load) => load.measure === 'm3' && load.isOpen && !isAlone(load))
  const densities = fleet.flatMap((one) =>
    one.truck.volumeDm3 && volumes.some((load) => bears(load, one) && suits(load, one.truck))
      ? [one.capacityKg / one.truck.volumeDm3]
      : [],
  )
  // A hair less, so that what fills a bed to the last cubic decimetre is not too heavy for it by a rounding.
  const kgPerDm3 = Math.max(0, ...densities) * (1 - 1e-12)
  const spots: LonLat[] = [...trucks]
  const known = new Map<string, number>()
  const siteOf = (place: TourPlace): number => {
    const site = known.get(place.id) ?? spots.push(place) - 1
    known.set(place.id, site)
    return site
  }
  const secondsOf = (metres: number) => Math.ceil((metres * 3.6) / numbers.speedKmh)
  const leadS = numbers.leadMinutes * 60
  const shiftEndS = leadS + numbers.hoursMax * 3_600
  const wayM = (a: LonLat, b: LonLat) => roadMetres(a, b, { bendPct })
  const able = new Map<string, Able>()
  const left: LeftLoad[] = []
  const requests = loads.flatMap((load): PdptwInstance['requests'] => {
    const ownM = wayM(load.from, load.to)
    const out = (kind: LeftLoad['kind'], said: LeftLoad['numbers'] = {}) => {
      left.push({ loadId: load.id, number: load.number, kind, numbers: said })
      return []
    }
    if (!load.isOpen) return out('not_open')
    if (load.measure === 'truck') return out('whole_truck')
    if (isAlone(load)) return out('goods_alone')
    const isVolume = load.measure === 'm3'
    const measured = isVolume ? fleet.filter(({ truck }) => truck.volumeDm3 !== null && truck.volumeDm3 > 0) : fleet
    if (measured.length === 0) return out('no_volume')
    const most = (some: typeof fleet) =>
      Math.max(...some.map(({ capacityKg, truck }) => (isVolume ? (truck.volumeDm3 ?? 0) : capacityKg)))
    const strong = measured.filter((one) => bears(load, one))
    if (strong.length === 0)
      return out(
        'too_heavy',
        isVolume ? { dm3: load.left, mostDm3: most(measured) } : { kg: load.left, mostKg: most(measured) },
      )
    const bodied = strong.filter(({ truck }) => suits(load, truck))
    if (bodied.length === 0) return out('wrong_body', { trucks: strong.length })
    const massKg = isVolume ? load.left * kgPerDm3 : load.left
    const sparing = bodied.filter(({ capacityKg }) => massKg <= capacityKg)
    if (sparing.length === 0) return out('beds_differ', { dm3: load.left, mostDm3: most(bodied) })
    const allowed = sparing.filter(({ truck }) => !load.forbidden.includes(truck.id))
    if (allowed.length === 0) return out('forbidden', { trucks: sparing.length })
    const readyS = Math.max(0, Math.ceil((load.loadFrom - now) / 1_000))
    const dueS = Math.floor((load.loadUntil - now) / 1_000)
    const thereS = load.deadline === null ? shiftEndS : Math.min(shiftEndS, Math.floor((load.deadline - now) / 1_000))
    // Without a rest: a truck that is late so is late.
    const inTime = allowed.filter(({ truck }) => {
      const arriveS = leadS + secondsOf(wayM(truck, load.from))
      const goneS = Math.max(arriveS, readyS) + numbers.loadMinutes * 60
      return arriveS <= dueS && goneS + secondsOf(ownM) <= thereS
    })
    if (inTime.length === 0 || dueS < readyS || thereS < 0) return out('no_time', { trucks: allowed.length })
    const emptyM = Math.min(...allowed.map(({ truck }) => wayM(truck, load.from)))
    const names = inTime.map(({ truck }) => truck.id)
    able.set(load.id, { plan: load.left, massKg, trucks: names, aloneM: emptyM + ownM })
    return [
      {
        id: load.id,
        massKg,
        pickup: { site: siteOf(load.from), readyS, dueS, serviceS: numbers.loadMinutes * 60 },
        delivery: { site: siteOf(load.to), readyS: 0, dueS: thereS, serviceS: numbers.unloadMinutes * 60 },
        dropCostM: numbers.leaveM + ownM,
        ...(names.length < trucks.length ? { vehicleTypes: names } : {}),
      },
    ]
  })
  const siteCount = spots.length
  const distanceM = new Float64Array(siteCount ** 2)
  for (const [a, from] of spots.entries())
    for (const [b, to] of spots.entries()) distanceM[a * siteCount + b] = a === b ? 0 : wayM(from, to)
  return {
    instance: {
      siteCount,
      distanceM,
      durationS: distanceM.map(secondsOf),
      requests,
      vehicleTypes: trucks.map(({ id }, at) => ({
        id,
        startSite: at,
        endSite: null,
        shiftStartS: leadS,
        shiftEndS,
        capacityKg: capacities[at] ?? 0,
        fixedCostM: numbers.truckM,
        count: 1,
      })),
    },
    places: planeOf(spots),
    truckOf: new Map(trucks.map((truck, site) => [truck.id, { truck, capacityKg: capacities[site] ?? 0, site }])),
    able,
    left,
    leaveM: numbers.leaveM,
    truckM: numbers.truckM,
  }
}

/** Goods that share a truck with no other load. */
const isAlone = ({ cargoClass }: TourLoad): boolean => file.alone.cargoClasses.includes(cargoClass)

/** Metres on a plane, good enough for borders between parts. */
function planeOf(spots: readonly LonLat[]): PlanePlaces {
  const middle = spots.reduce((sum, { lat }) => sum + lat, 0) / Math.max(1, spots.length)
  const narrow = Math.cos((middle * Math.PI) / 180)
  return {
    x: Float64Array.from(spots, ({ lon }) => lon * 111_195 * narrow),
    y: Float64Array.from(spots, ({ lat }) => lat * 111_195),
  }
}

/** Why a load that some truck could carry is in no tour. O(1). */
export function whyOut(
  { id }: TourLoad,
  { able, leaveM, truckM, instance }: Layout,
): Pick<LeftLoad, 'kind' | 'numbers'> {
  const { aloneM = 0, trucks = [] } = able.get(id) ?? {}
  const dropM = instance.requests.find((request) => request.id === id)?.dropCostM ?? leaveM
  return aloneM + truckM > dropM
    ? { kind: 'dearer', numbers: { leastM: aloneM + truckM, leaveM: dropM } }
    : { kind: 'no_room', numbers: { trucks: trucks.length } }
}
