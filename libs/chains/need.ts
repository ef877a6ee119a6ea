import { rowsOf } from './columns.ts'
import { produces, type Economy } from './economy.ts'

/** What local firms need, can make and make of each product, units a year; all arrays by product. */
export type Needs = {
  /** Inputs of local output, final demand, and what falls off as a by-product of firms that have no position of their own for it. */
  readonly inputs: Float64Array
  readonly demand: Float64Array
  readonly byProduct: Float64Array
  /** inputs + demand − byProduct, from 0. */
  readonly need: Float64Array
  readonly capacity: Float64Array
  readonly output: Float64Array
}

/**
 * Local need, capacity and output.
 * Source: N_k = Σ_j a_kj·Q_j + D_k over local output; a by-product that a firm has a position for is told by the position. O(positions x
 * inputs).
 */
export function needsOf(economy: Economy): Needs {
  const { positions, firms, recipes, demand } = economy
  const count = demand.length
  const [inputs, byProduct, capacity, output] = [
    new Float64Array(count),
    new Float64Array(count),
    new Float64Array(count),
    new Float64Array(count),
  ]
  // Positions, products and firms come from the economy, so every read is in range.
  for (let position = 0; position < positions.firm.length; position++) {
    const [firm, product] = [positions.firm[position]!, positions.product[position]!]
    if (positions.role[position] !== produces || !firms.isLocal[firm]) continue
    capacity[product]! += positions.capacity[position]!
    output[product]! += positions.output[position]!
    for (let at = recipes.start[product]!; at < recipes.start[product + 1]!; at++) {
      const [input, units] = [recipes.input[at]!, recipes.coefficient[at]! * positions.output[position]!]
      if (units > 0) inputs[input]! += units
      else if (!makes(economy, firm, input)) byProduct[input]! -= units
    }
  }
  const need = inputs.map((units, product) => Math.max(0, units + demand[product]! - byProduct[product]!))
  return { inputs, demand, byProduct, need, capacity, output }
}

/** Whether a firm has a position as producer of a product. O(positions of the firm). */
function makes({ positions }: Economy, firm: number, product: number): boolean {
  for (const position of rowsOf(positions.byFirm, firm))
    if (positions.product[position] === product && positions.role[position] === produces) return true
  return false
}
