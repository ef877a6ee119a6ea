import { sql } from 'kysely'
import { grantReach, reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { at, newId, type Tx } from '@tingzhou/db'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { CrossborderError } from '../problems.ts'
import { note, noteAll, type CrossborderDeps } from '../record.ts'
import { storingRoles } from '../roles.ts'
import '../tables.ts'
import { bookMovements, checkWorth, type NewMovement, type Worth } from './movement.ts'

/** Where a stock 库存 lies, of which lot and shipment, and whose it is. */
type Place = {
  readonly warehouseId: string
  readonly area: string
  readonly lotId: string
  readonly shipmentId: string
  readonly ownerId: string
  readonly goods: string
  readonly sku: string
  readonly bonded: boolean
  readonly receivedOn: string
  readonly synthetic: boolean
}

/** The stocks of these places, made where they are not there yet; their owners reach them. Three statements. */
export async function stocksAt(tx: Tx, deps: CrossborderDeps, places: readonly Place[]): Promise<readonly string[]> {
  await tx
    .insertInto('overseas_stock')
    .values(
      places.map((place) => ({
        zone_id: deps.zoneId,
        id: newId(),
        warehouse_id: place.warehouseId,
        area: place.area,
        lot_id: place.lotId,
        shipment_id: place.shipmentId,
        owner_id: place.ownerId,
        goods: place.goods,
        sku: place.sku,
        bonded: place.bonded,
        received_on: place.receivedOn,
        synthetic: place.synthetic,
        created_at: at(deps.clock()),
      })),
    )
    .onConflict((conflict) => conflict.constraint('overseas_stock_is').doNothing())
    .execute()
  const rows = await tx
    .selectFrom('overseas_stock')
    .select(['id', 'warehouse_id', 'area', 'lot_id', 'shipment_id', 'owner_id', 'bonded'])
    .where('zone_id', '=', deps.zoneId)
    .where('shipment_id', 'in', [...new Set(places.map(({ shipmentId }) => shipmentId))])
    .where('warehouse_id', 'in', [...new Set(places.map(({ warehouseId }) => warehouseId))])
    .execute()
  const found = places.map((place) => {
    const row = rows.find(
      (one) =>
        one.warehouse_id === place.warehouseId &&
        one.area === place.area &&
        one.lot_id === place.lotId &&
        one.shipment_id === place.shipmentId &&
        one.owner_id === place.ownerId &&
        one.bonded === place.bonded,
    )
    assert(row, 'a stock was made or was there')
    return { objectKind: 'overseas_stock', objectId: row.id, partyId: row.owner_id, relation: 'enterprise' } as const
  })
  await grantReach(tx, deps.zoneId, found)
  return found.map(({ objectId }) => objectId)
}

/** What arrived of a shipment. */
export type Receipt = {
  readonly shipment: {
    readonly id: string
    readonly number: string
    readonly warehouseId: string
    readonly ownerId: string
    readonly goods: string
    readonly sku: string
    readonly synthetic: boolean
  }
  readonly area: string
  readonly document: string
  readonly worth: Worth
  readonly lots: readonly { readonly lotId: string; readonly received: number; readonly damaged: number }[]
}

/** Takes what arrived into stock; what was damaged on the way comes in and leaves at once. Ten statements. */
export async function receiveGoods(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  { shipment, area, document, worth, lots }: Receipt,
): Promise<Result<void, CrossborderError>> {
  const fault = checkWorth(worth)
  if (fault) return err(fault)
  const warehouse = await warehouseOf(tx, deps, shipment.warehouseId)
  if (!warehouse.areas.includes(area))
    return err({ kind: 'field_refused', field: 'area', value: area, rule: `one_of ${warehouse.areas.join(', ')}` })
  const came = lots.filter(({ received, damaged }) => received + damaged > 0)
  if (came.length === 0) return err({ kind: 'field_refused', field: 'lots', value: 0, rule: 'some_pieces' })
  const now = deps.clock()
  const ids = await stocksAt(
    tx,
    deps,
    came.map(({ lotId }) => ({
      warehouseId: shipment.warehouseId,
      area,
      lotId,
      shipmentId: shipment.id,
      ownerId: shipment.ownerId,
      goods: shipment.goods,
      sku: shipment.sku,
      bonded: warehouse.bonded,
      receivedOn: localDateOf(now),
      synthetic: shipment.synthetic,
    })),
  )
  const movements = came.flatMap(({ received, damaged }, index): readonly NewMovement[] => {
    const stock = { id: ids[index] ?? '', ownerId: shipment.ownerId }
    const common = { stock, document, worth, shipmentId: shipment.id }
    return [
      { kind: 'in', delta: received + damaged, counterparty: shipment.number, ...common },
      ...(damaged > 0 ? [{ kind: 'damage', delta: -damaged, ...common } as const] : []),
    ]
  })
  await noteAll(
    tx,
    deps,
    actor,
    came.map(({ received, damaged }, index) => ({
      objectKind: 'overseas_stock',
      objectId: ids[index] ?? '',
      verb: 'receive',
      data: { received, damaged, document, shipment: shipment.number },
      to: [shipment.ownerId],
    })),
  )
  const source = { kind: 'export_shipment', id: shipment.id }
  const booking = { zoneId: deps.zoneId, who: actor, now, kind: 'receipt', source }
  const booked = await bookMovements(tx, booking, movements)
  return booked.ok ? ok(undefined) : booked
}

async function warehouseOf(tx: Tx, { zoneId }: CrossborderDeps, id: string) {
  return tx
    .selectFrom('overseas_warehouse')
    .select(['areas', 'bonded', 'state', 'name'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

/** A stock within reach of somebody who keeps stock. One statement. */
export async function keptStock(tx: Tx, { zoneId }: CrossborderDeps, actor: Actor, id: string) {
  const row = await tx
    .selectFrom('overseas_stock')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where(reaches(actor, 'overseas_stock', { zoneId, objectId: sql.ref('overseas_stock.id') }))
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' } as const)
  return hasRole(actor, ...storingRoles) ? ok(row) : err({ kind: 'not_permitted' } as const)
}

export type Withdrawal = Worth & {
  readonly stockId: string
  readonly kind: 'out' | 'damage'
  readonly pieces: number
  readonly document: string
  readonly counterparty: string
  readonly reason: string
  readonly reservationId: string | null
}

/** Takes pieces out of a stock: to a buyer, from what was reserved or what is free, or because they are spoilt. */
export async function withdraw(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: Withdrawal,
): Promise<Result<{ readonly id: string }, CrossborderError>> {
  const kept = await keptStock(tx, deps, actor, input.stockId)
  if (!kept.ok) return kept
  const { kind, pieces, document, counterparty, reason, reservationId } = input
  const fault = checkWorth(input) ?? withdrawalFault(input)
  if (fault) return err(fault)
  const reservation = reservationId === null ? null : await useReservation(tx, deps, input.stockId, reservationId)
  if (reservation && !reservation.ok) return reservation
  const stock = { id: kept.value.id, ownerId: kept.value.owner_id }
  const movement: NewMovement = {
    kind,
    stock,
    delta: -pieces,
    document,
    counterparty,
    worth: worthOf(input),
    reason,
    shipmentId: kept.value.shipment_id,
    ...(reservation ? { reservation: reservation.value } : {}),
  }
  const source = { kind: 'overseas_stock', id: stock.id }
  const booking = { zoneId: deps.zoneId, who: actor, now: deps.clock(), kind, source }
  const booked = await bookMovements(tx, booking, [movement])
  if (!booked.ok) return booked
  const data = { pieces, document, counterparty, movementId: booked.value[0] ?? '' }
  await noteStock(tx, deps, actor, kept.value, kind, reason, data)
  return ok({ id: booked.value[0] ?? '' })
}

export const worthOf = ({ currency, priceMinor, rateMilli }: Worth): Worth => ({ currency, priceMinor, rateMilli })

function withdrawalFault({ kind, counterparty, reason, reservationId }: Withdrawal): CrossborderError | null {
  if (kind === 'out' && counterparty === '')
    return { kind: 'field_refused', field: 'counterparty', value: '', rule: 'who_gets_it' }
  if (kind === 'damage' && reason === '')
    return { kind: 'field_refused', field: 'reason', value: '', rule: 'why_spoilt' }
  return kind === 'damage' && reservationId !== null
    ? { kind: 'field_refused', field: 'reservationId', value: reservationId, rule: 'only_for_out' }
    : null
}

/** A reservation that is still open is used up by what goes out; the rest is free again. Two statements. */
async function useReservation(tx: Tx, deps: CrossborderDeps, stockId: string, id: string) {
  const row = await tx
    .updateTable('overseas_reservation')
    .set({ state: 'used' })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .where('stock_id', '=', stockId)
    .where('state', '=', 'open')
    .where(sql<boolean>`until > ${at(deps.clock())}`)
    .returning(['id', 'journal_id as journalId'])
    .executeTakeFirst()
  const refused = { kind: 'reservation_state', field: 'reservationId', value: id, rule: 'still_reserved' } as const
  return row ? ok(row) : err(refused)
}

type Kept = { readonly id: string; readonly owner_id: string }

export const noteStock = (
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  { id, owner_id: ownerId }: Kept,
  verb: string,
  why: string,
  data: Parameters<typeof note>[3]['data'],
): Promise<void> =>
  note(tx, deps, actor, {
    objectKind: 'overseas_stock',
    objectId: id,
    verb,
    ...(why === '' ? {} : { why }),
    ...(data === undefined ? {} : { data }),
    to: [ownerId],
  })
