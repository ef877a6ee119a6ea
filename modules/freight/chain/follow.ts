import { sql } from 'kysely'
import type { CaseDeps } from '@tingzhou/casework'
import { at, type Tx } from '@tingzhou/db'
import type { EventHandler } from '@tingzhou/events'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import { clockwork } from '@tingzhou/parties'
import type { JobHandler } from '@tingzhou/timers'
import { expectedAt } from '../desk/parts.ts'
import { note } from '../record.ts'
import '../tables.ts'
import { cancelOffered } from '../waybill/cancel-offered.ts'
import { findPresent, findReturn, outlookOf } from './present.ts'
import { judgeReturn } from './returns.ts'
import './tables.ts'
import { tellNext, type Concerned } from './told.ts'
import { bookableStates, type NextEnd, type NextFlag } from './words.ts'

/** What became of a next load since it was chosen. */
type Turn = {
  readonly id: string
  readonly state: 'wished' | 'booked'
  readonly flag: NextFlag | null
  readonly afterId: string
  readonly carrierId: string
  readonly driverAccountId: string | null
  readonly vehicleId: string
  readonly plate: string
  readonly trip: string
  readonly loadId: string
  readonly load: string
  readonly nextId: string | null
  /** Whether the driver has accepted; why it is over; whether the trip goes elsewhere; what threatens it now. */
  readonly isTaken: boolean
  readonly end: NextEnd | null
  readonly isDiverted: boolean
  readonly threat: NextFlag | null
}

const turnsMax = 200
const words = (list: readonly string[]) => sql.join(list.map((word) => sql.lit(word)))

/**
 * Next loads of which something must be said, with what: taken, over, diverted, threatened.
 * One statement, by freight_next_open, or freight_next_after and freight_next_of for one waybill, and the key of the history. O(open
 * next loads).
 */
async function turns(tx: Tx, zoneId: string, now: EpochMs, waybillId: string | null): Promise<readonly Turn[]> {
  const instant = sql`${at(now)}::timestamptz`
  const of = waybillId === null ? sql`` : sql`and (n.after_id = ${waybillId} or n.next_id = ${waybillId})`
  const { rows } = await sql<Turn>`
    select * from (
      select n.id, n.state, n.flag, n.after_id as "afterId", n.carrier_id as "carrierId", w.driver_account_id as "driverAccountId",
        n.vehicle_id as "vehicleId", v.plate, w.number as trip, n.load_id as "loadId", l.number as load, n.next_id as "nextId",
        coalesce(n.state = 'booked' and b.state not in ('offered', 'cancelled'), false) as "isTaken",
        case when b.state = 'cancelled' then case when exists (select from history h
            where h.zone_id = b.zone_id and h.object_id = b.id::text and h.verb in ('refuse', 'expire')) then 'refused' else 'cancelled' end
          when w.state = 'cancelled' then 'trip_cancelled'
          when w.state = 'transloaded' then 'trip_transloaded'
          when n.state = 'wished' and w.state not in (${words(bookableStates)}) then 'trip_over'
          when n.state = 'wished' and (l.state <> 'published' or l.taken >= l.quantity) then 'load_over'
          when n.load_until < ${instant} then 'too_late' end as "end",
        w.to_id <> n.after_to_id as "isDiverted",
        case when w.state = 'accident' then 'accident'
          when w.state in (${words(bookableStates)})
            and greatest(coalesce(${expectedAt(instant)}, ${instant}), ${instant}) + n.lag_s * interval '1 second' > n.load_until
            then 'late'
          when n.flag = 'diverted' then 'diverted' end as threat
      from freight_next n
      join freight_waybill w on w.zone_id = n.zone_id and w.id = n.after_id
      join freight_load l on l.zone_id = n.zone_id and l.id = n.load_id
      join freight_vehicle v on v.zone_id = n.zone_id and v.id = n.vehicle_id
      left join freight_waybill b on b.zone_id = n.zone_id and b.id = n.next_id
      where n.zone_id = ${zoneId} and n.state in ('wished', 'booked') ${of}) t
    where "isTaken" or "end" is not null or "isDiverted" or threat is distinct from flag
    order by id limit ${turnsMax}`.execute(tx)
  return rows
}

