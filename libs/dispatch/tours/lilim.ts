import { err, ok, type Result } from '@tingzhou/kernel'
import type { PdptwInstance, TourRequest, Visit } from './instance.ts'

/** What is wrong with a Li & Lim file, where. Lines count from 1. */
export type LiLimFault = {
  readonly line: number
  readonly field: string
  readonly value: string
  readonly rule: string
}

type Node = {
  readonly line: number
  readonly x: number
  readonly y: number
  readonly demand: number
  readonly ready: number
  readonly due: number
  readonly service: number
  readonly pickup: number
  readonly delivery: number
}

const headFields = ['vehicles', 'capacity', 'speed'] as const
const nodeFields = ['id', 'x', 'y', 'demand', 'ready', 'due', 'service', 'pickup', 'delivery'] as const
const nodesMax = 4_001

/**
 * Reads a file of the Li & Lim benchmark: pickup and delivery with time windows, one depot, one kind of vehicle.
 * @param text  first line `vehicles capacity speed`, then a line per node: id x y demand ready due service pickup delivery
 * @returns the instance, a unit of length standing for a metre and a unit of time for a second, in float64 without rounding; the id of
 *   a request is the number of its pickup node. Or the first fault with line and field
 * Source: H. Li and A. Lim (2001); the format as the SINTEF TOP pages keep it. O(nodes²).
 */
export function parseLiLim(text: string): Result<PdptwInstance, LiLimFault> {
  const lines = text.split(/\r?\n/)
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop()
  const head = numbersOf(lines[0] ?? '', 1, headFields)
  if (!head.ok) return head
  const [vehicles = 0, capacity = 0, speed = 0] = head.value
  for (const [field, value] of [
    ['vehicles', vehicles],
    ['capacity', capacity],
  ] as const)
    if (!(value > 0)) return fault(1, field, value, 'is above 0')
  if (speed < 0) return fault(1, 'speed', speed, 'is not negative')
  if (!Number.isSafeInteger(vehicles)) return fault(1, 'vehicles', vehicles, 'is a whole number')
  if (lines.length - 1 > nodesMax) return fault(nodesMax + 2, 'id', lines.length - 2, `is below ${nodesMax}`)
  const nodes: Node[] = []
  for (let at = 1; at < lines.length; at++) {
    const node = nodeOf(lines[at] ?? '', at + 1)
    if (!node.ok) return node
    nodes.push(node.value)
  }
  const [depot, ...others] = nodes
  if (!depot || others.length === 0) return fault(lines.length + 1, 'id', '', 'a file has a depot and pairs of nodes')
  for (const [field, value] of [
    ['demand', depot.demand],
    ['pickup', depot.pickup],
    ['delivery', depot.delivery],
  ] as const)
    if (value !== 0) return fault(depot.line, field, value, 'is 0 at the depot')
  const requests = pairUp(nodes)
  if (!requests.ok) return requests
  const distanceM = distancesOf(nodes)
  return ok({
    siteCount: nodes.length,
    distanceM,
    // Some published files say 0 where all mean 1.
    durationS: speed === 1 || speed === 0 ? distanceM : distanceM.map((distance) => distance / speed),
    requests: requests.value,
    vehicleTypes: [
      {
        id: 'vehicle',
        startSite: 0,
        endSite: 0,
        shiftStartS: depot.ready,
        shiftEndS: depot.due,
        capacityKg: capacity,
        fixedCostM: 0,
        count: vehicles,
      },
    ],
  })
}

const fault = (line: number, field: string, value: string | number, rule: string) =>
  err({ line, field, value: String(value), rule })

function numbersOf(text: string, line: number, fields: readonly string[]): Result<readonly number[], LiLimFault> {
  const words = text.trim().split(/\s+/)
  if (words.length > fields.length) return fault(line, 'line', words.length, `has ${fields.length} numbers`)
  const numbers: number[] = []
  for (const [i, field] of fields.entries()) {
    const word = words[i] ?? ''
    if (!/^-?\d+(?:\.\d+)?$/.test(word)) return fault(line, field, word, 'is a number')
    const value = Number(word)
    if (Math.abs(value) > 1e9) return fault(line, field, word, 'is at most 1e9')
    numbers.push(value)
  }
  return ok(numbers)
}

function nodeOf(text: string, line: number): Result<Node, LiLimFault> {
  const numbers = numbersOf(text, line, nodeFields)
  if (!numbers.ok) return numbers
  const [id, x = 0, y = 0, demand = 0, ready = 0, due = 0, service = 0, pickup = 0, delivery = 0] = numbers.value
  if (id !== line - 2) return fault(line, 'id', id ?? '', `is ${line - 2}: nodes are numbered from 0 without a gap`)
  if (ready < 0) return fault(line, 'ready', ready, 'is not negative')
  if (due < ready) return fault(line, 'due', due, `is not before ready ${ready}`)
  if (service < 0) return fault(line, 'service', service, 'is not negative')
  return ok({ line, x, y, demand, ready, due, service, pickup, delivery })
}

function pairUp(nodes: readonly Node[]): Result<readonly TourRequest[], LiLimFault> {
  const requests: TourRequest[] = []
  for (let id = 1; id < nodes.length; id++) {
    const node = nodes[id]! // id is below the length
    const isPickup = node.pickup === 0
    const [field, mateId] = isPickup ? (['delivery', node.delivery] as const) : (['pickup', node.pickup] as const)
    if (!isPickup && node.delivery !== 0) return fault(node.line, 'delivery', node.delivery, 'is 0 at a delivery')
    const mate = mateId > 0 && mateId !== id ? nodes[mateId] : undefined
    if (!mate) return fault(node.line, field, mateId, 'is the id of another node than the depot')
    if ((isPickup ? mate.pickup : mate.delivery) !== id || (isPickup ? mate.delivery : mate.pickup) !== 0)
      return fault(node.line, field, mateId, `node ${mateId} does not name node ${id} in turn`)
    if (isPickup ? node.demand <= 0 : node.demand >= 0)
      return fault(node.line, 'demand', node.demand, isPickup ? 'is above 0 at a pickup' : 'is below 0 at a delivery')
    if (node.demand + mate.demand !== 0) return fault(node.line, 'demand', node.demand, 'is what its mate has, negated')
    if (isPickup)
      requests.push({
        id: String(id),
        massKg: node.demand,
        pickup: visitOf(id, node),
        delivery: visitOf(mateId, mate),
      })
  }
  return ok(requests)
}

const visitOf = (site: number, { ready, due, service }: Node): Visit => ({
  site,
  readyS: ready,
  dueS: due,
  serviceS: service,
})

function distancesOf(nodes: readonly Node[]): Float64Array {
  const [xs, ys] = [Float64Array.from(nodes, ({ x }) => x), Float64Array.from(nodes, ({ y }) => y)]
  const count = nodes.length
  const distances = new Float64Array(count * count)
  for (let a = 0; a < count; a++)
    for (let b = a + 1; b < count; b++) {
      const [dx, dy] = [xs[a]! - xs[b]!, ys[a]! - ys[b]!] // a and b are below the count
      distances[a * count + b] = distances[b * count + a] = Math.sqrt(dx * dx + dy * dy)
    }
  return distances
}
