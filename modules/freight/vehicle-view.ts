import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import { listDrivings } from './drivings-view.ts'
import { isLight } from './light.ts'
import { plateKey } from './numbers.ts'
import { listWithStands, type Wish } from './list.ts'
import type { Needs } from './paper-rule.ts'
import { readDetail, type Reader } from './papers-view.ts'

type VehicleWish = Wish & { readonly carrierId?: string | undefined }

const select = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('freight_vehicle as v')
    .innerJoin('freight_carrier as c', (join) =>
      join.onRef('c.zone_id', '=', 'v.zone_id').onRef('c.id', '=', 'v.carrier_id'),
    )
    .where('v.zone_id', '=', zoneId)
    .where(reaches(actor, 'freight_vehicle', { zoneId, objectId: sql.ref('v.id') }))
    .selectAll('v')
    .select('c.name as carrier')
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const needsOf = (row: Row): Needs => ({ subject: 'vehicle', light: isLight(row.gross_kg), carrierKind: null })

const view = (row: Row) => ({
  id: row.id,
  plate: row.plate,
  plateColour: row.plate_colour,
  typeCode: row.type_code,
  energy: row.energy,
  owner: row.owner,
  useCharacter: row.use_character,
  vin: row.vin,
  issuer: row.issuer,
  registeredOn: row.registered_on,
  issuedOn: row.issued_on,
  ratedLoadKg: row.rated_load_kg,
  grossKg: row.gross_kg,
  light: isLight(row.gross_kg),
  transportPermit: row.transport_permit,
  trailerPlate: row.trailer_plate,
  carrier: { id: row.carrier_id, name: row.carrier },
  remark: row.remark,
  state: row.state,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
})

/** A page of the vehicles within reach, by plate. */
export async function listVehicles(reader: Reader, wish: VehicleWish) {
  let query = select(reader)
  if (wish.state) query = query.where('v.state', '=', wish.state)
  if (wish.carrierId) query = query.where('v.carrier_id', '=', wish.carrierId)
  if (wish.q) query = query.where('v.plate_key', 'ilike', containing(plateKey(wish.q)))
  const { rows, next, total } = await listWithStands(reader, query, ['v', 'plate'], wish, needsOf)
  return { rows: rows.map(({ row, stand }) => ({ ...view(row), stand })), next, total }
}

/** One vehicle with papers and relations, or null. */
export async function findVehicle(reader: Reader, id: string) {
  const row = await select(reader).where('v.id', '=', id).executeTakeFirst()
  if (!row) return null
  return {
    ...view(row),
    ...(await readDetail(reader, id, needsOf(row))),
    drivings: await listDrivings(reader, 'vehicle', [id], 100),
  }
}