/** Follows next loads with what happens to trips and offers: says what was taken, gives back what cannot be, flags what is threatened. */
async function follow(tx: Tx, deps: CaseDeps, now: EpochMs, waybillId: string | null): Promise<void> {
  // Few change in a minute, and each locks waybills of its own.
  for (const turn of await turns(tx, deps.zoneId, now, waybillId)) {
    if (turn.isTaken) await setTaken(tx, deps, turn, now)
    else if (turn.end !== null) await giveUp(tx, deps, turn, turn.end, now)
    else if (turn.isDiverted) await rejudge(tx, deps, turn, now)
    else await setFlag(tx, deps, turn, turn.threat)
  }
}

async function setTaken(tx: Tx, deps: CaseDeps, turn: Turn, now: EpochMs): Promise<void> {
  const taken = await tx
    .updateTable('freight_next')
    .set({ state: 'taken', decided_at: at(now), decided_by: clockwork.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', turn.id)
    .where('state', '=', 'booked')
    .returning('id')
    .executeTakeFirst()
  if (taken) await noteTurn(tx, deps, turn, 'take', {})
}

const noteTurn = (tx: Tx, deps: CaseDeps, turn: Turn, verb: string, data: Readonly<Record<string, string | null>>) =>
  note(tx, deps, clockwork, {
    objectKind: 'freight_next',
    objectId: turn.id,
    verb,
    data: { ...data, waybillId: turn.nextId },
    to: [turn.carrierId, ...(turn.driverAccountId === null ? [] : [turn.driverAccountId])],
  })

const everybody = ['driver', 'carrier', 'dispatcher'] as const

/** Cancels what was offered, which gives the load its quantity back, and tells everybody concerned why. */
async function giveUp(tx: Tx, deps: CaseDeps, turn: Turn, end: NextEnd, now: EpochMs): Promise<void> {
  const { nextId: waybillId } = turn
  if (waybillId !== null && !(await cancelOffered(tx, deps, clockwork, { waybillId, why: end }))) return
  const ended = await tx
    .updateTable('freight_next')
    .set({ state: 'ended', end_why: end, decided_at: at(now), decided_by: clockwork.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', turn.id)
    .where('state', 'in', ['wished', 'booked'])
    .returning('id')
    .executeTakeFirst()
  if (!ended) return
  await noteTurn(tx, deps, turn, 'end', { end })
  await tellNext(tx, deps, concernedOf(turn), end, everybody, { doneBy: clockwork.accountId, needsMe: true })
}

const concernedOf = (turn: Turn): Concerned => ({ ...turn, nextId: turn.id })

/** The trip goes elsewhere: the next load is judged anew from there. */
async function rejudge(tx: Tx, deps: CaseDeps, turn: Turn, now: EpochMs): Promise<void> {
  const where = { zoneId: deps.zoneId, now }
  const present = await findPresent(tx, where, turn.afterId)
  const load = await findReturn(tx, where, turn.vehicleId, turn.loadId)
  assert(present && load, 'what a next load names is there')
  const { seeker, rules } = await outlookOf(tx, where, present)
  // Its own truckload is no longer among what is left.
  const judged = judgeReturn({ ...load, left: Math.max(load.left, load.truckPlan) }, seeker, rules)
  if ('misfit' in judged) return giveUp(tx, deps, turn, judged.misfit, now)
  await tx
    .updateTable('freight_next')
    .set({
      after_to_id: present.to.id,
      empty_m: judged.emptyM,
      expected_at: at(epochMs(judged.arriveAt)),
      lag_s: Math.max(0, Math.round((judged.arriveAt - seeker.free.unloadingFromMs) / 1_000)),
    })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', turn.id)
    .execute()
  await setFlag(tx, deps, turn, 'diverted')
}

async function setFlag(tx: Tx, deps: CaseDeps, turn: Turn, flag: NextFlag | null): Promise<void> {
  await tx
    .updateTable('freight_next')
    .set({ flag })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', turn.id)
    .execute()
  await noteTurn(tx, deps, turn, 'flag', { flag })
  if (flag !== null)
    await tellNext(tx, deps, concernedOf(turn), flag, everybody, { doneBy: clockwork.accountId, needsMe: true })
}

/** Follows what happens to one waybill as soon as it has happened. */
export const nextHandler = (deps: CaseDeps): EventHandler => ({
  name: 'freight.follow_next',
  types: ['freight.waybill_moved'],
  handle: (tx, { objectId }) => follow(tx, deps, deps.clock(), objectId),
})

/** Each minute, what only time tells: trucks that come too late, trips that were sent elsewhere. */
export const nextJob = (deps: CaseDeps): JobHandler => ({
  kind: 'freight.follow_next',
  recurs: { everySeconds: 60 },
  run: (tx, { now }) => follow(tx, deps, now, null),
})
