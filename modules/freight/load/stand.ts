import { reachesAll } from '@tingzhou/access'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import '../reach.ts'
import type { Load } from './take.ts'

/** How somebody stands to a load: the platform, whoever ships, or those who carry. */
export type Side = 'platform' | 'shipper' | 'carrier'

/** Whoever ships and carries as well stands with the shipper: its prices for carriers stay hidden. O(memberships). */
export function sideOf(actor: Actor, shipperId: string): Side {
  if (reachesAll(actor, 'freight_load')) return 'platform'
  return partiesOf(actor, 'enterprise').includes(shipperId) ? 'shipper' : 'carrier'
}

type Prices = {
  readonly carrier_milli_fen: number
  readonly shipper_milli_fen: number
  readonly goods_milli_fen: number
}

/** The prices that a side may see: a shipper none of the carriers', a carrier none of the shippers'. O(1). */
export const pricesFor = (side: Side, prices: Prices) => ({
  carrierMilliFen: side === 'shipper' ? null : prices.carrier_milli_fen,
  shipperMilliFen: side === 'carrier' ? null : prices.shipper_milli_fen,
  goodsMilliFen: prices.goods_milli_fen,
})

/** Whether a load that is over was offered to such as the actor: they learn that it is over. O(memberships). */
export const wasOffered = ({ mode, published_at }: Load, actor: Actor): boolean =>
  published_at !== null && (mode === 'grab' || mode === 'bid') && hasRole(actor, 'carrier', 'driver')
