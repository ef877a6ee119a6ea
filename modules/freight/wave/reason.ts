import type { Why } from '@tingzhou/dispatch'
import type { Reason } from './kept.ts'
import type { Pair, Ready } from './model.ts'
import type { Solved } from './solve.ts'

type Next = NonNullable<Pair['next']>

/** What a truck is called. */
const nameOf = ({ truck, supposed }: Ready): string => truck?.plate ?? `#${supposed}`

/** What comes next for a pair: what its load would have if it did not have its truck. As `Why`. */
export function nextOf({ ready, shiftM }: Solved, why: Why, left: number, right: number): Next {
  const { truck, cost, extraCost } = why.next(left, right)
  return { ready: ready[truck] ?? null, costM: cost - shiftM, moreM: extraCost }
}

/**
 * Why this truck: that it is the nearest, or what the nearest does instead; what its waiting was worth; and by how much the wave would be
 * dearer with what comes next, which is what would have to change.
 * @param right  the truck of the pair
 * Pure. O(arcs of the group), and as `Why`.
 */
export function reasonsOf(solved: Solved, why: Why, left: number, right: number, next: Next): readonly Reason[] {
  return [nearness(solved, why, left, right), ...waiting(solved, right), after(next)]
}

const said = (kind: Reason['kind'], numbers: Reason['numbers'], names: Reason['names'] = {}): Reason => ({
  kind,
  numbers,
  names,
})

/** Why not the nearer one. */
function nearness({ groups, ready, problem, plan, shiftM }: Solved, why: Why, left: number, right: number): Reason {
  const { start, truck, cost } = problem
  // Arcs and trucks are those of the problem.
  const metresOf = (arc: number): number => cost[arc]! - shiftM + ready[truck[arc]!]!.bonusM
  let [own, nearest] = [start[left]!, start[left]!]
  for (let arc = start[left]!; arc < start[left + 1]!; arc++) {
    if (truck[arc] === right) own = arc
    if (metresOf(arc) < metresOf(nearest)) nearest = arc
  }
  const emptyM = metresOf(own)
  const nearerM = metresOf(nearest)
  if (nearerM >= emptyM) return said('nearest', { emptyM })
  const nearer = truck[nearest]!
  const node = plan.nodeOfTruck[nearer]!
  const names = { plate: nameOf(ready[nearer]!) }
  if (node === left) return said('nearer_same_place', { emptyM, nearerM }, names)
  if (node < 0) return said('nearer_free', { emptyM, nearerM, bonusM: ready[right]!.bonusM }, names)
  const moreM = why.instead(left, right, nearer)
  return said('nearer_elsewhere', { emptyM, nearerM, moreM }, { ...names, load: groups[node]!.loads[0]!.load.number })
}

function waiting({ ready }: Solved, right: number): readonly Reason[] {
  const { truck, bonusM } = ready[right]! // a truck of the problem
  return truck && bonusM > 0 ? [said('waited', { hours: truck.idleHours, bonusM })] : []
}

/** What would change it. */
function after({ ready, costM, moreM }: Next): Reason {
  return ready ? said('next_truck', { costM, moreM }, { plate: nameOf(ready) }) : said('next_leave', { costM, moreM })
}
