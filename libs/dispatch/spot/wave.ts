import { costRule, empty, invalid, isCost, tooLarge, type FlowRefusal, type Transport } from '@tingzhou/flow'
import { err, ok, type Result } from '@tingzhou/kernel'
import { planOf, type RunOptions, type SpotPlan } from './assign.ts'
import { solvePlaces, type Places } from './places.ts'
import { spotLimits, type SpotProblem } from './problem.ts'
import type { Certificate } from './why.ts'

/**
 * Loads to be given to trucks now. Left nodes are groups of like loads of one site: one window, one class, one mass; right nodes are the trucks
 * of the grid, which is kept from wave to wave and moved as they move, one without a position is not there. `allows` is asked beside the
 * payload: class, licence, blacklist, in time.
 */
export type SpotWave = Omit<Places, 'capacity'> & {
  /** Of one load of each node. */
  readonly kg: Float64Array
  readonly payloadKg: Float64Array
}

/** How a wave is run. */
export type WaveOptions = RunOptions & {
  /** Candidates of a node at first; 1.3 x supply + 20 unless said. */
  readonly candidates?: (supply: number) => number
  /** Times that rows may grow; without end unless said. With 0 the plan is optimal over the first candidates only. */
  readonly roundsMax?: number
}

/** Why loads of a node are left out. */
export type DropReason = 'too_heavy' | 'no_truck' | 'outbid'

/** A wave's plan. */
export type WavePlan = {
  readonly plan: SpotPlan
  /** The arcs it was found over, for `explain` and for a market that goes on from here. */
  readonly problem: SpotProblem
  /** Whether it is the optimum over all trucks within the last radius. */
  readonly certificate: Certificate
  /** Why loads are left out: the node's mass is above every payload, no truck may take it, or all are dearer than leaving it out. */
  readonly dropReason: ReadonlyMap<number, DropReason>
  readonly rounds: number
  readonly arcs: number
}

/**
 * Gives loads to trucks: nearest candidates, exact assignment, rows that grow while a truck outside them could improve it.
 * @param wave  metres on one plane, whole costs; sizes within `spotLimits`
 * @returns the plan with its certificate; refusals `empty`, `invalid`, `too_large`, `stopped`
 * Source: own, `solvePlaces`. O(nodes log) for candidates, then as `assignSpot`.
 */
export function solveWave(wave: SpotWave, options: WaveOptions = {}): Result<WavePlan, FlowRefusal> {
  const fault = waveFault(wave)
  if (fault) return err(fault)
  const { kg, payloadKg, grid, supply, dropCost } = wave
  const strongestKg = payloadKg.reduce((most, payload) => Math.max(most, payload), 0)
  const solved = solvePlaces(
    {
      ...wave,
      dropCost: dropCost.slice(),
      capacity: new Float64Array(grid.x.length).fill(1),
      // Nodes and trucks are the wave's own.
      allows: (node, truck) => payloadKg[truck]! >= kg[node]! && wave.allows(node, truck),
    },
    {
      candidates: options.candidates ?? ((units) => Math.ceil(1.3 * units) + 20),
      roundsMax: options.roundsMax ?? Infinity,
      shouldStop: options.shouldStop ?? (() => false),
    },
  )
  if (!solved.ok) return solved
  const { net, certificate, rounds, arcs } = solved.value
  const dropReason = new Map<number, DropReason>()
  for (const [node, dropped] of net.dropped.subarray(0, supply.length).entries()) {
    if (dropped === 0) continue
    const reason = net.rowEnd[node] === net.rowStart[node] ? 'no_truck' : 'outbid'
    dropReason.set(node, kg[node]! > strongestKg ? 'too_heavy' : reason) // one mass a node
  }
  return ok({ plan: planOf(net), problem: problemOf(net, supply), certificate, dropReason, rounds, arcs })
}

/** The arcs of a solved problem, without the room between its rows. */
function problemOf(
  { rowStart, rowEnd, arcRight, arcCost, lefts, rights, dropCost }: Transport,
  supply: Int32Array,
): SpotProblem {
  const start = new Int32Array(lefts + 1)
  for (let node = 0; node < lefts; node++) start[node + 1] = start[node]! + rowEnd[node]! - rowStart[node]! // nodes of the problem
  const [truck, cost] = [new Int32Array(start[lefts]!), new Float64Array(start[lefts]!)] // it has lefts + 1 entries
  for (let node = 0; node < lefts; node++) {
    truck.set(arcRight.subarray(rowStart[node], rowEnd[node]), start[node])
    cost.set(arcCost.subarray(rowStart[node], rowEnd[node]), start[node])
  }
  return { start, truck, cost, supply, dropCost: dropCost.slice(0, lefts), truckCount: rights }
}

function waveFault(wave: SpotWave): FlowRefusal | null {
  const { supply, grid, payloadKg, leastCostPerM, bonusMax, radiusM, radiusMaxM } = wave
  const [nodes, trucks] = [supply.length, grid.x.length]
  if (nodes === 0) return empty('supply.length')
  if (trucks === 0) return empty('grid')
  if (nodes > spotLimits.nodes) return tooLarge('supply.length', nodes, spotLimits.nodes)
  if (trucks > spotLimits.trucks) return tooLarge('grid', trucks, spotLimits.trucks)
  for (const name of ['x', 'y', 'kg', 'dropCost'] as const)
    if (wave[name].length !== nodes) return invalid(`${name}.length`, wave[name].length, `is supply.length, ${nodes}`)
  if (payloadKg.length !== trucks)
    return invalid('payloadKg.length', payloadKg.length, `is the grid's places, ${trucks}`)
  if (!(leastCostPerM > 0 && leastCostPerM < Infinity)) return invalid('leastCostPerM', leastCostPerM, 'is above 0')
  if (!(bonusMax >= 0 && bonusMax < Infinity)) return invalid('bonusMax', bonusMax, 'is from 0')
  if (!(radiusM > 0)) return invalid('radiusM', radiusM, 'is above 0')
  if (!(radiusMaxM >= radiusM)) return invalid('radiusMaxM', radiusMaxM, `is at least radiusM, ${radiusM}`)
  return nodesFault(wave)
}

function nodesFault({ x, y, supply, kg, dropCost, payloadKg }: SpotWave): FlowRefusal | null {
  let sum = 0
  for (const [node, units] of supply.entries()) {
    // Lengths are the same from here on.
    for (const [name, value] of [
      ['x', x[node]!],
      ['y', y[node]!],
    ] as const)
      if (!Number.isFinite(value)) return invalid(`${name}[${node}]`, value, 'is finite')
    if (units < 1) return invalid(`supply[${node}]`, units, 'is at least 1')
    if (!(kg[node]! >= 0 && kg[node]! < Infinity)) return invalid(`kg[${node}]`, kg[node]!, 'is from 0')
    if (!isCost(dropCost[node]!)) return invalid(`dropCost[${node}]`, dropCost[node]!, costRule)
    sum += units * dropCost[node]!
  }
  const weightless = payloadKg.findIndex((payload) => !(payload >= 0))
  if (weightless >= 0) return invalid(`payloadKg[${weightless}]`, payloadKg[weightless]!, 'is from 0') // it was found
  return sum <= Number.MAX_SAFE_INTEGER ? null : tooLarge('sum of supply x dropCost', sum, Number.MAX_SAFE_INTEGER)
}
