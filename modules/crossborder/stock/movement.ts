import { localDateOf } from '@tingzhou/calendar'
import { at, newId, type Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import { assert, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { CrossborderError } from '../problems.ts'
import { drawNumbers } from '../record.ts'
import '../tables.ts'
import type { Currency, MovementKind } from '../words.ts'
import { postPieces, type Posting, type StockRef } from './accounts.ts'

/** What a piece is worth in a movement: in a currency, and what its unit was worth in yuan. */
export type Worth = { readonly currency: Currency; readonly priceMinor: number; readonly rateMilli: number }

/** One movement 流水 that is to be booked. */
export type NewMovement = {
  readonly kind: MovementKind
  readonly stock: StockRef
  /** Where a transfer goes. */
  readonly to?: StockRef
  /** What it does to the stock; not zero. */
  readonly delta: number
  readonly document: string
  readonly counterparty?: string
  readonly worth: Worth
  readonly reason?: string
  readonly shipmentId?: string
  readonly reservation?: { readonly id: string; readonly journalId: string }
  readonly countId?: string
}

type Booking = {
  readonly zoneId: string
  readonly who: { readonly accountId: string; readonly name: string }
  readonly now: EpochMs
  readonly kind: string
  readonly source: { readonly kind: string; readonly id: string }
}

/** A yuan is a yuan. Pure. O(1). */
export const checkWorth = ({ currency, rateMilli }: Worth): CrossborderError | null =>
  currency === 'CNY' && rateMilli !== 1_000
    ? { kind: 'field_refused', field: 'rateMilli', value: rateMilli, rule: 'yuan_is_1000' }
    : null

/**
 * Books movements today by one journal: all or none, and never a stock below nothing.
 * @param movements  1 to 500
 * @returns their ids, in their order
 * Six statements.
 */
export async function bookMovements(
  tx: Tx,
  { zoneId, who, now, kind, source }: Booking,
  movements: readonly NewMovement[],
): Promise<Result<readonly string[], CrossborderError>> {
  assert(movements.length > 0, 'something moves')
  const journalId = newId()
  const numbers = await drawNumbers(tx, 'HW', movements.length, now)
  const ids = movements.map(() => newId())
  await tx
    .insertInto('overseas_movement')
    .values(
      movements.map((one, index) => ({
        zone_id: zoneId,
        id: ids[index] ?? '',
        number: numbers[index] ?? '',
        kind: one.kind,
        stock_id: one.stock.id,
        to_stock_id: one.to?.id ?? null,
        delta: one.delta,
        document: one.document,
        counterparty: one.counterparty ?? '',
        currency: one.worth.currency,
        price_minor: one.worth.priceMinor,
        rate_milli: one.worth.rateMilli,
        reason: one.reason ?? '',
        shipment_id: one.shipmentId ?? null,
        reservation_id: one.reservation?.id ?? null,
        count_id: one.countId ?? null,
        journal_id: journalId,
        on_day: localDateOf(now),
        at: at(now),
        by_id: who.accountId,
        by_name: who.name,
      })),
    )
    .execute()
  const stocks = new Map(movements.flatMap(({ stock, to }) => (to ? [stock, to] : [stock])).map((one) => [one.id, one]))
  await addToOutbox(
    tx,
    zoneId,
    [...stocks.values()].map(({ id, ownerId }) => ({
      type: 'crossborder.stock_moved',
      objectKind: 'overseas_stock',
      objectId: id,
      to: [ownerId],
      at: now,
    })),
  )
  const posted = await postPieces(tx, zoneId, { id: journalId, kind, source }, movements.map(postingOf), who, now)
  return posted.ok ? ok(ids) : err(posted.error)
}

/** Between which accounts a movement goes. Pure. O(1). */
function postingOf({ kind, stock, to, delta, reservation }: NewMovement): Posting {
  const pieces = Math.abs(delta)
  switch (kind) {
    case 'in':
      return { debit: stock, credit: 'inbound', pieces }
    case 'out': {
      const out = { debit: 'outbound', credit: stock, pieces } as const
      return reservation ? { ...out, ofJournal: reservation.journalId } : out
    }
    case 'damage':
      return { debit: 'damaged', credit: stock, pieces }
    case 'transfer':
      assert(to, 'a transfer goes somewhere')
      return { debit: to, credit: stock, pieces }
    case 'adjust':
      return delta > 0 ? { debit: stock, credit: 'adjusted', pieces } : { debit: 'adjusted', credit: stock, pieces }
  }
}
