import type { CaseDeps } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { paidOf } from '../money/paid.ts'
import { paymentsMoved } from '../money/receive.ts'
import type { WaybillState } from '../words.ts'
import { queueDocuments } from './queue.ts'
import { findRegulator } from './regulator.ts'
import { reportWaybill } from './report.ts'
import type { Subject } from './subject.ts'
import { uploadMoved } from './queue.ts'

/**
 * Puts into the outbox what a waybill brings with it: its driver and its vehicle when it was audited, itself when it was settled, its
 * flow of funds when it was paid. The guide lets a waybill be told from the signature on; here it waits for the settlement, because only
 * that says what the shipper pays for this truck, and a signature may be taken back until then.
 */
export const queueHandler = (deps: CaseDeps): EventHandler => ({
  name: 'freight.queue_uploads',
  types: ['freight.waybill_moved', paymentsMoved],
  handle: async (tx, { objectId }) => {
    const regulator = await findRegulator(tx, deps.zoneId)
    if (!regulator?.isOn) return
    await queueDocuments(tx, deps, regulator, await subjectsOf(tx, deps.zoneId, objectId))
  },
})

const withPeople: ReadonlySet<WaybillState> = new Set(['audited', 'settled', 'paid', 'reported'])
const withWaybill: ReadonlySet<WaybillState> = new Set(['settled', 'paid', 'reported'])
const withFunds: ReadonlySet<WaybillState> = new Set(['paid', 'reported'])

/** What of a waybill may be told now. Two statements at most. */
export async function subjectsOf(tx: Tx, zoneId: string, waybillId: string): Promise<readonly Subject[]> {
  const row = await tx
    .selectFrom('freight_waybill')
    .select(['state', 'driver_id', 'vehicle_id'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', waybillId)
    .executeTakeFirst()
  if (!row || !withPeople.has(row.state)) return []
  const subjects: Subject[] = [
    { kind: 'driver', id: row.driver_id },
    { kind: 'vehicle', id: row.vehicle_id },
  ]
  if (withWaybill.has(row.state)) subjects.push({ kind: 'waybill', id: waybillId })
  // Money that came back is told when it has been paid again.
  if (withFunds.has(row.state) && (await isPaid(tx, zoneId, waybillId)))
    subjects.push({ kind: 'fund_flow', id: waybillId })
  return subjects
}

async function isPaid(tx: Tx, zoneId: string, waybillId: string): Promise<boolean> {
  const { payableFen, paidFen } = await paidOf(tx, zoneId, waybillId)
  return payableFen === paidFen
}

/** Takes the last step of a waybill when the regulator has it and its flow of funds. */
export const reportHandler = (deps: CaseDeps): EventHandler => ({
  name: 'freight.report_waybill',
  types: [uploadMoved],
  handle: async (tx, event) => {
    const waybillId = waybillIn(event)
    if (waybillId !== null) await reportWaybill(tx, deps, waybillId, event.type)
  },
})

function waybillIn({ data }: PlacedEvent): string | null {
  if (typeof data !== 'object' || data === null || !('waybillId' in data) || !('state' in data)) return null
  return data.state === 'accepted' && typeof data.waybillId === 'string' ? data.waybillId : null
}
