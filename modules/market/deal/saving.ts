import { chainCatalogue, inboundLinks } from '@tingzhou/chains'
import { freightSaving, type Inbound } from '@tingzhou/chain-model'
import { localDateOf } from '@tingzhou/calendar'
import { assert } from '@tingzhou/kernel'
import { matchSettings } from '../posting/settings.ts'
import { nowhere } from '@tingzhou/records'
import type { Reader } from '../room.ts'
import { readDeal } from './deal-view.ts'
import { speaksFor } from './side.ts'
import { massKg, pointOf, valueFen, wayKm } from '../way.ts'

/**
 * What a deal saves its buyer on freight: where the product came from by the buyer's recorded purchases, or from as far as the settings
 * assume, and where it comes from now; net of what the goods cost more. For the buyer's people alone: purchases are theirs.
 * @returns what is missing when it cannot be reckoned
 * @throws ProblemError 404 to everybody else
 * Source: `freightSaving` of libs/chains. Six statements.
 */
export async function savingOf(reader: Reader, id: string) {
  const { db, zoneId, clock } = reader.deps
  const row = await readDeal(reader, id)
  if (!row || !speaksFor(reader.actor, row.buyer_id, false)) return nowhere(id)
  const { numbers: way } = await matchSettings(db, zoneId)
  const { products } = await chainCatalogue(db, zoneId)
  const kg = massKg(products, row)
  if (kg === null) return { missing: 'mass' as const }
  const km = wayKm(pointOf(row.offer_lon, row.offer_lat), pointOf(row.need_lon, row.need_lat), way)
  if (km === null) return { missing: 'points' as const }
  const year = Number(localDateOf(clock()).slice(0, 4))
  const inbound =
    row.product_code === null ? null : await inboundLinks(db, zoneId, row.buyer_id, row.product_code, year)
  const product = products.get(row.product_code ?? '')
  const worth = valueFen(row.quantity, row.price_milli_fen, row.price_per)
  const priceFen = worth === null ? null : Math.round((worth / kg) * 1_000)
  const kgPerUnit = product && product.kgPerUnit > 0 ? product.kgPerUnit : null
  const links = inbound?.links.filter(({ sellerId }) => sellerId !== row.seller_id) ?? []
  const bought = links.reduce((sum, { volume }) => sum + volume, 0)
  const before =
    bought > 0
      ? links.map((link) => ({
          name: link.name,
          share: link.volume / bought,
          distanceKm: Math.min(link.distanceKm, 20_000),
          rateFen: link.rateFen,
          priceFen: kgPerUnit === null ? null : Math.round((link.priceFen / kgPerUnit) * 1_000),
        }))
      : [{ name: '', share: 1, distanceKm: way.outsideKm, rateFen: way.rateFen, priceFen: null }]
  const after = { distanceKm: km, rateFen: way.rateFen }
  const rows = before.map((source, place): Inbound => {
    // Where a price is not known, nothing is said of the difference.
    const isPriced = source.priceFen !== null && priceFen !== null
    return {
      key: String(place),
      kg: kg * source.share,
      before: { ...source, priceFen: isPriced ? (source.priceFen ?? 0) : 0 },
      after: { ...after, priceFen: isPriced ? priceFen : 0 },
    }
  })
  const saving = freightSaving(rows, way.handlingFen)
  assert(saving.ok, 'the numbers of a deal are within the bounds of the formula')
  const { beforeFen, afterFen, savingFen, share, dearerFen } = saving.value
  const isPriced = priceFen !== null && before.every((source) => source.priceFen !== null)
  return {
    basis: bought > 0 ? ('links' as const) : ('assumed' as const),
    year: bought > 0 ? (inbound?.year ?? null) : null,
    kg,
    before,
    after: { ...after, priceFen },
    handlingFen: way.handlingFen,
    beforeFen,
    afterFen,
    savingFen,
    share,
    dearerFen: isPriced ? dearerFen : null,
    netFen: isPriced ? savingFen - dearerFen : savingFen,
  }
}
