import { appendHistory } from '@tingzhou/audit'
import { bucketS } from '@tingzhou/dispatch'
import { at, type Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { addNotices } from '@tingzhou/notices'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import type { FreightDeps } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import type { PlaceEnd } from '../words.ts'
import { bookOf } from './book.ts'
import { moveNotices } from './notices.ts'
import { bookedOf, lockDocks } from './slot.ts'
import { dockSettings } from './settings.ts'
import './tables.ts'

type Wish = {
  readonly placeId: string
  readonly waybillId: string
  readonly end: PlaceEnd
  /** When the slot begins, epoch milliseconds; null: it is given back. */
  readonly startsAt: number | null
  readonly why: string
}

/**
 * Moves a waybill's slot to another one that is free, books one for a waybill that has none, or gives it back, with a reason.
 * Locks the waybill, then the docks, as whoever books does. Ten statements.
 */
export async function moveSlot(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  wish: Wish,
): Promise<Result<{ startsAt: EpochMs | null }, FreightError>> {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_allowed' })
  const { zoneId, clock } = deps
  const { placeId, waybillId, end, startsAt, why } = wish
  const waybill = await tx
    .selectFrom('freight_waybill as w')
    .innerJoin('freight_place as p', (join) => join.onRef('p.zone_id', '=', 'w.zone_id').on('p.id', '=', placeId))
    .select([
      'w.state',
      'w.from_id',
      'w.to_id',
      'w.driver_account_id',
      'w.carrier_id',
      'w.number',
      'w.agreement',
      'p.name',
    ])
    .where('w.zone_id', '=', zoneId)
    .where('w.id', '=', waybillId)
    .forUpdate('w')
    .executeTakeFirst()
  const isHere = waybill && (end === 'load' ? waybill.from_id : waybill.to_id) === placeId
  if (!isHere) return err({ kind: 'field_refused', field: 'waybillId', value: waybillId, rule: 'within_reach' })
  if (!awaited[end].has(waybill.state))
    return err({ kind: 'slot_state', field: 'waybillId', value: waybill.state, rule: 'slot_awaited' })
  const [dock] = await lockDocks(tx, zoneId, [{ placeId, end }])
  if (!dock) return err({ kind: 'slot_state', field: 'placeId', value: placeId, rule: 'dock_on' })
  const before = await tx
    .selectFrom('freight_dock_slot')
    .select(['starts_at', 'lack'])
    .where('zone_id', '=', zoneId)
    .where('waybill_id', '=', waybillId)
    .where('place_end', '=', end)
    .executeTakeFirst()
  const from = before?.starts_at ?? null
  // Where none was found, the clock looks on until somebody releases it.
  if (before && from === startsAt && (from !== null || before.lack === 'released')) return ok({ startsAt: from })
  if (startsAt !== null) {
    const now = clock()
    const no = (rule: string) =>
      err({ kind: 'field_refused', field: 'startsAt', value: String(startsAt), rule } as const)
    if (startsAt % (bucketS * 1_000) !== 0) return no('slot_bucket')
    if (startsAt + bucketS * 1_000 <= now) return no('in_future')
    const { numbers } = await dockSettings(tx, zoneId)
    if (startsAt > now + numbers.horizonHours * 3_600_000) return no('slot_horizon')
    const { capacity, booked } = bookOf(dock, startsAt, startsAt, (await bookedOf(tx, zoneId, [dock], startsAt))(dock))
    // A book has one bucket at least.
    if (booked[0]! >= capacity[0]!)
      return err({ kind: 'slot_full', field: 'startsAt', value: `${booked[0]}/${capacity[0]}`, rule: 'slot_free' })
  }
  const after = startsAt === null ? null : epochMs(startsAt)
  const row = {
    starts_at: after === null ? null : at(after),
    lack: startsAt === null ? ('released' as const) : null,
    leave_at: null,
    told_for: null,
  }
  await tx
    .insertInto('freight_dock_slot')
    .values({
      ...row,
      zone_id: zoneId,
      waybill_id: waybillId,
      place_end: end,
      place_id: placeId,
      eta_at: null,
      arrived_at: null,
      booked_at: at(clock()),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['zone_id', 'waybill_id', 'place_end'])
        .doUpdateSet((eb) => ({ ...row, moves: eb('freight_dock_slot.moves', '+', 1) })),
    )
    .execute()
  await appendHistory(tx, zoneId, [
    {
      objectKind: 'freight_waybill',
      objectId: waybillId,
      at: clock(),
      verb: startsAt === null ? 'release_slot' : 'move_slot',
      actorId: actor.accountId,
      actorName: actor.name,
      public: true,
      reason: why,
      data: { end, from, to: startsAt },
    },
  ])
  await addToOutbox(tx, zoneId, [
    {
      type: 'freight.slot_moved',
      objectKind: 'freight_waybill',
      objectId: waybillId,
      at: clock(),
      data: { end },
      to: [waybill.carrier_id, ...(waybill.driver_account_id === null ? [] : [waybill.driver_account_id])],
    },
  ])
  const slot = {
    waybillId,
    end,
    number: waybill.number,
    plate: waybill.agreement.vehicle.name,
    place: waybill.name,
    driverAccountId: waybill.driver_account_id,
  }
  await addNotices(tx, zoneId, moveNotices(slot, { before: from, after, lack: row.lack }, [], clock()))
  return ok({ startsAt: after })
}

/** States in which a truck is still awaited at an end. */
const awaited: Readonly<Record<PlaceEnd, ReadonlySet<string>>> = {
  load: new Set(['offered', 'accepted']),
  unload: new Set(['offered', 'accepted', 'at_load', 'loaded', 'in_transit', 'accident']),
}
