import { err, ok, type Result } from '@tingzhou/kernel'
import { legS, restRule, type Dock, type RestRule } from './lane.ts'
import { bucketOf, bucketS, bucketStartS, firstFree, slotBook, takeSlot, type Opening, type SlotBook } from './slots.ts'
import { splitOrder } from './split.ts'

/** A place where trucks are loaded, unloaded, or both. */
export type BulkSite = {
  readonly id: string
  readonly load: Dock | null
  readonly unload: Dock | null
  /** When its docks work; null: always. */
  readonly openings: readonly Opening[] | null
  /** Slots over the time of the plan as they are booked already; absent: those of its docks, all free. */
  readonly books?: { readonly load: SlotBook | null; readonly unload: SlotBook | null }
}

/** What is still to be brought from one site to another. Times in seconds of the plan. */
export type BulkOrder = {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly remainingKg: number
  /** Of the trucks that carry it, kg. */
  readonly payloadKg: number
  /** Share of the order that need not be brought, 0 to 1. */
  readonly toleranceShare: number
  /** Higher first. */
  readonly priority: number
  readonly earliestS: number
  /** When the last truck has been unloaded. */
  readonly deadlineS: number
  /** Driving loaded, and empty back, s. */
  readonly outS: number
  readonly backS: number
}

export type BulkOptions = {
  readonly fromS: number
  /** How far slots are given, s. */
  readonly toS: number
  /** Trucks that may be on these lanes at once; null: as many as the docks take. */
  readonly trucksMax: number | null
  /** Share of the docks that slots may take, 0 to 1; the rest stays for trucks without one. */
  readonly slotShare: number
  readonly rest: RestRule
}

export const bulkOptions = { trucksMax: null, slotShare: 0.9, rest: restRule } as const

/** One truckload with a slot at both ends; slots begin at the times given, s. */
export type BulkTrip = {
  readonly orderId: string
  readonly kg: number
  readonly loadSlotS: number
  readonly unloadSlotS: number
  /** When the truck is back at the loading site, s. */
  readonly backS: number
}

/** What kept a trip from being placed. */
export type Blocker = 'load_slots' | 'unload_slots' | 'trucks' | 'deadline'

/** Trips of one order that begin in one bucket: a load node of an assignment with that many units. */
export type Wave = { readonly orderId: string; readonly slotS: number; readonly trips: number }

export type BulkPlan = {
  /** In the order of their loading slots. */
  readonly trips: readonly BulkTrip[]
  readonly waves: readonly Wave[]
  readonly unplaced: readonly { readonly orderId: string; readonly trips: number; readonly blocker: Blocker }[]
  /** Kilograms that tolerances leave, by order. */
  readonly leftKg: ReadonlyMap<string, number>
}

/** What is wrong with sites, orders or options. `field` is a path such as `orders[3].payloadKg`. */
export type BulkRefusal = { readonly field: string; readonly value: string; readonly rule: string }

/** Buckets that a plan may have: six weeks. */
export const bucketsMax = 6_048
/** Trips that a plan may have. */
export const tripsMax = 50_000

/**
 * Spreads orders over the slots of their sites so that trucks do not queue: orders of a higher priority first, those of the same one
 * in step by the share that is placed, each trip at the earliest moment when a loading slot, the unloading slot it reaches and a truck
 * are free.
 * @param sites  with ids that differ
 * @param orders  with ids that differ, between known sites that load and unload
 * @param options  the time of the plan and its limits
 * @returns trips and waves, and what could not be placed and why; or the first fault with field, value and rule
 * Source: own (water filling, first fit). O(trips · buckets) at worst, about O(trips · buckets of one trip) in practice.
 */
