import { sql } from 'kysely'
import { change, only, say } from '@tingzhou/casework'
import { at } from '@tingzhou/db'
import { assert, err, ok } from '@tingzhou/kernel'
import { leftOfShipment } from '../stock/on-hand.ts'
import { receiveGoods } from '../stock/stock.ts'
import { attachToShipment } from './document.ts'
import { changeSeals, sealsOn } from './hand-over.ts'
import type { ShipmentMove } from './move-spec.ts'

export const receive: ShipmentMove<'receive'> = {
  from: ['arrived'],
  may: ({ keeper }) => only(keeper, 'keeper_only'),
  run: async ({ tx, dossier, input }) => {
    const { row, deps, doer, now } = dossier
    const sent = await tx
      .selectFrom('export_shipment_lot')
      .select(['lot_id', 'pieces'])
      .where('zone_id', '=', deps.zoneId)
      .where('shipment_id', '=', row.id)
      .execute()
    for (const { lotId, received, damaged } of input.lots) {
      const lot = sent.find((one) => one.lot_id === lotId)
      if (!lot) return err({ kind: 'field_refused', field: 'lots', value: lotId, rule: 'of_this_shipment' })
      const value = received + damaged
      const { pieces } = lot
      if (value > pieces) return err({ kind: 'received_over', field: 'lots', value, rule: 'at_most_sent', pieces })
    }
    const named = new Set(input.lots.map(({ lotId }) => lotId))
    if (named.size !== sent.length || named.size !== input.lots.length)
      return err({ kind: 'field_refused', field: 'lots', value: named.size, rule: `each_lot_once ${sent.length}` })
    const value = input.lots.reduce((total, { received, damaged }) => total + received + damaged, 0)
    const { loaded_pieces: pieces } = row
    if (pieces !== null && value > pieces)
      return err({ kind: 'received_over', field: 'lots', value, rule: 'at_most_loaded', pieces })
    assert(doer.actor, 'a person receives')
    const { area, document, currency, priceMinor, rateMilli, lots } = input
    const shipment = {
      id: row.id,
      number: row.number,
      warehouseId: row.warehouse_id,
      ownerId: row.exporter_id,
      goods: row.goods,
      sku: row.sku,
      synthetic: row.synthetic,
    }
    await changeSeals(tx, dossier, await sealsOn(tx, dossier), [], document)
    const worth = { currency, priceMinor, rateMilli }
    const received = await receiveGoods(tx, deps, doer.actor, { shipment, area, document, worth, lots })
    if (!received.ok) return received
    change(dossier, { received_at: now })
    const sum = (of: 'received' | 'damaged') => lots.reduce((total, lot) => total + lot[of], 0)
    say(dossier, { verb: 'receive', data: { received: sum('received'), damaged: sum('damaged'), area, document } })
    return ok({ kind: 'complete', node: 'to_receive', vars: {} })
  },
}

/** The last of it went out to whoever bought it. */
export const deliver: ShipmentMove<'deliver'> = {
  from: ['received'],
  may: ({ keeper, dispatcher }) => only(keeper || dispatcher, 'dispatcher_or_keeper'),
  run: async ({ tx, dossier, input }) => {
    const { row, deps, now } = dossier
    const left = await leftOfShipment(tx, deps.zoneId, row.id)
    if (left > 0) return err({ kind: 'stock_left', field: 'pieces', value: left, rule: 'all_went_out' })
    const attached = await attachToShipment(tx, dossier, input.photoIds)
    if (!attached.ok) return attached
    await tx
      .updateTable('export_leg')
      .set({ began_at: sql<Date>`coalesce(began_at, ${at(now)})`, ended_at: at(now) })
      .where('zone_id', '=', deps.zoneId)
      .where('shipment_id', '=', row.id)
      .where('kind', '=', 'delivery')
      .execute()
    change(dossier, { delivered_at: now })
    say(dossier, { verb: 'deliver', data: { signer: input.signer, photoIds: [...input.photoIds] } })
    return ok({ kind: 'complete', node: 'to_deliver', vars: {} })
  },
}
