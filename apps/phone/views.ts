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
