import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { containing } from '@tingzhou/db'
import { listDrivings } from './drivings-view.ts'
import { maskNumber } from './numbers.ts'
import { listWithStands, type Wish } from './list.ts'
import type { Needs } from './paper-rule.ts'
import { numberFor, readDetail, type Reader } from './papers-view.ts'
import type { CarrierKind } from './words.ts'

type CarrierWish = Wish & { readonly kind?: CarrierKind | undefined }

function select({ deps, actor }: Reader) {
  const { db, zoneId } = deps
  const today = localDateOf(deps.clock())
  return db
    .selectFrom('freight_carrier as c')
    .where('c.zone_id', '=', zoneId)
    .where(reaches(actor, 'freight_carrier', { zoneId, objectId: sql.ref('c.id') }))
    .selectAll('c')
    .select(
      sql<number>`(select count(*) from freight_vehicle v
        where v.zone_id = c.zone_id and v.carrier_id = c.id and v.state = 'open')`.as('vehicles'),
    )
    .select(
      sql<number>`(select count(distinct g.driver_id) from freight_driving g
        where g.zone_id = c.zone_id and g.carrier_id = c.id and (g.valid_to is null or g.valid_to >= ${today}::date))`.as(
        'drivers',
      ),
    )
}
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const needsOf = (row: Row): Needs => ({ subject: 'carrier', light: row.light, carrierKind: row.kind })

const view = ({ actor }: Reader, row: Row) => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  idNumber: numberFor(actor, row.id_number),
  light: row.light,
  roadLicence: row.road_licence,
  phone: row.phone,
  divisionCode: row.division_code,
  remark: row.remark,
  state: row.state,
  synthetic: row.synthetic,
  vehicles: row.vehicles,
  drivers: row.drivers,
  rev: row.rev,
  updatedAt: row.updated_at,
})

/** A page of the carriers within reach, by name. */
export async function listCarriers(reader: Reader, wish: CarrierWish) {
  let query = select(reader)
  if (wish.state) query = query.where('c.state', '=', wish.state)
  if (wish.kind) query = query.where('c.kind', '=', wish.kind)
  if (wish.q) query = query.where('c.name', 'ilike', containing(wish.q))
  const { rows, next, total } = await listWithStands(reader, query, ['c', 'name'], wish, needsOf)
  return { rows: rows.map(({ row, stand }) => ({ ...view(reader, row), stand })), next, total }
}

/** One carrier with papers, relations and accounts for payment, or null. */
export async function findCarrier(reader: Reader, id: string) {
  const row = await select(reader).where('c.id', '=', id).executeTakeFirst()
  if (!row) return null
  const payees = await reader.deps.db
    .selectFrom('freight_payee')
    .select(['id', 'holder', 'bank_code as bankCode', 'account_number', 'state', 'rev'])
    .where('zone_id', '=', reader.deps.zoneId)
    .where('carrier_id', '=', id)
    .orderBy('state', 'desc')
    .orderBy('id')
    .limit(200)
    .execute()
  return {
    ...view(reader, row),
    ...(await readDetail(reader, id, needsOf(row))),
    drivings: await listDrivings(reader, 'carrier', [id], 100),
    payees: payees.map(({ account_number, ...payee }) => ({
      ...payee,
      delegated: payee.holder !== row.name,
      lastFour: maskNumber(account_number),
    })),
  }
}
