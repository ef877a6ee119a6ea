import { haversineM } from '@tingzhou/geo'
import { rowsOf } from './columns.ts'
import { produces, type Economy } from './economy.ts'

/** Spare capacity of qualified producers near a firm. */
export type Spares = {
  /**
   * Spare capacity of a product, units a year.
   * @param buyer     around whom; nothing is near a firm whose place is not known
   * @param supplier  who does not count, nor does the buyer
   * @param enough    no more than this is looked for
   */
  readonly near: (buyer: number, supplier: number, product: number, enough: number) => number
}

type Maker = { readonly firm: number; readonly lon: number; readonly lat: number; readonly spare: number }

const kmPerDegree = 111.2

/**
 * Looks up spare capacity by place.
 * Source: own; makers in strips of latitude as wide as the radius, a product's strips made when it is first asked for. O(makers in three strips).
 */
export function createSpares(economy: Economy, radiusKm: number): Spares {
  const { firms } = economy
  const strips = new Map<number, ReadonlyMap<number, readonly Maker[]>>()
  const side = Math.max(radiusKm / kmPerDegree, 0.01)
  const row = (lat: number): number => Math.floor((lat + 90) / side)
  const near = (buyer: number, supplier: number, product: number, enough: number): number => {
    const [lon, lat] = [firms.lon[buyer] ?? Number.NaN, firms.lat[buyer] ?? Number.NaN]
    if (!(Number.isFinite(lon) && Number.isFinite(lat))) return 0
    const makers = strips.get(product) ?? stripsOf(economy, product, row)
    strips.set(product, makers)
    let spare = 0
    for (let at = row(lat) - 1; at <= row(lat) + 1; at++)
      for (const maker of makers.get(at) ?? []) {
        if (maker.firm === buyer || maker.firm === supplier) continue
        // A degree of latitude is never nearer than that; the exact way decides.
        if (Math.abs(maker.lat - lat) * kmPerDegree > radiusKm + 1) continue
        if (haversineM({ lon, lat }, maker) > 1_000 * radiusKm) continue
        spare += maker.spare
        if (spare >= enough) return spare
      }
    return spare
  }
  return { near }
}

/** The makers with spare capacity whose place is known, by strip of latitude. */
function stripsOf({ positions, firms }: Economy, product: number, row: (lat: number) => number) {
  const strips = new Map<number, Maker[]>()
  for (const position of rowsOf(positions.byProduct, product)) {
    // Positions and firms of the economy.
    const firm = positions.firm[position]!
    const spare = positions.capacity[position]! - positions.output[position]!
    const [lon, lat] = [firms.lon[firm]!, firms.lat[firm]!]
    if (positions.role[position] !== produces || !positions.isQualified[position] || spare <= 0) continue
    if (!(Number.isFinite(lon) && Number.isFinite(lat))) continue
    const strip = strips.get(row(lat)) ?? []
    strips.set(row(lat), strip)
    strip.push({ firm, lon, lat, spare })
  }
  return strips
}
