import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { listDrivings } from './drivings-view.ts'
import { isLight } from './light.ts'
import { plateKey } from './numbers.ts'
import type { Needs } from './paper-rule.ts'
import { paperShelf, readDetail, type Reader } from './papers-view.ts'
import type { State } from './words.ts'

type Wish = {
  readonly state?: State | undefined
  readonly carrierId?: string | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

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
export async function listVehicles(reader: Reader, wish: Wish) {
  let query = select(reader)
  if (wish.state) query = query.where('v.state', '=', wish.state)
  if (wish.carrierId) query = query.where('v.carrier_id', '=', wish.carrierId)
  if (wish.q) query = query.where('v.plate_key', 'ilike', containing(plateKey(wish.q)))
  const page = await keysetPage(
    query,
    [
      { ref: sql.ref('v.plate'), order: 'asc', kind: 'string', read: (row) => row.plate },
      { ref: sql.ref('v.id'), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const counted = await query
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirst()
  const shelf = await paperShelf(
    reader,
    page.rows.map(({ id }) => id),
  )
  return {
    rows: page.rows.map((row) => ({ ...view(row), stand: shelf.stand(row.id, needsOf(row)).stand })),
    next: page.next,
    total: counted?.n ?? 0,
  }
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
