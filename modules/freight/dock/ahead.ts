import { sql } from 'kysely'
import type { PlaceEnd } from '../words.ts'

/**
 * When the truck of the waybill of the alias `w` is planned at its ends, epoch seconds, while it does not go there next: other stops of its
 * tour are not done, the offer of its tour is not taken, or the trip runs after which it was booked; null: it goes straight there.
 * By freight_next_open, the key of tours and freight_waybill_tour. O(stops of the tour).
 */
export const stopsAhead = sql`
  left join freight_next n on n.zone_id = w.zone_id and n.vehicle_id = w.vehicle_id and n.load_id = w.load_id
    and n.state in ('wished', 'booked') and w.state = 'offered'
  left join lateral (
    select max(s.at_s) filter (where s.kind = 'load') as load_s, max(s.at_s) filter (where s.kind = 'unload') as unload_s
    from (
      select e.stop ->> 'kind' as kind, (e.stop ->> 'loadId')::uuid as load_id, (e.stop ->> 'arriveAt')::float8 / 1000 as at_s,
        -- A waybill that is not made yet is one of a tour that is being sent.
        count(*) filter (where o.id is null or o.state in ('offered', 'accepted', 'at_load')
            or e.stop ->> 'kind' = 'unload' and o.state in ('loaded', 'in_transit', 'at_unload', 'accident'))
          over (order by e.seq rows between unbounded preceding and 1 preceding) as undone
      from freight_tour u
      cross join lateral jsonb_array_elements(u.stops) with ordinality as e (stop, seq)
      left join freight_waybill o on o.zone_id = u.zone_id and o.tour_id = u.id and o.load_id = (e.stop ->> 'loadId')::uuid
      where u.zone_id = w.zone_id and u.id = w.tour_id) s
    where s.load_id = w.load_id and (s.undone > 0 or w.state = 'offered')) ahead on true`

export const aheadColumns = sql`coalesce(ahead.load_s, extract(epoch from n.expected_at)::float8) as "loadAheadS",
  ahead.unload_s as "unloadAheadS"`

export type AheadRow = { readonly loadAheadS: number | null; readonly unloadAheadS: number | null }

/** When a truck is planned at an end that it does not go to next, epoch seconds; null: it goes there next. Pure. O(1). */
export const aheadOf = ({ loadAheadS, unloadAheadS }: AheadRow): Readonly<Record<PlaceEnd, number | null>> => ({
  load: loadAheadS,
  unload: unloadAheadS,
})
