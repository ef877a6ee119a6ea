import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { at, newId, type Tx, type WriteBatch } from '@tingzhou/db'
import type { RequestContext } from '@tingzhou/http'
import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { send } from '../load/dispatch.ts'
import { wrongMode } from '../load/share.ts'
import { decideTake, lockLoad, takeOf, type Load } from '../load/take.ts'
import type { FreightError } from '../problems.ts'
import { note } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { checkTrio } from '../waybill/begin.ts'
import { drives, isParty, standOf } from '../waybill/stand.ts'
import { findPresent, findReturn, isLast, outlookOf, type OpenReturn, type Outlook, type Present } from './present.ts'
import { judgeReturn, type Return } from './returns.ts'
import './tables.ts'
import { tellNext } from './told.ts'
import { bookableStates } from './words.ts'

type Deps = RequestContext['deps']

/** A next load that was chosen: wished for, or offered. */
export type Chosen = {
  readonly id: string
  readonly state: 'wished' | 'booked'
  readonly waybill: { readonly id: string; readonly number: string } | null
}

/** Who may see and choose what a truck carries next: its driver, its carrier, dispatchers. Pure. */
export function mayChoose(actor: Actor, present: Present | null): Result<Present, FreightError> {
  if (!present) return err({ kind: 'not_found' })
  const stand = standOf(actor, present)
  if (!isParty(stand)) return err({ kind: 'not_found' })
  return drives(stand) ? ok(present) : err({ kind: 'not_allowed' })
}

/** Whether choosing means to book or to wish: loads of assignment are the dispatchers' to give, unless the zone says otherwise. O(1). */
export const wayOf = (actor: Actor, mode: Load['mode'], driversChoose: boolean): 'book' | 'wish' =>
  mode === 'grab' || driversChoose || hasRole(actor, ...keepingRoles) ? 'book' : 'wish'

/** Why a trip has no next load to choose now, or null. O(1). */
export const notBookable = ({ state }: Pick<Present, 'state'>) =>
  bookableStates.some((one) => one === state)
    ? null
    : ({ kind: 'next_state', field: 'state', value: state, rule: 'next_bookable' } as const)

/**
 * Chooses what a truck carries after its present trip. What may be booked is taken of the load at once, through the one door, and offered
 * until a while after the truck is expected there; what may only be wished for takes nothing and waits for a dispatcher.
 * @returns refused when the trip is not under way, the truck has a next load, or the load cannot be its next one
 * Load, decide, save, tell: the present waybill is locked, then the load. About thirty statements.
 */
export async function chooseNext(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  { id, loadId }: { readonly id: string; readonly loadId: string },
  batch: WriteBatch,
): Promise<Result<Chosen, FreightError>> {
  const found = await fitNext(tx, deps, actor, id, loadId)
  if (!found.ok) return found
  const { outlook, load } = found.value
  const isWish = wayOf(actor, load.mode, outlook.settings.driversChoose) === 'wish'
  return isWish ? wishNext(tx, deps, actor, found.value) : bookNext(tx, deps, actor, found.value, null, batch)
}

/** A load that fits after a trip, with everything that booking it asks for. */
export type Fit = {
  readonly present: Present
  readonly outlook: Outlook
  readonly load: OpenReturn
  readonly judged: Return
  readonly now: EpochMs
}

/**
 * Locks a trip and asks whether the load can be its truck's next one.
 * @param besides  a wish that does not count as the truck's next load
 */
export async function fitNext(
  tx: Tx,
  { zoneId, clock }: Pick<Deps, 'zoneId' | 'clock'>,
  actor: Actor,
  afterId: string,
  loadId: string,
  besides: string | null = null,
): Promise<Result<Fit, FreightError>> {
  const now = clock()
  const seen = mayChoose(actor, await findPresent(tx, { zoneId, now, lock: 'update' }, afterId))
  if (!seen.ok) return seen
  const present = seen.value
  const closed = notBookable(present)
  if (closed) return err(closed)
  const open = await openNext(tx, zoneId, present.vehicleId)
  if (open && open.id !== besides)
    return err({ kind: 'next_booked', field: 'vehicleId', value: present.plate, rule: 'next_one' })
  const load = await findReturn(tx, { zoneId, now }, present.vehicleId, loadId)
  if (!load) return err({ kind: 'field_refused', field: 'loadId', value: loadId, rule: 'within_reach' })
  if (load.mode !== 'assign' && load.mode !== 'grab') return err(wrongMode(load))
  const outlook = await outlookOf(tx, { zoneId, now }, present)
  if (!(await isLast(tx, { zoneId, now }, present, outlook)))
    return err({ kind: 'next_state', field: 'state', value: present.state, rule: 'next_last' })
  const judged = judgeReturn(load, outlook.seeker, outlook.rules)
  if ('misfit' in judged)
    return err({ kind: 'next_misfit', field: 'loadId', value: load.number, rule: `next_${judged.misfit}` })
  return ok({ present, outlook, load, judged, now })
}

