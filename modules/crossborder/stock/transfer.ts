import type { Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { CrossborderError } from '../problems.ts'
import type { CrossborderDeps } from '../record.ts'
import '../tables.ts'
import { bookMovements, checkWorth, type Worth } from './movement.ts'
import { keptStock, noteStock, stocksAt, worthOf } from './stock.ts'

export type Transfer = Worth & {
  readonly stockId: string
  readonly pieces: number
  readonly toWarehouseId: string
  readonly toArea: string
  readonly bonded: boolean
  readonly document: string
  readonly reason: string
}

/** Moves pieces to another area or warehouse, or out of bond; their age stays. */
export async function transfer(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: Transfer,
): Promise<Result<{ readonly id: string; readonly stockId: string }, CrossborderError>> {
  const kept = await keptStock(tx, deps, actor, input.stockId)
  if (!kept.ok) return kept
  const from = kept.value
  const fault = checkWorth(input)
  if (fault) return err(fault)
  const { toWarehouseId, toArea, bonded, pieces, document, reason } = input
  const same = toWarehouseId === from.warehouse_id && toArea === from.area && bonded === from.bonded
  if (same) return err({ kind: 'field_refused', field: 'toArea', value: toArea, rule: 'another_place' })
  if (bonded && !from.bonded) return err({ kind: 'field_refused', field: 'bonded', value: true, rule: 'not_into_bond' })
  const warehouse = await tx
    .selectFrom('overseas_warehouse')
    .select(['areas', 'state', 'name', 'bonded'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', toWarehouseId)
    .executeTakeFirst()
  if (!warehouse)
    return err({ kind: 'field_refused', field: 'toWarehouseId', value: toWarehouseId, rule: 'within_reach' })
  if (warehouse.state === 'closed')
    return err({ kind: 'not_open', field: 'toWarehouseId', value: warehouse.name, rule: 'still_open' })
  if (bonded && !warehouse.bonded)
    return err({ kind: 'field_refused', field: 'bonded', value: true, rule: 'bonded_warehouse' })
  if (!warehouse.areas.includes(toArea))
    return err({ kind: 'field_refused', field: 'toArea', value: toArea, rule: `one_of ${warehouse.areas.join(', ')}` })
  const [toId = ''] = await stocksAt(tx, deps, [
    {
      warehouseId: toWarehouseId,
      area: toArea,
      lotId: from.lot_id,
      shipmentId: from.shipment_id,
      ownerId: from.owner_id,
      goods: from.goods,
      sku: from.sku,
      bonded,
      receivedOn: from.received_on,
      synthetic: from.synthetic,
    },
  ])
  const source = { kind: 'overseas_stock', id: from.id }
  const booked = await bookMovements(
    tx,
    { zoneId: deps.zoneId, who: actor, now: deps.clock(), kind: 'transfer', source },
    [
      {
        kind: 'transfer',
        stock: { id: from.id, ownerId: from.owner_id },
        to: { id: toId, ownerId: from.owner_id },
        delta: -pieces,
        document,
        worth: worthOf(input),
        reason,
        shipmentId: from.shipment_id,
      },
    ],
  )
  if (!booked.ok) return booked
  const id = booked.value[0] ?? ''
  const data = { pieces, document, movementId: id }
  await noteStock(tx, deps, actor, from, 'transfer', reason, { ...data, toStockId: toId })
  const into = { id: toId, owner_id: from.owner_id }
  await noteStock(tx, deps, actor, into, 'transfer_in', reason, { ...data, fromStockId: from.id })
  return ok({ id, stockId: toId })
}
