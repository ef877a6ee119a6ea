import { change, only, say } from '@tingzhou/casework'
import { localDateOf } from '@tingzhou/calendar'
import { flushBatch, newBatch, type Tx } from '@tingzhou/db'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import { divertSlot, unserved } from '../dock/keep.ts'
import { agreementSha256 } from './agreement.ts'
import { checkTrio, factsOf, openWaybill, otherTrip, overRated } from './begin.ts'
import { tripOf, type Waybill, type WaybillDossier } from './case.ts'
import type { BeginError } from './errors.ts'
import type { WaybillMove } from './move-spec.ts'
import { drawSignCode } from './numbers.ts'
import { onBoardBeside } from './on-board.ts'

/** Another unloading place, on the way; which one it was stays in the history. */
export const divert: WaybillMove<'divert'> = {
  from: ['in_transit'],
  may: ({ dispatcher }) => only(dispatcher, 'dispatcher_only'),
  run: async ({ tx, dossier, input }) => {
    const { row, deps } = dossier
    const { from, to } = tripOf(dossier)
    const field = 'placeId'
    if (input.placeId === row.to_id || input.placeId === row.from_id)
      return err({ kind: 'same_place', field, value: input.placeId, rule: 'another place than now' })
    const place = await tx
      .selectFrom('freight_place')
      .select(['name', 'shipper_id', 'state'])
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', input.placeId)
      .executeTakeFirst()
    const fits = place?.state === 'open' && (place.shipper_id === null || place.shipper_id === row.shipper_id)
    if (!place || !fits)
      return err({ kind: 'place_unknown', field, value: input.placeId, rule: 'an open place of the shipper' })
    change(dossier, { to_id: input.placeId })
    await divertSlot(tx, dossier)
    say(dossier, {
      verb: 'divert',
      reason: input.reason,
      data: { loadedAt: from.name, before: to.name, beforeId: to.id, after: place.name, afterId: input.placeId },
    })
    return ok(null)
  },
}

/** Another truck goes on with the goods: a leg of its own under the same number. */
export const transload: WaybillMove<'transload'> = {
  from: ['accident'],
  may: ({ dispatcher }) => only(dispatcher, 'dispatcher_only'),
  run: async ({ tx, dossier, input }) => {
    const { row, deps, now, doer } = dossier
    if (input.vehicleId === row.vehicle_id)
      return err({ kind: 'same_vehicle', field: 'vehicleId', value: input.vehicleId, rule: 'another vehicle' })
    const trio = { carrier: input.carrierId, driver: input.driverId, vehicle: input.vehicleId }
    const free = await checkTrio(tx, deps, trio, localDateOf(now))
    if (!free.ok) return free
    const busy = await otherTrip(tx, deps.zoneId, trio, row)
    if (busy) return err(busy)
    const facts = await factsOf(tx, deps.zoneId, row, trio)
    assert(row.load_net_kg !== null, 'a truck on its way was weighed')
    if (row.load_net_kg > facts.ratedKg) return err(overRated('vehicleId', row.load_net_kg, facts.ratedKg))
    const agreement = {
      ...row.agreement,
      carrier: { id: trio.carrier, name: facts.carrier },
      driver: { id: trio.driver, name: facts.driverName },
      vehicle: { id: trio.vehicle, name: facts.plate },
      to: facts.to,
    }
    const next: Waybill = {
      ...row,
      id: deps.newId(),
      serial: nextSerial(row.serial),
      carrier_id: trio.carrier,
      driver_id: trio.driver,
      vehicle_id: trio.vehicle,
      driver_account_id: facts.driverAccountId,
      driver_name: facts.driverName,
      plate_key: facts.plateKey,
      agreement,
      agreement_sha256: agreementSha256(agreement),
      state: 'loaded',
      instance_id: null,
      next_step: null,
      due_at: null,
      offer_until: null,
      accepted_at: now,
      arrived_load_at: null,
      loaded_at: now,
      departed_at: null,
      sign_code: drawSignCode(),
      tour_seq: await nextSeq(tx, row),
      sign_link_sha256: null,
      created_at: now,
      updated_at: now,
      updated_by: doer.id,
      rev: 1,
    }
    const serial = row.serial === '0000' ? '0001' : row.serial
    await freeTrio(tx, dossier, serial)
    const begun = await beginLeg(tx, dossier, next)
    if (!begun.ok) return begun
    if (next.tour_id !== null) {
      // Once the leg is on the truck: what is there of others that came at once counts.
      const { besideKg, mayKg } = await onBoardBeside(tx, next)
      if (besideKg + row.load_net_kg > mayKg) return err(overRated('vehicleId', besideKg + row.load_net_kg, mayKg))
    }
    change(dossier, { serial, end_reason: input.reason })
    say(dossier, { verb: 'transload', reason: input.reason, data: { serial, next: next.serial, nextId: next.id } })
    return ok({ kind: 'complete', node: 'stopped', vars: { outcome: 'transload' } })
  },
}

const nextSerial = (serial: string): string => String(Math.max(1, Number(serial)) + 1).padStart(4, '0')

/**
 * Which of the tour's waybills a leg is that goes on with another: as many further as the tour has loads, which no other leg is; null: of
 * no tour. One statement at most, by the key of the tour.
 */
async function nextSeq(tx: Tx, { zone_id, tour_id, tour_seq }: Waybill): Promise<number | null> {
  if (tour_id === null || tour_seq === null) return null
  const { loads } = await tx
    .selectFrom('freight_tour')
    .select('loads')
    .where('zone_id', '=', zone_id)
    .where('id', '=', tour_id)
    .executeTakeFirstOrThrow()
  return tour_seq + loads
}

/** At once, for the leg that begins may have the same driver, and its row is written before this one; so with the slot. */
async function freeTrio(tx: Tx, { deps, row }: WaybillDossier, serial: string): Promise<void> {
  await unserved(tx, { deps, row }).execute()
  await tx
    .updateTable('freight_waybill')
    .set({ state: 'transloaded', serial })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', row.id)
    .execute()
}

async function beginLeg(tx: Tx, { deps, doer }: WaybillDossier, next: Waybill): Promise<Result<void, BeginError>> {
  assert(doer.actor, 'a person transloads')
  const batch = newBatch()
  const begun = await openWaybill(tx, batch, deps, doer.actor, next, 'transload', null)
  if (!begun.ok) return begun
  await flushBatch(tx, batch)
  return ok(undefined)
}