/** The wished or booked next load of a truck. By freight_next_open. */
export const openNext = (tx: Tx, zoneId: string, vehicleId: string) =>
  tx
    .selectFrom('freight_next')
    .select(['id', 'state'])
    .where('zone_id', '=', zoneId)
    .where('vehicle_id', '=', vehicleId)
    .where('state', 'in', ['wished', 'booked'])
    .executeTakeFirst()

/** A wish: nothing is taken, dispatchers are told. It is refused where the truck could not go today anyway, or nothing is left. */
async function wishNext(tx: Tx, deps: Deps, actor: Actor, fit: Fit): Promise<Result<Chosen, FreightError>> {
  const { present, load, now } = fit
  const trio = { carrier: present.carrierId, driver: present.driverId, vehicle: present.vehicleId }
  const free = await checkTrio(tx, deps, trio, localDateOf(now))
  if (!free.ok) return free
  const locked = await lockLoad(tx, deps, load.id)
  if (!locked) return err({ kind: 'not_found' })
  const room = decideTake(locked.load, null, null, now)
  if (!room.ok) return room
  const id = newId()
  await tx
    .insertInto('freight_next')
    .values({ ...rowOf(deps, actor, fit, id), state: 'wished', next_id: null, offer_until: null })
    .execute()
  await noteNext(tx, deps, actor, fit, id, 'wish')
  await tellNext(tx, deps, concernedOf(fit, id), 'wished', ['dispatcher', 'carrier'], {
    doneBy: actor.accountId,
    needsMe: true,
  })
  return ok({ id, state: 'wished', waybill: null })
}

const secondsOf = (ms: number): number => Math.max(0, Math.round(ms / 1_000))

const rowOf = ({ zoneId }: Deps, actor: Actor, { present, outlook, load, judged, now }: Fit, id: string) => ({
  zone_id: zoneId,
  id,
  after_id: present.id,
  after_to_id: present.to.id,
  load_id: load.id,
  carrier_id: present.carrierId,
  driver_id: present.driverId,
  vehicle_id: present.vehicleId,
  flag: null,
  empty_m: judged.emptyM,
  expected_at: at(epochMs(judged.arriveAt)),
  lag_s: secondsOf(judged.arriveAt - outlook.seeker.free.unloadingFromMs),
  load_until: at(epochMs(load.loadUntil)),
  chosen_by: actor.accountId,
  chosen_name: actor.name,
  created_at: at(now),
  end_why: '' as const,
  decided_at: null,
  decided_by: null,
})

const concernedOf = ({ present, load }: Fit, nextId: string) => ({
  nextId,
  afterId: present.id,
  carrierId: present.carrierId,
  driverAccountId: present.driver_account_id,
  plate: present.plate,
  trip: present.number,
  load: load.number,
})

const noteNext = (tx: Tx, deps: Deps, actor: Actor, { present, load, judged }: Fit, id: string, verb: string) =>
  note(tx, deps, actor, {
    objectKind: 'freight_next',
    objectId: id,
    verb,
    data: { afterId: present.id, loadId: load.id, number: load.number, emptyM: judged.emptyM },
    to: [present.carrierId, ...(present.driver_account_id === null ? [] : [present.driver_account_id])],
  })

const minuteMs = 60_000

/**
 * Takes a truckload and offers it for after the trip, as a new next load or as what a wish becomes.
 * @param wishId  the wish, locked; null: there was none
 */
export async function bookNext(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  fit: Fit,
  wishId: string | null,
  batch: WriteBatch,
): Promise<Result<Chosen, FreightError>> {
  const { present, outlook, judged } = fit
  const { carrierId, driverId, vehicleId } = present
  const locked = await lockLoad(tx, deps, fit.load.id)
  if (!locked) return err({ kind: 'not_found' })
  const taken = await takeOf(tx, deps, locked, null)
  if (!taken.ok) return taken
  const offerUntil = epochMs(judged.arriveAt + outlook.settings.numbers.marginMinutes * minuteMs)
  const trio = { carrierId, driverId, vehicleId }
  const id = wishId ?? newId()
  const row = rowOf(deps, actor, fit, id)
  // Written before its waybill, which books its slots by when the truck is expected there.
  await (
    wishId === null
      ? tx.insertInto('freight_next').values({ ...row, state: 'wished', next_id: null, offer_until: null })
      : tx
          .updateTable('freight_next')
          .set({
            after_to_id: row.after_to_id,
            empty_m: row.empty_m,
            expected_at: row.expected_at,
            lag_s: row.lag_s,
            decided_at: at(fit.now),
            decided_by: actor.name,
          })
          .where('zone_id', '=', deps.zoneId)
          .where('id', '=', id)
  ).execute()
  const sent = await send(tx, batch, deps, actor, taken.value, trio, 'offered', offerUntil)
  if (!sent.ok) return sent
  const booked = tx
    .updateTable('freight_next')
    .set({ state: 'booked', next_id: sent.value.id, offer_until: at(offerUntil) })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
  batch.writes.push(sql`${booked}`)
  await noteNext(tx, deps, actor, fit, id, 'book')
  await tellNext(tx, deps, concernedOf(fit, id), 'booked', ['driver', 'carrier'], {
    doneBy: actor.accountId,
    needsMe: false,
  })
  return ok({ id, state: 'booked', waybill: { id: sent.value.id, number: sent.value.number } })
}
