import { sql } from 'kysely'
import { at } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { epochMs } from '@tingzhou/kernel'
import type { JobHandler } from '@tingzhou/timers'
import { tourSettings } from './settings.ts'
import './tables.ts'

const dayMs = 86_400_000
const plansMax = 500

/**
 * Each hour plans go that are older than the zone keeps them and of which no waybill tells, with their tours; the others are marked, so that
 * each is looked at once. One statement beside the settings, by freight_tour_plan_old, freight_tour_seq and freight_waybill_tour.
 */
export const sweepToursJob = ({ zoneId }: Pick<RequestContext['deps'], 'zoneId'>): JobHandler => ({
  kind: 'freight.sweep_tours',
  recurs: { everySeconds: 3_600 },
  run: async (tx, { now }) => {
    const { numbers } = await tourSettings(tx, zoneId)
    const oldest = sql`${at(epochMs(now - numbers.keepDays * dayMs))}::timestamptz`
    await sql`with old as (
        select p.id, exists (select from freight_tour t join freight_waybill w on w.zone_id = t.zone_id and w.tour_id = t.id
          where t.zone_id = p.zone_id and t.plan_id = p.id) as told
        from freight_tour_plan p where p.zone_id = ${zoneId} and not p.is_told and p.made_at < ${oldest}
        order by p.made_at limit ${plansMax}),
      kept as (update freight_tour_plan set is_told = true where zone_id = ${zoneId} and id in (select id from old where told))
      delete from freight_tour_plan where zone_id = ${zoneId} and id in (select id from old where not told)`.execute(tx)
  },
})
