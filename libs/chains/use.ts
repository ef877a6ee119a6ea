import { rowsOf } from './columns.ts'
import { produces, roles, type Economy } from './economy.ts'

/** How it is known what a firm uses a product for: by a recipe of what it makes, or by its own position as consumer. */
type Use = 'recipe' | 'position' | 'unknown'

const consumes = roles.indexOf('consume')

// Positions, products and firms come from the economy, so every read of an array below is in range.

/** What a firm uses a product for. O(positions of the firm x inputs). */
export function useOf({ positions, recipes }: Economy, firm: number, product: number): Use {
  let use: Use = 'unknown'
  for (const position of rowsOf(positions.byFirm, firm)) {
    const [role, own] = [positions.role[position]!, positions.product[position]!]
    if (role === produces) {
      for (let at = recipes.start[own]!; at < recipes.start[own + 1]!; at++)
        if (recipes.input[at] === product && recipes.coefficient[at]! > 0) return 'recipe'
    } else if (role === consumes && own === product) use = 'position'
  }
  return use
}

/** The positions by which a firm consumes products that no recipe of what it makes names: all it makes needs them. */
export function consumedBeside(economy: Economy, firm: number): readonly number[] {
  const { positions } = economy
  const found: number[] = []
  for (const position of rowsOf(positions.byFirm, firm))
    if (positions.role[position] === consumes && useOf(economy, firm, positions.product[position]!) === 'position')
      found.push(position)
  return found
}
