import type { WaybillState } from './trip.ts'

/** What the server answers, as the phone reads it. Quantities: kg, dm³ or trucks by `measure`; money in fen. */
export type Place = {
  readonly name: string
  readonly address: string
  readonly lonDeg: number
  readonly latDeg: number
  readonly fenceM: number
  readonly contact: string
  readonly phone: string
}

export type Measure = 'ton' | 'm3' | 'truck'

/** A slot at the docks of an end of a trip; instants in epoch ms. */
export type SlotFacts = {
  readonly end: 'load' | 'unload'
  readonly place: { readonly name: string }
  /** Null: none, and why. */
  readonly startsAt: number | null
  readonly lack: 'full' | 'late' | 'released' | null
  readonly leaveAt: number | null
  readonly arrivedAt: number | null
  readonly queue: { readonly ahead: number; readonly isServed: boolean; readonly startAt: number } | null
}

/** A stop of a tour: which waybill is loaded or unloaded there; instants in epoch ms. */
export type TourStopFacts = {
  readonly kind: 'load' | 'unload'
  readonly waybillId: string
  readonly place: string
  readonly goods: string
  readonly plan: number
  readonly measure: 'ton' | 'm3'
  readonly arriveAt: number
}
export type TourFacts = { readonly id: string; readonly stops: readonly TourStopFacts[] }

export type TripFacts = {
  readonly id: string
  readonly number: string
  readonly serial: string
  readonly state: WaybillState
  readonly goods: string
  readonly measure: Measure
  readonly plan: number
  readonly plate: string
  readonly fromPlace: Place
  readonly toPlace: Place
  readonly consignee: string
  readonly carrierMilliFen: number
  readonly dueFen: number | null
  /** Null before the settlement, and in what an older version of the phone kept. */
  readonly paidFen?: number | null
  readonly distanceM: number | null
  /** Absent in what an older version of the phone kept. */
  readonly slots?: readonly SlotFacts[]
  /** Absent in what an older version of the phone kept; null: a trip of its own. */
  readonly tour?: TourFacts | null
  readonly offerUntil: number | null
  readonly loadNetKg: number | null
  readonly unloadNetKg: number | null
  readonly createdAt: number
}
export type MyTrips = { readonly rows: readonly TripFacts[] }

export type LoadFacts = {
  readonly id: string
  readonly number: string
  readonly goods: string
  readonly measure: Measure
  readonly truckPlan: number
  readonly quantity: number
  readonly taken: number
  readonly from: { readonly name: string }
  readonly to: { readonly name: string }
  readonly carrierMilliFen: number | null
  readonly distanceM: number | null
  readonly loadFrom: number
  readonly loadUntil: number
}
export type OpenLoads = { readonly rows: readonly LoadFacts[] }

export type MyVehicles = {
  readonly rows: readonly {
    readonly id: string
    readonly plate: string
    readonly carrier: { readonly id: string; readonly name: string }
  }[]
}

/** What became of a vehicle when loads were last matched; null: they never were. */
export type WhyNotFacts = { readonly answer: { readonly madeAt: number; readonly text: string } | null }

type Named = { readonly code: string; readonly zh: string; readonly en: string }
/** What ratings and complaints choose from. */
export type Choices = {
  readonly tags: { readonly carrier: readonly Named[]; readonly shipper: readonly Named[] }
  readonly kinds: readonly Named[]
}
export type Ratings = {
  /** Why the driver may not rate now; null: may. */
  readonly reason: string | null
  readonly rows: readonly {
    readonly side: 'shipper' | 'carrier'
    readonly stars: number
    readonly tags: readonly string[]
    readonly words: string
  }[]
}
export type Complaints = {
  readonly rows: readonly { readonly id: string; readonly number: string; readonly state: ComplaintState }[]
}
export type ComplaintState = 'opened' | 'accepted' | 'answered' | 'reviewing' | 'closed' | 'withdrawn'

type Ref = { readonly id: string; readonly name: string }
/** A load that a truck can have after its trip; metres, epoch ms. */
export type ReturnFacts = {
  readonly load: {
    readonly id: string
    readonly number: string
    readonly goods: string
    readonly measure: Measure
    readonly plan: number
    readonly from: Ref
    readonly to: Ref
    readonly loadFrom: number
    readonly loadUntil: number
  }
  readonly carrierMilliFen: number | null
  readonly emptyM: number
  readonly loadedM: number
  readonly arriveAt: number
  /** What choosing it means: it is booked, or a dispatcher decides. */
  readonly how: 'book' | 'wish'
  readonly why: readonly { readonly kind: string; readonly text: string }[]
}
/** The next load of a truck. */
export type NextFacts = {
  readonly id: string
  readonly state: 'wished' | 'booked' | 'taken' | 'ended'
  readonly flagText: string | null
  readonly load: { readonly number: string; readonly goods: string; readonly from: Ref; readonly to: Ref }
  readonly waybill: { readonly id: string; readonly number: string } | null
  readonly emptyM: number
  readonly expectedAt: number
  readonly offerUntil: number | null
  readonly endText: string | null
}
export type Returns = {
  readonly at: Ref
  readonly next: NextFacts | null
  readonly freeAt: number | null
  readonly home: Ref | null
  readonly homeEmptyM: number | null
  /** Why there are none. */
  readonly reason: 'over' | 'not_last' | 'booked' | 'papers' | 'nothing' | null
  readonly rows: readonly ReturnFacts[]
}
