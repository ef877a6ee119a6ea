import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { beginCase, dossierOf, grant, say, type CaseDeps } from '@tingzhou/casework'
import { reaches } from '@tingzhou/access'
import type { Tx, WriteBatch } from '@tingzhou/db'
import { assert, epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import corridor from '../data/legs.json' with { type: 'json' }
import { keepsFor } from '../reach.ts'
import { drawNumber } from '../record.ts'
import type { CrossborderError } from '../problems.ts'
import { shipmentKind, type Shipment } from './case.ts'
import { shipmentPlay } from './process.ts'
import type { LegKind, ShipmentState } from '../words.ts'

type Spot = { readonly lonDeg: number; readonly latDeg: number } | null

export type Booking = {
  readonly contractId: string
  readonly warehouseId: string
  readonly pieces: number
  readonly documentsBy: number
  readonly crossBy: number
  readonly from: { readonly name: string; readonly position: Spot }
  readonly deliverTo: string
  readonly synthetic: boolean
}

type Booked = { readonly id: string; readonly number: string; readonly state: ShipmentState; readonly rev: number }

/** Books a shipment: draws its contract down under the contract's lock, plans its legs, starts its process. */
export async function bookShipment(
  tx: Tx,
  deps: CaseDeps,
  actor: Actor,
  input: Booking,
  batch: WriteBatch,
): Promise<Result<Booked, CrossborderError>> {
  const now = deps.clock()
  const times = checkTimes(input, now)
  if (!times.ok) return times
  const contract = await drawDown(tx, deps, actor, input)
  if (!contract.ok) return contract
  const warehouse = await openWarehouse(tx, deps, input.warehouseId)
  if (!warehouse.ok) return warehouse
  const { exporter_id: exporterId, goods_class: goodsClass, goods, sku } = contract.value
  const row: Shipment = {
    ...blank,
    zone_id: deps.zoneId,
    id: deps.newId(),
    number: await drawNumber(tx, 'CK', now),
    contract_id: input.contractId,
    exporter_id: exporterId,
    warehouse_id: input.warehouseId,
    goods_class: goodsClass,
    goods,
    sku,
    pieces: input.pieces,
    documents_until: epochMs(input.documentsBy),
    cross_until: epochMs(input.crossBy),
    synthetic: input.synthetic,
    created_at: now,
    created_by: actor.name,
    updated_at: now,
    updated_by: actor.name,
  }
  const dossier = dossierOf(deps, shipmentKind, row, { by: 'actor', actor, verb: 'book' }, { fresh: true, batch })
  grant(dossier, [{ partyId: exporterId, relation: 'enterprise' }])
  say(dossier, { verb: 'book', data: { pieces: row.pieces, contractId: row.contract_id } })
  const vars = { outcome: null, documentsBy: row.documents_until, crossBy: row.cross_until }
  const begun = await beginCase(tx, shipmentPlay, dossier, vars)
  assert(begun.ok, 'a fresh shipment begins')
  batch.writes.push(sql`${planLegs(tx, row, input, warehouse.value)}`)
  const { id, number, state, rev } = dossier.row
  return ok({ id, number, state, rev })
}

/** What every shipment begins with. */
const blank = {
  loaded_pieces: null,
  state: 'booked',
  instance_id: null,
  next_step: null,
  due_at: null,
  declaration: '',
  release_reference: '',
  waybill_id: null,
  held_from: null,
  hold_reason: null,
  hold_words: '',
  completed_at: null,
  declared_at: null,
  inspected_at: null,
  released_at: null,
  crossed_at: null,
  arrived_at: null,
  received_at: null,
  delivered_at: null,
  closed_at: null,
  end_reason: '',
  rev: 1,
} as const

const planMaxMs = 3 * 366 * 86_400_000

/** The documents are due before the crossing, both within three years. Pure. O(1). */
function checkTimes({ documentsBy, crossBy }: Booking, now: EpochMs): Result<void, CrossborderError> {
  const refused = (field: string, value: number, rule: string) =>
    err({ kind: 'field_refused', field, value, rule } as const)
  if (documentsBy <= now) return refused('documentsBy', documentsBy, 'after_now')
  if (crossBy < documentsBy) return refused('crossBy', crossBy, 'after_documents')
  return crossBy > now + planMaxMs ? refused('crossBy', crossBy, 'within_three_years') : ok(undefined)
}

/** Takes pieces of a contract that the actor keeps; never more than are left. Two statements, under the contract's lock. */
async function drawDown(tx: Tx, deps: CaseDeps, actor: Actor, { contractId, pieces }: Booking) {
  const { zoneId } = deps
  const row = await tx
    .selectFrom('export_contract')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', contractId)
    .where(reaches(actor, 'export_contract', { zoneId, objectId: sql.ref('export_contract.id') }))
    .forUpdate()
    .executeTakeFirst()
  const field = 'contractId'
  if (!row) return err({ kind: 'field_refused', field, value: contractId, rule: 'within_reach' } as const)
  if (!keepsFor(actor, row.exporter_id)) return err({ kind: 'not_permitted' } as const)
  if (row.state === 'closed') return err({ kind: 'not_open', field, value: row.number, rule: 'still_open' } as const)
  if (row.valid_to < localDateOf(deps.clock()))
    return err({ kind: 'not_open', field, value: row.valid_to, rule: 'valid_on_day' } as const)
  const left = row.pieces - row.drawn
  if (pieces > left)
    return err({ kind: 'contract_overdrawn', field: 'pieces', value: pieces, rule: 'at_most_left', left } as const)
  await tx
    .updateTable('export_contract')
    .set({ drawn: row.drawn + pieces })
    .where('zone_id', '=', zoneId)
    .where('id', '=', contractId)
    .execute()
  return ok(row)
}

async function openWarehouse(tx: Tx, { zoneId }: CaseDeps, id: string) {
  const row = await tx
    .selectFrom('overseas_warehouse')
    .select(['name', 'state', 'lon_deg as lonDeg', 'lat_deg as latDeg'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  const field = 'warehouseId'
  if (!row) return err({ kind: 'field_refused', field, value: id, rule: 'within_reach' } as const)
  return row.state === 'open' ? ok(row) : err({ kind: 'not_open', field, value: row.name, rule: 'still_open' } as const)
}

type End = { readonly name: string; readonly lonDeg: number | null; readonly latDeg: number | null }

/** The chain of the corridor: to the port yard, over the border, to the warehouse, to the buyer. */
function planLegs(tx: Tx, row: Shipment, { from, deliverTo }: Booking, warehouse: End) {
  const { yard, border } = corridor
  const spot = ({ zh, lonDeg, latDeg }: typeof yard): End => ({ name: zh, lonDeg, latDeg })
  const ends: readonly End[] = [
    { name: from.name, lonDeg: from.position?.lonDeg ?? null, latDeg: from.position?.latDeg ?? null },
    spot(yard),
    spot(border),
    warehouse,
    { name: deliverTo, lonDeg: null, latDeg: null },
  ]
  const kinds: readonly LegKind[] = ['pickup', 'border', 'foreign', 'delivery']
  return tx.insertInto('export_leg').values(
    kinds.flatMap((kind, index) => {
      const [a, b] = [ends[index], ends[index + 1]]
      assert(a && b, 'a leg goes from one end to the next')
      return [
        {
          zone_id: row.zone_id,
          shipment_id: row.id,
          seq: index + 1,
          kind,
          from_name: a.name,
          from_lon_deg: a.lonDeg,
          from_lat_deg: a.latDeg,
          to_name: b.name,
          to_lon_deg: b.lonDeg,
          to_lat_deg: b.latDeg,
          began_at: null,
          ended_at: null,
        },
      ]
    }),
  )
}
