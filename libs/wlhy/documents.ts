import type { EpochMs } from '@tingzhou/kernel'

/** What is reported, in the order in which it may be sent: a waybill needs its vehicle and drivers, a fund flow its waybills. */
export const documentKinds = ['driver', 'vehicle', 'waybill', 'fund_flow'] as const
export type DocumentKind = (typeof documentKinds)[number]

/** A driver 驾驶员. Texts that are not known are empty; days are `YYYY-MM-DD`, 2999-12-31 being long term. */
export type DriverDocument = {
  readonly name: string
  /** The identity number, which is the number of the driving licence. */
  readonly idNumber: string
  readonly licenceClass: string
  readonly licenceIssuer: string
  readonly licenceFrom: string
  readonly licenceTo: string
  readonly qualification: string
  /** Drives vehicles up to 4.5 t only, and needs no qualification: the first six of the identity number and 000000 are reported. */
  readonly light: boolean
  readonly phone: string
  readonly remark: string
}

/** A vehicle 车辆. */
export type VehicleDocument = {
  readonly plate: string
  /** Table plate colour. */
  readonly plateColour: string
  /** Table vehicle type. */
  readonly typeCode: string
  /** Table energy. */
  readonly energy: string
  readonly owner: string
  readonly useCharacter: string
  readonly vin: string
  readonly issuer: string
  readonly registeredOn: string | null
  readonly issuedOn: string | null
  readonly ratedLoadKg: number
  readonly grossKg: number
  /** Empty for vehicles up to 4.5 t: the division and 000000 are reported. */
  readonly transportPermit: string
  /** GB/T 2260, six digits: where the vehicle is registered. */
  readonly divisionCode: string
  readonly trailerPlate: string
  readonly remark: string
}

/** Who sends or receives, and where. */
export type WaybillParty = {
  readonly name: string
  /** Unified social credit code or identity number; a consignee's may be empty. */
  readonly idNumber: string
  readonly place: string
  /** GB/T 2260, or the code of a country abroad. */
  readonly divisionCode: string
}

/** What one vehicle did of a way in segments. */
export type WaybillLeg = {
  readonly despatchedAt: EpochMs
  readonly receivedAt: EpochMs
  readonly fromPlace: string
  readonly fromDivisionCode: string
  readonly toPlace: string
  readonly toDivisionCode: string
}

export type WaybillGoods = {
  readonly name: string
  /** Table cargo class. */
  readonly cargoClass: string
  readonly grossKg: number
  /** dm³, above 0. */
  readonly volumeDm3: number | null
  readonly packages: number | null
}

/** A waybill 电子运单: one vehicle, one leg. */
export type WaybillDocument = {
  /** The shipper's number of the order. */
  readonly originalNumber: string
  readonly number: string
  /** Two digits of the truck in the order, two of the segment; 0000 is one order, one truck. */
  readonly serial: string
  readonly vehicleAmount: number
  /** Table transport organisation. */
  readonly transportOrganisation: string
  readonly sentAt: EpochMs
  /** The network freight operator. */
  readonly platform: { readonly name: string; readonly creditCode: string; readonly permit: string }
  readonly madeAt: EpochMs
  /** Table business type. */
  readonly businessType: string
  readonly despatchedAt: EpochMs
  readonly receivedAt: EpochMs
  readonly finishedAt: EpochMs
  /** The shipper's freight for this vehicle. */
  readonly freightFen: number
  /** What the way cost beside labour: fuel, road, bridges. */
  readonly transportCostFen: number
  readonly distanceKm: number
  readonly consignor: WaybillParty
  readonly consignee: WaybillParty
  readonly vehicle: { readonly plate: string; readonly plateColour: string }
  /** Null: the vehicle did the whole way. */
  readonly leg: WaybillLeg | null
  readonly drivers: readonly { readonly name: string; readonly idNumber: string }[]
  readonly goods: readonly WaybillGoods[]
  readonly carrier: {
    /** As on the licence; else the company and, in brackets, the driver. */
    readonly name: string
    /** Empty where all vehicles are up to 4.5 t: the division and 000000 are reported. */
    readonly roadLicence: string
    readonly divisionCode: string
    readonly idNumber: string
  }
  /** Null: not insured. */
  readonly insurance: { readonly policy: string; readonly insurer: string } | null
  readonly remark: string
}

export type FlowNote = {
  readonly number: string
  readonly serial: string
  /** What the carriage really cost: all that the carrier got, fuel and road in it. */
  readonly totalFen: number
}

export type FlowPayment = {
  /** Table payment means; cash is none. */
  readonly means: string
  readonly recipient: string
  readonly account: string
  /** Table bank. */
  readonly bankCode: string
  /** The bank's serial number. */
  readonly serial: string
  readonly amountFen: number
  readonly at: EpochMs
}

/** A fund flow 资金流水单: how the carrier of some waybills was paid. */
export type FundFlowDocument = {
  readonly number: string
  readonly sentAt: EpochMs
  readonly carrier: { readonly name: string; readonly idNumber: string }
  readonly vehicle: { readonly plate: string; readonly plateColour: string }
  readonly notes: readonly FlowNote[]
  readonly payments: readonly FlowPayment[]
  readonly remark: string
}

/** Each kind and its document. */
export type Documents = {
  readonly driver: DriverDocument
  readonly vehicle: VehicleDocument
  readonly waybill: WaybillDocument
  readonly fund_flow: FundFlowDocument
}
