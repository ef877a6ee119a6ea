import type { Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import '../tables.ts'
import { flowsOf } from './flow-document.ts'
import type { Regulator } from './regulator.ts'
import { subjectKey, type Gathered, type Subject } from './subject.ts'
import { waybillsOf } from './waybill-document.ts'
import type { UploadKind } from './words.ts'

/**
 * Today's documents of some subjects; one that is not there, or of which nothing may be said yet, is left out.
 * @param subjects  at most some hundred
 * Five statements at most, by keys.
 */
export async function gather(
  tx: Tx,
  zoneId: string,
  regulator: Regulator,
  subjects: readonly Subject[],
  now: EpochMs,
): Promise<ReadonlyMap<string, Gathered>> {
  const idsOf = (kind: UploadKind) => subjects.flatMap((one) => (one.kind === kind ? [one.id] : []))
  const found = [
    ...(await driversOf(tx, zoneId, idsOf('driver'))),
    ...(await vehiclesOf(tx, zoneId, idsOf('vehicle'))),
    ...(await waybillsOf(tx, zoneId, regulator, idsOf('waybill'), now)),
    ...(await flowsOf(tx, zoneId, idsOf('fund_flow'), now)),
  ]
  return new Map(found.map((one) => [subjectKey(one.subject), one]))
}

async function driversOf(tx: Tx, zoneId: string, ids: readonly string[]): Promise<readonly Gathered[]> {
  if (ids.length === 0) return []
  const rows = await tx
    .selectFrom('freight_driver')
    .select([
      'id',
      'name',
      'id_number as idNumber',
      'licence_class as licenceClass',
      'licence_issuer as licenceIssuer',
      'licence_from as licenceFrom',
      'licence_to as licenceTo',
      'qualification',
      'light',
      'phone',
      'remark',
      'synthetic',
    ])
    .where('zone_id', '=', zoneId)
    .where('id', 'in', [...ids])
    .execute()
  return rows.map(({ id, synthetic, ...document }) => ({
    ...plain({ kind: 'driver', id }, document.name, synthetic),
    document,
  }))
}

async function vehiclesOf(tx: Tx, zoneId: string, ids: readonly string[]): Promise<readonly Gathered[]> {
  if (ids.length === 0) return []
  const rows = await tx
    .selectFrom('freight_vehicle as v')
    .innerJoin('freight_carrier as c', (join) =>
      join.onRef('c.zone_id', '=', 'v.zone_id').onRef('c.id', '=', 'v.carrier_id'),
    )
    .select([
      'v.id',
      'v.plate',
      'v.plate_colour as plateColour',
      'v.type_code as typeCode',
      'v.energy',
      'v.owner',
      'v.use_character as useCharacter',
      'v.vin',
      'v.issuer',
      'v.registered_on as registeredOn',
      'v.issued_on as issuedOn',
      'v.rated_load_kg as ratedLoadKg',
      'v.gross_kg as grossKg',
      'v.transport_permit as transportPermit',
      'c.division_code as divisionCode',
      'v.trailer_plate as trailerPlate',
      'v.remark',
      'v.synthetic',
      'v.carrier_id as carrierId',
    ])
    .where('v.zone_id', '=', zoneId)
    .where('v.id', 'in', [...ids])
    .execute()
  return rows.map(({ id, synthetic, carrierId, divisionCode, ...rest }) => ({
    ...plain({ kind: 'vehicle', id }, rest.plate, synthetic),
    carrierId,
    document: { ...rest, divisionCode: divisionCode ?? '' },
  }))
}

const plain = (subject: Subject, title: string, synthetic: boolean) => ({
  subject,
  title,
  waybillId: null,
  carrierId: null,
  sumFen: 0,
  needs: [],
  synthetic,
  aboveFreight: false,
})
