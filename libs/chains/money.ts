import { fen, type Fen } from '@tingzhou/kernel'
import type { Economy, Links } from './economy.ts'
import { freightFen } from './freight.ts'

/** What a link is worth, whole fen. Reading bounds the sum of all. */
export const linkFen = ({ volume, priceFen }: Links, link: number): Fen =>
  fen(Math.round(volume[link]! * priceFen[link]!)) // a link

/** What carrying a link costs, whole fen. Reading bounds the sum of all. */
export function linkFreightFen({ links, products }: Economy, link: number, handlingFen: number): Fen {
  // A link, and its product.
  const kg = links.volume[link]! * products.kgPerUnit[links.product[link]!]!
  return fen(Math.round(freightFen(kg, handlingFen, links.rateFen[link]!, links.distanceKm[link]!)))
}

/** An estimate to whole fen; not a number beyond a safe integer. */
export function roundedFen(value: number): number {
  const whole = Math.round(value)
  return Number.isSafeInteger(whole) ? whole : Number.NaN
}