export function planBulk(
  sites: readonly BulkSite[],
  orders: readonly BulkOrder[],
  options: BulkOptions,
): Result<BulkPlan, BulkRefusal> {
  const fault = optionFault(options) ?? siteFault(sites, options) ?? orderFault(sites, orders)
  if (fault) return err(fault)
  const yard = openYard(sites, options)
  const lanes = orders.map((order) => toLane(order, yard))
  const unplaced: { orderId: string; trips: number; blocker: Blocker }[] = []
  const trips: BulkTrip[] = []
  for (const tier of tiers(lanes)) {
    for (let lane = furthestBehind(tier); lane; lane = furthestBehind(tier)) {
      const placed = place(lane, yard)
      if (typeof placed === 'string') {
        unplaced.push({ orderId: lane.order.id, trips: lane.needed - lane.placed, blocker: placed })
        lane.isStuck = true
      } else {
        lane.placed++
        trips.push(placed)
      }
    }
  }
  trips.sort((a, b) => a.loadSlotS - b.loadSlotS || compareText(a.orderId, b.orderId))
  const leftKg = new Map(lanes.map(({ order, leftKg: left }) => [order.id, left]))
  return ok({ trips, waves: wavesOf(trips), unplaced, leftKg })
}

type Yard = {
  readonly options: BulkOptions
  readonly books: ReadonlyMap<string, { readonly load: SlotBook; readonly unload: SlotBook }>
  readonly sites: ReadonlyMap<string, BulkSite>
  /** Trucks on their way in each bucket. */
  readonly trucks: Int32Array
}

type PlannedLane = {
  readonly order: BulkOrder
  readonly load: SlotBook
  readonly unload: SlotBook
  readonly loadS: number
  readonly unloadS: number
  readonly needed: number
  readonly fullKg: number
  readonly lastKg: number
  readonly leftKg: number
  placed: number
  /** Where the next trip's search begins: slots before it are taken. */
  cursor: number
  isStuck: boolean
}

function openYard(sites: readonly BulkSite[], options: BulkOptions): Yard {
  const buckets = bucketCount(options)
  const book = (dock: Dock | null, { openings }: BulkSite, given: SlotBook | null | undefined): SlotBook =>
    given
      ? { ...given, booked: given.booked.slice() }
      : slotBook(dock ?? { docks: 0, serviceS: 1 }, options.fromS, buckets, options.slotShare, openings)
  return {
    options,
    sites: new Map(sites.map((site) => [site.id, site])),
    books: new Map(
      sites.map((site) => {
        const { id, load, unload, books } = site
        return [id, { load: book(load, site, books?.load), unload: book(unload, site, books?.unload) }]
      }),
    ),
    trucks: new Int32Array(buckets),
  }
}

function toLane(order: BulkOrder, { books, sites }: Yard): PlannedLane {
  const { trips, fullKg, lastKg, leftKg } = splitOrder(order.remainingKg, order.payloadKg, order.toleranceShare)
  // orderFault has seen that both sites are there, and load and unload.
  const { load } = books.get(order.from)!
  const { unload } = books.get(order.to)!
  return {
    order,
    load,
    unload,
    loadS: sites.get(order.from)!.load!.serviceS,
    unloadS: sites.get(order.to)!.unload!.serviceS,
    needed: trips,
    fullKg,
    lastKg,
    leftKg,
    placed: 0,
    cursor: Math.max(0, Math.ceil((order.earliestS - load.fromS) / bucketS)),
    isStuck: false,
  }
}

function tiers(lanes: readonly PlannedLane[]): readonly (readonly PlannedLane[])[] {
  const priorities = [...new Set(lanes.map(({ order }) => order.priority))].toSorted((a, b) => b - a)
  return priorities.map((priority) => lanes.filter(({ order }) => order.priority === priority))
}

/** The lane with the smallest share placed; of equals the one whose deadline is first, then by id. */
function furthestBehind(tier: readonly PlannedLane[]): PlannedLane | null {
  let behind: PlannedLane | null = null
  for (const lane of tier) {
    if (lane.isStuck || lane.placed === lane.needed) continue
    if (!behind || isBefore(lane, behind)) behind = lane
  }
  return behind
}

