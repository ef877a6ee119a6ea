import { sql } from 'kysely'
import { reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { containing } from '@tingzhou/db'
import { listDrivings } from './drivings-view.ts'
import { listWithStands, type Wish } from './list.ts'
import type { Needs } from './paper-rule.ts'
import { numberFor, readDetail, type Reader } from './papers-view.ts'

type DriverWish = Wish & { readonly carrierId?: string | undefined }

const select = ({ deps: { db, zoneId }, actor }: Reader) =>
  db
    .selectFrom('freight_driver as d')
    .where('d.zone_id', '=', zoneId)
    .where(reaches(actor, 'freight_driver', { zoneId, objectId: sql.ref('d.id') }))
    .selectAll('d')
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const needsOf = (row: Row): Needs => ({ subject: 'driver', light: row.light, carrierKind: null })

const view = ({ actor }: Reader, row: Row) => ({
  id: row.id,
  name: row.name,
  idNumber: numberFor(actor, row.id_number),
  light: row.light,
  phone: row.phone,
  licenceClass: row.licence_class,
  licenceIssuer: row.licence_issuer,
  licenceFrom: row.licence_from,
  licenceTo: row.licence_to,
  qualification: numberFor(actor, row.qualification),
  hasAccount: row.account_id !== null,
  remark: row.remark,
  state: row.state,
  synthetic: row.synthetic,
  rev: row.rev,
  updatedAt: row.updated_at,
})

/** For whom each driver drives today. One statement. */
async function carriersNow(reader: Reader, ids: readonly string[]) {
  const today = localDateOf(reader.deps.clock())
  const drivings = await listDrivings(reader, 'driver', ids, 5_000)
  const of = new Map<string, Map<string, { readonly id: string; readonly name: string }>>()
  for (const { driver, carrier, validFrom, validTo } of drivings)
    if (validFrom <= today && (validTo === null || validTo >= today))
      of.set(driver.id, (of.get(driver.id) ?? new Map()).set(carrier.id, carrier))
  return (id: string) => [...(of.get(id)?.values() ?? [])]
}

/** A page of the drivers within reach, by name. */
export async function listDrivers(reader: Reader, wish: DriverWish) {
  const { zoneId, clock } = reader.deps
  let query = select(reader)
  if (wish.state) query = query.where('d.state', '=', wish.state)
  if (wish.q) query = query.where('d.name', 'ilike', containing(wish.q))
  if (wish.carrierId) {
    // Only for carriers within reach: the filter must not tell for whom else somebody drives.
    const reach = reaches(reader.actor, 'freight_carrier', { zoneId, objectId: sql.ref('g.carrier_id') })
    query = query.where(
      sql<boolean>`exists (select from freight_driving g where g.zone_id = d.zone_id and g.driver_id = d.id
        and g.carrier_id = ${wish.carrierId} and (g.valid_to is null or g.valid_to >= ${localDateOf(clock())}::date)
        and ${reach})`,
    )
  }
  const { rows, next, total } = await listWithStands(reader, query, ['d', 'name'], wish, needsOf)
  const carriers = await carriersNow(
    reader,
    rows.map(({ row }) => row.id),
  )
  return {
    rows: rows.map(({ row, stand }) => ({ ...view(reader, row), stand, carriers: carriers(row.id) })),
    next,
    total,
  }
}

/** One driver with papers and relations, or null. */
export async function findDriver(reader: Reader, id: string) {
  const row = await select(reader).where('d.id', '=', id).executeTakeFirst()
  if (!row) return null
  return {
    ...view(reader, row),
    ...(await readDetail(reader, id, needsOf(row))),
    carriers: (await carriersNow(reader, [id]))(id),
    drivings: await listDrivings(reader, 'driver', [id], 100),
  }
}
