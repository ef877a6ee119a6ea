import { sql } from 'kysely'
import { keysetPage } from '@tingzhou/http'
import type { Reader } from '../papers-view.ts'
import '../tables.ts'
import type { DayRecord } from './record.ts'
import { placesOf } from './rows.ts'
import './tables.ts'

const heads = ({ deps: { db, zoneId } }: Reader) =>
  db
    .selectFrom('freight_dispatch_day')
    .where('zone_id', '=', zoneId)
    .select(['day', 'made_at', 'made_name', 'trips', 'unknown', 'left_out', 'trucks', 'loaded_m', 'empty_m'])
    .select(['bound_m', 'took_ms'])
    .select(['nearest_matched', 'nearest_empty_m', 'waves_matched', 'waves_empty_m'])
type HeadRow = Awaited<ReturnType<ReturnType<typeof heads>['execute']>>[number]

const headOf = (row: HeadRow) => ({
  day: row.day,
  madeAt: row.made_at,
  madeBy: row.made_name,
  trips: row.trips,
  unknown: row.unknown,
  leftOut: row.left_out,
  trucks: row.trucks,
  loadedM: row.loaded_m,
  real: { matched: row.trips, emptyM: row.empty_m },
  nearest: { matched: row.nearest_matched, emptyM: row.nearest_empty_m },
  waves: { matched: row.waves_matched, emptyM: row.waves_empty_m },
  boundM: row.bound_m,
  tookMs: row.took_ms,
})

/** A page of days, the latest first. One statement, by the key. */
export async function listDays(reader: Reader, wish: { readonly cursor?: string | undefined; readonly limit: number }) {
  const page = await keysetPage(
    heads(reader),
    [{ ref: sql.ref('day'), order: 'desc', kind: 'string', read: (row) => row.day }],
    wish,
  )
  return { rows: page.rows.map(headOf), next: page.next, total: null }
}

/** One day with what its ids are called, or null. Four statements, by keys. */
export async function findDay(reader: Reader, day: string) {
  const { db, zoneId } = reader.deps
  const row = await heads(reader)
    .select(['lanes', 'choices'])
    .select(
      sql<{
        windowMinutes: number
        bendPct: number
      }>`jsonb_build_object('windowMinutes', record -> 'windowMinutes', 'bendPct',
      record -> 'numbers' -> 'bendPct')`.as('by'),
    )
    .where('day', '=', day)
    .executeTakeFirst()
  if (!row) return null
  const waybillIds = row.choices.map(({ waybillId }) => waybillId)
  const waybills = await db
    .selectFrom('freight_waybill')
    .select(['id', 'number', 'from_id', 'to_id', 'accepted_at'])
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`id = any(${waybillIds}::uuid[])`)
    .execute()
  const vehicles = await db
    .selectFrom('freight_vehicle')
    .select(['id', 'plate'])
    .where('zone_id', '=', zoneId)
    .where(sql<boolean>`id = any(${row.choices.flatMap(({ vehicleId, betterId }) => [vehicleId, betterId])}::text[])`)
    .execute()
  const places = await placesOf(db, zoneId, [
    ...row.lanes.flatMap(({ fromId, toId }) => [fromId, toId]),
    ...waybills.flatMap((waybill) => [waybill.from_id, waybill.to_id]),
  ])
  const placeOf = (id: string) => ({ id, name: places.get(id)?.name ?? '' })
  const plates = new Map(vehicles.map(({ id, plate }) => [id, plate]))
  const vehicleOf = (id: string) => ({ id, plate: plates.get(id) ?? '' })
  const waybillOf = new Map(waybills.map((waybill) => [waybill.id, waybill]))
  return {
    ...headOf(row),
    ...row.by,
    lanes: row.lanes.map(({ fromId, toId, ...lane }) => ({ from: placeOf(fromId), to: placeOf(toId), ...lane })),
    choices: row.choices.flatMap(({ waybillId, vehicleId, betterId, ...choice }) => {
      const waybill = waybillOf.get(waybillId)
      if (!waybill || waybill.accepted_at === null) return []
      return [
        {
          waybill: { id: waybillId, number: waybill.number },
          from: placeOf(waybill.from_id),
          to: placeOf(waybill.to_id),
          takenAt: waybill.accepted_at,
          vehicle: vehicleOf(vehicleId),
          better: vehicleOf(betterId),
          ...choice,
        },
      ]
    }),
  }
}

/** What a day was reckoned from, or null. One statement, by the key. */
export async function findRecord({ deps: { db, zoneId } }: Reader, day: string): Promise<DayRecord | null> {
  const row = await db
    .selectFrom('freight_dispatch_day')
    .select('record')
    .where('zone_id', '=', zoneId)
    .where('day', '=', day)
    .executeTakeFirst()
  return row?.record ?? null
}
