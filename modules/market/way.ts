import type { ZoneCatalogue } from '@tingzhou/chains'
import { haversineM, type LonLat } from '@tingzhou/geo'
import { unitOf } from '@tingzhou/text'

/** What freight is reckoned with: fen a tonne and kilometre, fen a tonne for handling, the way in hundredths of the straight line. */
export type WayNumbers = { readonly rateFen: number; readonly handlingFen: number; readonly bendPct: number }

/** Metres of the way from one point to another: the great circle, bent as roads are. Pure. */
export const wayM = (from: LonLat, to: LonLat, { bendPct }: Pick<WayNumbers, 'bendPct'>): number =>
  (haversineM(from, to) * bendPct) / 100

/** The same in kilometres and tenths of them; null when a point is not known. Pure. */
export const wayKm = (from: LonLat | null, to: LonLat | null, numbers: WayNumbers): number | null =>
  from && to ? Math.round(wayM(from, to, numbers) / 100) / 10 : null

export const pointOf = (lon: number | null, lat: number | null): LonLat | null =>
  lon === null || lat === null ? null : { lon, lat }

/** What carrying a tonne costs over so many kilometres, whole milli-fen. Pure. */
export const tonneMilliFen = (km: number, { rateFen, handlingFen }: WayNumbers): number =>
  Math.round((handlingFen + rateFen * km) * 1_000)

/**
 * What a quantity of a product weighs, whole kilograms; null when nobody can tell. Pure.
 * @param quantity  whole base units of the dimension
 */
export function massKg(
  products: ZoneCatalogue['products'],
  goods: { readonly product_code: string | null; readonly quantity: number; readonly dimension: string },
): number | null {
  const { product_code, quantity, dimension } = goods
  // Grams.
  if (dimension === 'mass') return Math.max(1, Math.round(quantity / 1_000))
  const product = products.get(product_code ?? '')
  const unit = unitOf(product?.unit ?? '')
  if (!product || !unit || unit.dimension !== dimension || product.kgPerUnit <= 0) return null
  return Math.max(1, Math.round((quantity / unit.base) * product.kgPerUnit))
}

/** What a quantity is worth, fen, rounded once; null without a price. Pure. */
export function valueFen(quantity: number, priceMilliFen: number | null, pricePer: string | null): number | null {
  const per = unitOf(pricePer ?? '')
  return priceMilliFen === null || !per ? null : Math.round((quantity / per.base) * (priceMilliFen / 1_000))
}