function isBefore(a: PlannedLane, b: PlannedLane): boolean {
  const shares = a.placed * b.needed - b.placed * a.needed
  return (shares || a.order.deadlineS - b.order.deadlineS || compareText(a.order.id, b.order.id)) < 0
}

/** Books the earliest trip that fits; or says what it runs into. */
function place(lane: PlannedLane, yard: Yard): BulkTrip | Blocker {
  const { order, load, unload } = lane
  const { rest } = yard.options
  let from = lane.cursor
  for (;;) {
    const bucket = firstFree(load, from)
    if (bucket === null) return 'load_slots'
    // Slots only fill up: none before the first free one comes free again.
    if (from === lane.cursor) lane.cursor = bucket
    const loadSlotS = bucketStartS(load, bucket)
    const reachesS = loadSlotS + lane.loadS + legS(order.outS, rest)
    const reached = bucketOf(unload, reachesS)
    const free = firstFree(unload, reached)
    if (free === null) return 'unload_slots'
    const unloadSlotS = bucketStartS(unload, free)
    const doneS = Math.max(reachesS, unloadSlotS) + lane.unloadS
    if (doneS > order.deadlineS) return 'deadline'
    const backS = doneS + legS(order.backS, rest)
    const busy = lastBusy(yard, bucket, backS)
    if (busy !== null && busy + 1 >= yard.trucks.length) return 'trucks'
    if (free === reached && busy === null) {
      takeSlot(load, bucket)
      takeSlot(unload, free)
      occupy(yard, bucket, backS)
      const kg = lane.placed === lane.needed - 1 ? lane.lastKg : lane.fullKg
      return { orderId: order.id, kg, loadSlotS, unloadSlotS, backS }
    }
    // It would stand before the docks, or has no truck yet: it leaves later instead. Buckets of both sites are in step.
    from = Math.max(bucket + free - reached, busy === null ? 0 : busy + 1)
  }
}

/** The last bucket of a trip in which all trucks are on their way; null when there is one for it. */
function lastBusy({ trucks, options }: Yard, bucket: number, backS: number): number | null {
  const { trucksMax, fromS } = options
  if (trucksMax === null) return null
  const until = Math.min(trucks.length, Math.ceil((backS - fromS) / bucketS))
  for (let at = until - 1; at >= bucket; at--) if (trucks[at]! >= trucksMax) return at // below the length
  return null
}

function occupy({ trucks, options }: Yard, bucket: number, backS: number): void {
  const until = Math.min(trucks.length, Math.ceil((backS - options.fromS) / bucketS))
  for (let at = bucket; at < until; at++) trucks[at]!++ // below the length
}

function wavesOf(trips: readonly BulkTrip[]): readonly Wave[] {
  const waves = new Map<string, { orderId: string; slotS: number; trips: number }>()
  for (const { orderId, loadSlotS } of trips) {
    const key = `${loadSlotS} ${orderId}`
    const wave = waves.get(key)
    if (wave) wave.trips++
    else waves.set(key, { orderId, slotS: loadSlotS, trips: 1 })
  }
  return [...waves.values()]
}

