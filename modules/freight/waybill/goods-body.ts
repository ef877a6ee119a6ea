import bodies from '../data/goods-bodies.json' with { type: 'json' }

/** The body of a vehicle by its type code; null: none that goods ask for. O(bodies × codes). */
export const bodyOf = (typeCode: string): string | null =>
  Object.entries(bodies.bodies).find(([, codes]) => codes.includes(typeCode))?.[0] ?? null

/**
 * Whether goods go with a vehicle's body.
 * @param cargoClass  code of the table cargo-class
 * @param typeCode    code of the table vehicle-type
 * @returns null: what a tractor draws is not known
 * Source: own, `data/goods-bodies.json`. O(bodies × codes).
 */
export function goodsFit(cargoClass: string, typeCode: string): boolean | null {
  if (typeCode.startsWith('Q')) return null
  const body = bodyOf(typeCode)
  const asked = bodies.goods.find(({ cargo }) => cargo === cargoClass)?.only
  const taken = bodies.bodyGoods.find((one) => one.body === body)?.only
  return (!asked || (body !== null && asked.includes(body))) && (!taken || taken.includes(cargoClass))
}
