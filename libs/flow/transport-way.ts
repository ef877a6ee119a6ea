import { pop, push } from './heap.ts'
import { savingOfRoom, type EditableTransport } from './transport-edit.ts'
import { beginSearch, type Transport } from './transport.ts'

/** The cheapest way for one unit to be elsewhere. */
export type Way = {
  /** The right node that the unit goes to; -1: it is left out. */
  readonly firstRight: number
  /** What the whole costs more then; Infinity when there is no way. */
  readonly extraCost: number
}

// Nodes, arcs and flows come from the problem's own lists, so every read of an array is in range.

/**
 * What it would cost if one unit of a left node were not where it is, nor any other of that node there: the cheapest way to be elsewhere,
 * with all that moves because of it. Nothing is changed.
 * @param edit     solved
 * @param source   left node, of which a unit flows into `leaving`
 * @param leaving  right node, which then has room for others
 * @param only     the right node the unit shall go to; -1: any but `leaving`, or left out
 * Source: own; as `pour` finds a way. A way that ends in room, or with a unit left out, goes on to whom the room that comes free helps
 * most; one that ends in that room itself does not. Its price, at most 0, bounds how much an end may be nearer than the key of what leads
 * to it. O(arcs log arcs) at worst.
 */
export function wayWithout(edit: EditableTransport, source: number, leaving: number, only: number): Way {
  const { net } = edit
  const saving = savingOfRoom(edit, leaving, source)
  const { search, dropCost, leftPrice, flow } = net
  const { heap, rightAt } = search
  const slack = net.rightPrice[leaving]!
  beginSearch(search)
  search.best = only < 0 ? dropCost[source]! - saving : Infinity
  search.endLeft = source
  search.leftMark[source] = search.mark
  scan(net, source, 0, { leaving, saving, slack, only, isSource: true })
  const further = { leaving, saving, slack, only: -1, isSource: false }
  while (heap.size > 0 && heap.keys[0]! + slack < search.best) {
    const [at, right] = [heap.keys[0]!, heap.nodes[0]!]
    pop(heap)
    // A shorter way was found after this entry was put in.
    if (at > rightAt[right]!) continue
    for (let entry = flow.first[right]!; entry >= 0; entry = flow.next[entry]!) {
      const left = flow.left[entry]!
      if (search.leftMark[left] === search.mark) continue
      search.leftMark[left] = search.mark
      search.viaRight[left] = right
      const shift = at - leftPrice[left]!
      const out = shift + dropCost[left]! - saving
      if (out < search.best) {
        search.best = out
        search.endLeft = left
        search.endRight = -1
      }
      scan(net, left, shift, further)
    }
  }
  return { firstRight: firstOf(net, source), extraCost: search.best - costInto(net, source, leaving) }
}

type Look = {
  readonly leaving: number
  readonly saving: number
  readonly slack: number
  readonly only: number
  readonly isSource: boolean
}

function scan(net: Transport, left: number, shift: number, { leaving, saving, slack, only, isSource }: Look): void {
  const { arcRight, arcCost, rightPrice, used, capacity, search } = net
  const { heap, mark, rightMark, rightAt, fromLeft } = search
  for (let arc = net.rowStart[left]!; arc < net.rowEnd[left]!; arc++) {
    const cost = arcCost[arc]!
    // The row is sorted: nothing further in it is shorter.
    if (shift + cost + slack >= search.best) return
    const right = arcRight[arc]!
    if ((only >= 0 && right !== only) || (isSource && right === leaving)) continue
    if (right === leaving || used[right]! < capacity[right]!) {
      const end = shift + cost - (right === leaving ? 0 : saving)
      if (end >= search.best) continue
      search.best = end
      search.endRight = right
      fromLeft[right] = left
      continue
    }
    const at = shift + cost - rightPrice[right]!
    if (at + slack >= search.best || (rightMark[right] === mark && rightAt[right]! <= at)) continue
    rightMark[right] = mark
    rightAt[right] = at
    fromLeft[right] = left
    push(heap, at, right)
  }
}

/** The first right node of the way found: back from its end. */
function firstOf({ search }: Transport, source: number): number {
  const { endRight, fromLeft, viaRight } = search
  let right = endRight
  let left = endRight < 0 ? search.endLeft : fromLeft[endRight]!
  while (left !== source) {
    right = viaRight[left]!
    left = fromLeft[right]!
  }
  return right
}

/** What a unit of a left node costs that flows into a right node. @throws RangeError when none does */
function costInto({ flow }: Transport, left: number, right: number): number {
  for (let entry = flow.first[right]!; entry >= 0; entry = flow.next[entry]!)
    if (flow.left[entry] === left) return flow.cost[entry]!
  throw new RangeError(`nothing of left node ${left} flows into right node ${right}`)
}