function bucketCount({ fromS, toS }: BulkOptions): number {
  return Math.ceil((toS - fromS) / bucketS)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function optionFault(options: BulkOptions): BulkRefusal | null {
  const { fromS, toS, trucksMax, slotShare, rest } = options
  return (
    wholeFault('fromS', fromS, 0) ??
    wholeFault('toS', toS, fromS + bucketS) ??
    (bucketCount(options) <= bucketsMax ? null : refusal('toS', toS, `is at most ${bucketsMax} buckets after fromS`)) ??
    (trucksMax === null ? null : wholeFault('trucksMax', trucksMax, 1)) ??
    shareFault('slotShare', slotShare) ??
    wholeFault('rest.drivingMaxS', rest.drivingMaxS, 1) ??
    wholeFault('rest.restS', rest.restS, 0)
  )
}

function siteFault(sites: readonly BulkSite[], options: BulkOptions): BulkRefusal | null {
  const ids = new Set<string>()
  for (const [i, { id, load, unload, openings, books }] of sites.entries()) {
    if (ids.has(id)) return refusal(`sites[${i}].id`, id, 'is the id of one site only')
    ids.add(id)
    const fault =
      dockFault(`sites[${i}].load`, load) ??
      dockFault(`sites[${i}].unload`, unload) ??
      openingFault(`sites[${i}].openings`, openings ?? []) ??
      bookFault(`sites[${i}].books.load`, books?.load, options) ??
      bookFault(`sites[${i}].books.unload`, books?.unload, options)
    if (fault) return fault
  }
  return null
}

function dockFault(field: string, dock: Dock | null): BulkRefusal | null {
  return dock && (wholeFault(`${field}.docks`, dock.docks, 1) ?? wholeFault(`${field}.serviceS`, dock.serviceS, 1))
}

function openingFault(field: string, openings: readonly Opening[]): BulkRefusal | null {
  let beforeS = 0
  for (const [i, { fromS, toS }] of openings.entries()) {
    const fault = wholeFault(`${field}[${i}].fromS`, fromS, beforeS) ?? wholeFault(`${field}[${i}].toS`, toS, fromS)
    if (fault) return fault
    beforeS = toS
  }
  return null
}

/** A book covers just the time of the plan: buckets of all sites are in step. */
function bookFault(field: string, book: SlotBook | null | undefined, options: BulkOptions): BulkRefusal | null {
  if (!book) return null
  if (book.fromS !== options.fromS)
    return refusal(`${field}.fromS`, book.fromS, `is ${options.fromS}, where the plan begins`)
  const [buckets, length] = [bucketCount(options), Math.min(book.capacity.length, book.booked.length)]
  return length === buckets ? null : refusal(field, length, `has ${buckets} buckets, as many as the plan`)
}

function orderFault(sites: readonly BulkSite[], orders: readonly BulkOrder[]): BulkRefusal | null {
  const byId = new Map(sites.map((site) => [site.id, site]))
  const ids = new Set<string>()
  let trips = 0
  for (const [i, order] of orders.entries()) {
    const at = `orders[${i}]`
    if (ids.has(order.id)) return refusal(`${at}.id`, order.id, 'is the id of one order only')
    ids.add(order.id)
    const fault =
      (byId.get(order.from)?.load ? null : refusal(`${at}.from`, order.from, 'is a site that loads')) ??
      (byId.get(order.to)?.unload ? null : refusal(`${at}.to`, order.to, 'is a site that unloads')) ??
      wholeFault(`${at}.remainingKg`, order.remainingKg, 0) ??
      wholeFault(`${at}.payloadKg`, order.payloadKg, 1) ??
      shareFault(`${at}.toleranceShare`, order.toleranceShare) ??
      (Number.isFinite(order.priority) ? null : refusal(`${at}.priority`, order.priority, 'is a number')) ??
      wholeFault(`${at}.earliestS`, order.earliestS, 0) ??
      wholeFault(`${at}.deadlineS`, order.deadlineS, order.earliestS) ??
      wholeFault(`${at}.outS`, order.outS, 0) ??
      wholeFault(`${at}.backS`, order.backS, 0)
    if (fault) return fault
    trips += Math.ceil(order.remainingKg / order.payloadKg)
    if (trips > tripsMax)
      return refusal(`${at}.remainingKg`, order.remainingKg, `makes at most ${tripsMax} trips in all`)
  }
  return null
}

function wholeFault(field: string, value: number, min: number): BulkRefusal | null {
  return Number.isSafeInteger(value) && value >= min
    ? null
    : refusal(field, value, `is a whole number of at least ${min}`)
}

function shareFault(field: string, value: number): BulkRefusal | null {
  return value >= 0 && value <= 1 ? null : refusal(field, value, 'is between 0 and 1')
}

function refusal(field: string, value: string | number, rule: string): BulkRefusal {
  return { field, value: String(value), rule }
}
