import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type * as z from 'zod'
import type { PlaceEnd, WaybillState } from '../words.ts'
import type { Dock } from './book.ts'
import type { Slot } from './dock-contract.ts'
import { readQueue } from './queue-rows.ts'
import { dockColumns, keyOf } from './slot.ts'
import './tables.ts'

type SlotView = z.infer<typeof Slot>
type Row = Omit<SlotView, 'queue' | 'place'> & {
  readonly waybillId: string
  readonly placeId: string
  readonly place: string
}
type Waiting = Dock & { readonly waybillId: string }
type Deps = { readonly db: Db; readonly zoneId: string; readonly clock: () => EpochMs }

/** What waybills are, as far as their slots ask. */
export type Asked = { readonly id: string; readonly state: WaybillState }

/**
 * Slots of waybills, and where those that wait stand in the queue; by waybill. One statement by the primary key, and three for each place
 * where one of them waits: a driver waits at one.
 */
export async function slotsOf({ db, zoneId, clock }: Deps, waybills: readonly Asked[]) {
  const slots = new Map<string, SlotView[]>()
  if (waybills.length === 0) return slots
  const { rows } = await sql<Row>`
    select s.waybill_id as "waybillId", s.place_end as "end", s.place_id as "placeId", p.name as place, s.starts_at as "startsAt", s.lack,
      s.eta_at as "etaAt", s.leave_at as "leaveAt", s.moves, s.arrived_at as "arrivedAt"
    from freight_dock_slot s
    join freight_place p on p.zone_id = s.zone_id and p.id = s.place_id
    where s.zone_id = ${zoneId} and s.waybill_id = any(${waybills.map(({ id }) => id)}::uuid[])
    order by s.waybill_id, s.place_end`.execute(db)
  const queues = await queuesOf({ db, zoneId, clock }, waybills)
  for (const { waybillId, placeId, place, ...row } of rows) {
    const queue = queues.get(`${waybillId} ${row.end}`) ?? null
    slots.set(waybillId, [...(slots.get(waybillId) ?? []), { ...row, place: { id: placeId, name: place }, queue }])
  }
  return slots
}

const waitsAt: Partial<Record<WaybillState, PlaceEnd>> = { at_load: 'load', at_unload: 'unload' }

async function queuesOf({ db, zoneId, clock }: Deps, waybills: readonly Asked[]) {
  const found = new Map<string, SlotView['queue']>()
  const waiting = waybills.filter(({ state }) => waitsAt[state] !== undefined).map(({ id }) => id)
  if (waiting.length === 0) return found
  const { rows } = await sql<Waiting>`
    select ${dockColumns}, w.id as "waybillId" from freight_waybill w
    join freight_dock d on d.zone_id = w.zone_id and d.is_on and d.place_id = case w.state when 'at_load' then w.from_id else w.to_id end
      and d.place_end = case w.state when 'at_load' then 'load' else 'unload' end
    where w.zone_id = ${zoneId} and w.id = any(${waiting}::uuid[])`.execute(db)
  const docks = [...new Map(rows.map((row) => [keyOf(row), row])).values()]
  const queues = await Promise.all(docks.map((dock) => readQueue(db, zoneId, dock, clock())))
  for (const [index, queue] of queues.entries())
    for (const { waybillId, ahead, isServed, startAt } of queue)
      found.set(`${waybillId} ${docks[index]!.end}`, { ahead, isServed, startAt }) // one queue a dock
  return found
}
