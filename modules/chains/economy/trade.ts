import type { Json } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import { changesBetween } from '@tingzhou/records'
import { isOf } from '../reach.ts'

/** The two firms of a link 供应关系. */
type Ends = { readonly seller_id: string; readonly buyer_id: string }

/**
 * Whether someone sees what two firms trade: only their own people do, whatever else anybody is in the zone.
 * Source: own. O(memberships).
 */
export const seesTrade = (actor: Actor, { seller_id: sellerId, buyer_id: buyerId }: Ends): boolean =>
  isOf(actor, sellerId) || isOf(actor, buyerId)

/**
 * What of a link only its two firms see, or nothing in its place.
 * @returns volume in units a year, price and value in whole fen
 */
export function tradeFor(
  actor: Actor,
  link: Ends & { readonly volume: number; readonly price_fen: number },
): {
  readonly volume: number | null
  readonly priceFen: number | null
  readonly valueFen: number | null
  readonly isHidden: boolean
} {
  if (!seesTrade(actor, link)) return { volume: null, priceFen: null, valueFen: null, isHidden: true }
  const { volume, price_fen: priceFen } = link
  return { volume, priceFen, valueFen: Math.round(volume * priceFen), isHidden: false }
}

/** What stands in a history instead of a figure that only two firms see. */
const masked = '***'

type Row = Readonly<Record<string, unknown>>

/**
 * The fields of a link that were written, for its history, which others read too: of volume and price only that they were told, the same
 * figures again as well, so that nobody can find out by guessing.
 * @param told  the hidden columns that were told
 */
export function maskedChanges(before: Row, after: Row, told: readonly ('volume' | 'price_fen')[]): Json {
  const { volume: _volume, price_fen: _price, ...shown } = after
  const { changes } = changesBetween(before, shown) as { readonly changes: readonly Json[] }
  return { changes: [...changes, ...told.map((field) => ({ field, from: masked, to: masked }))] }
}
