import {
  freightSaving,
  produces,
  rowsOf,
  type ChainSettings,
  type Economy,
  type Figure,
  type Inbound,
} from '@tingzhou/chain-model'

const none = new Int32Array(0)

/**
 * What it saves to buy a product here as far as local makers have it spare, instead of from outside: freight, net of dearer goods.
 * @returns fen a year, with the spare units, what they replace, ways and prices; no value where the product is not carried or not bought
 * The same part of each far purchase is replaced; way, rate and price of the local source are the means of local purchases, where there are
 * none the settings' and the catalogue's. Source: own, by `freightSaving`. O(links and makers of the product).
 */
export function substitutionOf(economy: Economy, product: number, settings: ChainSettings): Figure {
  const { links, firms, products } = economy
  // Products, links and firms come from the economy, so every read of an array below is in range.
  const kg = products.kgPerUnit[product]!
  const all = rowsOf(links.byProduct, product)
  const inward = all.filter((link) => firms.isLocal[links.buyer[link]!])
  const far = inward.filter((link) => !firms.isLocal[links.seller[link]!])
  const near = inward.filter((link) => firms.isLocal[links.seller[link]!])
  if (kg === 0 || far.length === 0) return { value: null, parts: {}, links: none, firms: none }
  const imported = sumOf(far, (link) => links.volume[link]!)
  const { spare, makers } = spareOf(economy, product)
  const replaced = Math.min(imported, spare)
  const mean = (rows: Int32Array, of: Float64Array, otherwise: number): number => {
    const units = sumOf(rows, (link) => links.volume[link]!)
    return units > 0 ? sumOf(rows, (link) => links.volume[link]! * of[link]!) / units : otherwise
  }
  const tonnePrice = (unitFen: number): number => Math.round((unitFen * 1_000) / kg)
  const after = {
    distanceKm: mean(near, links.distanceKm, settings.localKm),
    rateFen: mean(near, links.rateFen, settings.rateFen),
    priceFen: tonnePrice(mean(near, links.priceFen, products.priceFen[product]!)),
  }
  const part = imported > 0 ? replaced / imported : 0
  const inbound = [...inward].flatMap((link): readonly Inbound[] => {
    const before = {
      distanceKm: links.distanceKm[link]!,
      rateFen: links.rateFen[link]!,
      priceFen: tonnePrice(links.priceFen[link]!),
    }
    const carried = links.volume[link]! * kg
    if (firms.isLocal[links.seller[link]!]) return [{ key: String(link), kg: carried, before, after: null }]
    return [
      { key: `${link} stays`, kg: carried * (1 - part), before, after: null },
      { key: `${link} comes`, kg: carried * part, before, after },
    ]
  })
  const saving = freightSaving(inbound, settings.handlingFen)
  if (!saving.ok) return { value: null, parts: {}, links: none, firms: none }
  const { beforeFen, afterFen, savingFen, dearerFen, netFen } = saving.value
  const outsideKm = mean(far, links.distanceKm, settings.outsideKm)
  const parts = { imported, spare, replaced, makers: makers.length, outsideKm, localKm: after.distanceKm }
  return {
    value: savingFen,
    parts: { ...parts, beforeFen, afterFen, savingFen, dearerFen, netFen },
    links: far,
    firms: Int32Array.from(makers),
  }
}

/** Spare capacity of the local makers that buyers may change to. */
function spareOf({ positions, firms }: Economy, product: number) {
  const makers: number[] = []
  let spare = 0
  for (const position of rowsOf(positions.byProduct, product)) {
    const [firm, free] = [positions.firm[position]!, positions.capacity[position]! - positions.output[position]!]
    if (positions.role[position] !== produces || !positions.isQualified[position] || !firms.isLocal[firm]) continue
    if (free <= 0) continue
    spare += free
    makers.push(firm)
  }
  return { spare, makers }
}

function sumOf(rows: Int32Array, of: (link: number) => number): number {
  let sum = 0
  for (const link of rows) sum += of(link)
  return sum
}
