import type { Insertable } from 'kysely'
import type { Tables } from '@tingzhou/db'
import { identityCheck } from '@tingzhou/uscc'
import { plateKey } from './numbers.ts'
import './tables.ts'

/** An identity number that nobody has, for no place begins with 999. */
export function inventedIdentity(n: number, year = '1990'): string {
  const digits = `999000${year}0101${String(n).padStart(3, '0')}`
  return digits + identityCheck(digits)
}

/** A heavy truck as a form would send it. */
export const truck = {
  plate: '新A·10001',
  plateColour: '2',
  typeCode: 'H17',
  energy: 'B',
  owner: '',
  useCharacter: '',
  vin: '',
  issuer: '',
  registeredOn: null,
  issuedOn: null,
  ratedLoadKg: 18_000,
  grossKg: 31_000,
  transportPermit: '650000123456',
  trailerPlate: '',
  remark: '',
} as const

/** A driver of heavy vehicles as a form would send it. */
export const person = {
  name: '张某某',
  idNumber: inventedIdentity(1),
  light: false,
  phone: '99900000001',
  licenceClass: 'A2',
  licenceIssuer: '示例车管所',
  licenceFrom: '2020-01-01',
  licenceTo: '2999-12-31',
  qualification: '9990001990010',
  remark: '',
} as const

/** Columns that say when and by whom a row was written. */
type Written = {
  readonly created_at: Instant
  readonly created_by: string
  readonly updated_at: Instant
  readonly updated_by: string
}
type At = { readonly zoneId: string; readonly id: string; readonly by: Written }
type Instant = Insertable<Tables['freight_driver']>['created_at']

const own = ({ zoneId, id, by }: At) => ({ zone_id: zoneId, id, remark: '', synthetic: true, ...by })

/** A carrier as a row; `n` makes its number its own. */
export const carrierRow = (at: At, name: string, n: number): Insertable<Tables['freight_carrier']> => ({
  ...own(at),
  kind: 'person',
  name,
  id_number: inventedIdentity(n),
  light: false,
  road_licence: '1',
  phone: '',
  division_code: null,
})

/** A driver as a row. */
export const driverRow = (
  at: At,
  name: string,
  n: number,
  accountId: string | null = null,
): Insertable<Tables['freight_driver']> => ({
  ...own(at),
  name,
  id_number: inventedIdentity(n),
  light: false,
  phone: person.phone,
  licence_class: person.licenceClass,
  licence_issuer: person.licenceIssuer,
  licence_from: person.licenceFrom,
  licence_to: person.licenceTo,
  qualification: person.qualification,
  account_id: accountId,
})

/** A truck of 33 t as a row. */
export const vehicleRow = (at: At, carrierId: string, plate: string): Insertable<Tables['freight_vehicle']> => ({
  ...own(at),
  carrier_id: carrierId,
  plate,
  plate_key: plateKey(plate),
  plate_colour: truck.plateColour,
  type_code: truck.typeCode,
  energy: truck.energy,
  owner: '',
  use_character: '',
  vin: '',
  issuer: '',
  registered_on: null,
  issued_on: null,
  rated_load_kg: 33_000,
  gross_kg: 49_000,
  transport_permit: '1',
  trailer_plate: '',
})

/** A place of loading or unloading as a row; WGS-84 degrees. */
export const placeRow = (
  at: At,
  shipperId: string | null,
  name: string,
  spot: { readonly lonDeg: number; readonly latDeg: number },
): Insertable<Tables['freight_place']> => ({
  ...own(at),
  shipper_id: shipperId,
  name,
  address: name,
  division_code: '652301',
  lon_deg: spot.lonDeg,
  lat_deg: spot.latDeg,
  contact: '',
  phone: '',
})
