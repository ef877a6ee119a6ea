import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import { lightGrossMaxKg } from './light.ts'
import type { BlockerReason, Subject } from './words.ts'

/** Who would carry. */
export type Trio = { readonly carrier: string; readonly driver: string; readonly vehicle: string }
export type Blocker = {
  readonly subject: Subject
  readonly id: string
  readonly reason: BlockerReason
  readonly paperKind: string | null
  readonly validTo: string | null
}

/**
 * Why a carrier, a driver and a vehicle may not be dispatched on a day: somebody unknown or closed, a required paper missing,
 * expired or not yet valid, a driver who does not drive for the carrier or not with this vehicle, a vehicle of another carrier.
 * @param onDay  `YYYY-MM-DD` of the zone
 * @returns none: they may
 * Source: own. One statement; by primary keys, freight_paper_of and freight_driving_open.
 */
export async function blockers(
  db: Db | Tx,
  zoneId: string,
  { carrier, driver, vehicle }: Trio,
  onDay: string,
): Promise<readonly Blocker[]> {
  const answer = await sql<Blocker>`
    with party as (
      select 'carrier' as subject, c.id, c.state, c.kind as carrier_kind, null::text as carrier_id, false as light
      from freight_carrier c where c.zone_id = ${zoneId} and c.id = ${carrier}
      union all
      select 'driver', d.id, d.state, null, null, false from freight_driver d where d.zone_id = ${zoneId} and d.id = ${driver}
      union all
      select 'vehicle', v.id, v.state, null, v.carrier_id, v.gross_kg <= ${lightGrossMaxKg}::int
      from freight_vehicle v where v.zone_id = ${zoneId} and v.id = ${vehicle}
    ), asked (subject, id) as (
      values ('carrier', ${carrier}::text), ('driver', ${driver}::text), ('vehicle', ${vehicle}::text)
    ), paper as (
      select p.subject, p.id, k.code, best.valid_from, best.valid_to
      from party p
      join freight_paper_kind k on k.zone_id = ${zoneId} and k.subject = p.subject and k.required
        and not (k.light_exempt and exists (select from party v where v.subject = 'vehicle' and v.light))
        and (k.only_for is null or k.only_for = p.carrier_kind)
      left join lateral (
        select f.valid_from, f.valid_to from freight_paper f
        where f.zone_id = ${zoneId} and f.subject = p.subject and f.subject_id = p.id and f.kind = k.code and f.state = 'kept'
        order by (f.valid_from <= ${onDay}::date and f.valid_to >= ${onDay}::date) desc, f.valid_to desc
        limit 1
      ) best on true
    )
    select subject, id, reason, "paperKind", "validTo" from (
      select a.subject, a.id, 'unknown' as reason, null::text as "paperKind", null::text as "validTo"
      from asked a where not exists (select from party p where p.subject = a.subject)
      union all
      select p.subject, p.id, 'closed', null, null from party p where p.state = 'closed'
      union all
      select p.subject, p.id, 'not_of_carrier', null, null from party p
      where p.subject = 'vehicle' and p.carrier_id <> ${carrier}
      union all
      select p.subject, p.id, 'not_driving_for', null, null from party p
      where p.subject = 'driver' and not exists (
        select from freight_driving g
        where g.zone_id = ${zoneId} and g.driver_id = p.id and g.carrier_id = ${carrier}
          and (g.vehicle_id is null or g.vehicle_id = ${vehicle})
          and g.valid_from <= ${onDay}::date and (g.valid_to is null or g.valid_to >= ${onDay}::date))
      union all
      select p.subject, p.id,
        case when p.valid_to is null then 'missing' when p.valid_from > ${onDay}::date then 'not_yet_valid' else 'expired' end,
        p.code, p.valid_to::text
      from paper p
      where p.valid_to is null or p.valid_from > ${onDay}::date or p.valid_to < ${onDay}::date
    ) found
    order by subject, reason, "paperKind" nulls first`.execute(db)
  return answer.rows
}
