import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { sortRows } from './rows.ts'
import { pourFromRoom } from './transport-turn.ts'
import { costOf, createTransport, pour, type Transport } from './transport.ts'

type Node = {
  readonly supply: number
  readonly dropCost: number
  readonly arcs: readonly (readonly [number, number])[]
}
type Problem = { readonly nodes: readonly Node[]; readonly capacity: readonly number[] }

const problems: fc.Arbitrary<Problem> = fc
  .array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 8 })
  .chain((capacity) =>
    fc.record({
      capacity: fc.constant(capacity),
      nodes: fc.array(
        fc.record({
          supply: fc.integer({ min: 1, max: 5 }),
          dropCost: fc.integer({ min: 0, max: 60 }),
          arcs: fc.uniqueArray(fc.tuple(fc.nat(capacity.length - 1), fc.nat(70)), { selector: ([right]) => right }),
        }),
        { minLength: 1, maxLength: 10 },
      ),
    }),
  )

function netOf({ nodes, capacity }: Problem): Transport {
  const start = Int32Array.from([0, ...nodes.map((_, i) => nodes.slice(0, i + 1).flatMap(({ arcs }) => arcs).length)])
  const arcs = nodes.flatMap((node) => node.arcs)
  const right = Int32Array.from(arcs, ([id]) => id)
  const cost = Float64Array.from(arcs, ([, metres]) => metres)
  const dropCost = Float64Array.from(nodes, (node) => node.dropCost)
  return createTransport(sortRows({ start, right, cost }), dropCost, Float64Array.from(capacity))
}

const unitsOf = ({ lefts, rights, dropped, flow }: Transport): readonly number[] => {
  const units = Array.from(dropped)
  for (let right = 0; right < rights; right++)
    for (let entry = flow.first[right] ?? -1; entry >= 0; entry = flow.next[entry] ?? -1)
      units[flow.left[entry] ?? lefts]! += flow.amount[entry] ?? NaN
  return units
}

it('finds from the side of the room what is found from the side of the units, with the same prices', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const [one, other] = [netOf(problem), netOf(problem)]
      const supply = problem.nodes.map((node) => node.supply)
      for (const [left, units] of supply.entries()) pour(one, left, units)

      expect(pourFromRoom(other, supply, () => false)).toBe(other.rights)

      expect(costOf(other)).toBe(costOf(one))
      expect(unitsOf(other)).toEqual(supply)
      expect(other.used.every((used, right) => used <= (other.capacity[right] ?? -1))).toBe(true)
      expect(Array.from(other.rightPrice)).toEqual(Array.from(one.rightPrice))
      expect(Array.from(other.leftPrice)).toEqual(Array.from(one.leftPrice))
    }),
    { numRuns: 500 },
  )
})

it('ends when told to, and has changed nothing', () => {
  const net = netOf({ nodes: [{ supply: 2, dropCost: 9, arcs: [[0, 3]] }], capacity: [1] })

  expect(pourFromRoom(net, [2], () => true)).toBe(0)
  expect([costOf(net), net.used[0]]).toEqual([0, 0])
})
