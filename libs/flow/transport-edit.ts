import { pop, push } from './heap.ts'
import { addEntry, createLists, dropEntry, findEntry, type Lists } from './lists.ts'
import { addFlow, beginSearch, createSearch, pour, takeFlow, type Transport } from './transport.ts'

/** A transport problem whose nodes and arcs come and go, and whose solution stays optimal. */
export type EditableTransport = {
  readonly net: Transport
  /** The arcs by right node; `amount` says nothing here. */
  readonly columns: Lists
  /** Where the room of a row ends. */
  rowRoom: Int32Array
  /** Where the arcs' arrays are free from. */
  tail: number
  readonly freeLefts: number[]
  readonly freeRights: number[]
}

// Nodes and arcs come from the problem's own lists, so every read of an array below is in range.

/**
 * Lets nodes and arcs of a problem come and go. The problem's arcs are copied, with room; the problem itself is changed from now on.
 * Source: own. O(arcs + rights).
 */
export function openForEdits(net: Transport): EditableTransport {
  const columns = createLists(net.rights, Math.max(1_024, net.arcRight.length))
  for (let left = net.lefts - 1; left >= 0; left--)
    for (let arc = net.rowStart[left]!; arc < net.rowEnd[left]!; arc++)
      addEntry(columns, net.arcRight[arc]!, left, net.arcCost[arc]!, 0)
  const edit = { net, columns, rowRoom: new Int32Array(net.lefts), tail: 0, freeLefts: [], freeRights: [] }
  moveRows(edit, 0)
  return edit
}

/** Copies the rows into new arrays, half as long again and with room for one row more. O(arcs). */
function moveRows(edit: EditableTransport, more: number): void {
  const { net } = edit
  const { rowStart, rowEnd, arcRight, arcCost } = net
  let length = more
  for (let left = 0; left < net.lefts; left++) length += roomFor(rowEnd[left]! - rowStart[left]!)
  net.arcRight = new Int32Array(length + (length >> 1) + 1_024)
  net.arcCost = new Float64Array(net.arcRight.length)
  edit.tail = 0
  for (let left = 0; left < net.lefts; left++) {
    const [from, to] = [rowStart[left]!, rowEnd[left]!]
    net.arcRight.set(arcRight.subarray(from, to), edit.tail)
    net.arcCost.set(arcCost.subarray(from, to), edit.tail)
    rowStart[left] = edit.tail
    rowEnd[left] = edit.tail + to - from
    edit.tail += roomFor(to - from)
    edit.rowRoom[left] = edit.tail
  }
}

const roomFor = (arcs: number): number => arcs + (arcs >> 2) + 4

/**
 * Adds a left node without arcs or units.
 * @returns the node; a number may be given out again after `removeLeft`
 * Source: own. O(1) amortised.
 */
export function addLeft(edit: EditableTransport, dropCost: number): number {
  const { net } = edit
  const left = edit.freeLefts.pop() ?? net.lefts++
  if (left >= net.dropCost.length) growLefts(edit)
  net.dropCost[left] = dropCost
  net.dropped[left] = 0
  net.leftPrice[left] = 0
  return left
}

function growLefts(edit: EditableTransport): void {
  const { net } = edit
  const room = 2 * net.dropCost.length + 16
  net.rowStart = longer(net.rowStart, room)
  net.rowEnd = longer(net.rowEnd, room)
  edit.rowRoom = longer(edit.rowRoom, room)
  net.dropCost = longer(net.dropCost, room)
  net.dropped = longer(net.dropped, room)
  net.leftPrice = longer(net.leftPrice, room)
  net.search = createSearch(room, net.capacity.length)
}

/**
 * Adds a right node without arcs.
 * @returns the node; a number may be given out again after `removeRight`
 * Source: own. O(1) amortised.
 */
export function addRight(edit: EditableTransport, capacity: number): number {
  const { net } = edit
  const right = edit.freeRights.pop() ?? net.rights++
  if (right >= net.capacity.length) growRights(edit)
  net.capacity[right] = capacity
  net.used[right] = 0
  net.rightPrice[right] = 0
  return right
}

function growRights({ net, columns }: EditableTransport): void {
  const [length, room] = [net.capacity.length, 2 * net.capacity.length + 16]
  net.capacity = longer(net.capacity, room)
  net.used = longer(net.used, room)
  net.rightPrice = longer(net.rightPrice, room)
  for (const lists of [net.flow, columns]) {
    lists.first = longer(lists.first, room)
    lists.first.fill(-1, length)
  }
  net.search = createSearch(net.dropCost.length, room)
}

function longer<Numbers extends Float64Array | Int32Array>(numbers: Numbers, length: number): Numbers {
  const larger = numbers instanceof Float64Array ? new Float64Array(length) : new Int32Array(length)
  larger.set(numbers)
  return larger as Numbers // the same kind, longer
}

/**
 * Adds an arc. Below the prices' sum it may only be added while no unit of the left node is placed or left out, or no unit flows into the
 * right node and `settleRight` follows.
 * Source: own. O(arcs of the row); now and then O(arcs).
 */
export function addArc(edit: EditableTransport, left: number, right: number, cost: number): void {
  const { net } = edit
  if (net.rowEnd[left] === edit.rowRoom[left]) moveRow(edit, left)
  const { arcRight, arcCost, rowStart, rowEnd } = net
  let at = rowEnd[left]!++
  for (; at > rowStart[left]!; at--) {
    const before = arcCost[at - 1]!
    if (before < cost || (before === cost && arcRight[at - 1]! < right)) break
    arcCost[at] = before
    arcRight[at] = arcRight[at - 1]!
  }
  arcCost[at] = cost
  arcRight[at] = right
  addEntry(edit.columns, right, left, cost, 0)
}

/** Gives a row more room, at the end of the arrays. */
function moveRow(edit: EditableTransport, left: number): void {
  const { net } = edit
  const length = net.rowEnd[left]! - net.rowStart[left]!
  const room = 2 * length + 8
  if (edit.tail + room > net.arcRight.length) moveRows(edit, room)
  const { arcRight, arcCost, rowStart, rowEnd } = net
  const start = rowStart[left]!
  arcRight.copyWithin(edit.tail, start, start + length)
  arcCost.copyWithin(edit.tail, start, start + length)
  rowStart[left] = edit.tail
  rowEnd[left] = edit.tail + length
  edit.tail += room
  edit.rowRoom[left] = edit.tail
}

/** Removes an arc through which nothing flows from its row; its column entry is the caller's. O(arcs of the row). */
function dropArc({ net }: EditableTransport, left: number, right: number): void {
  const { arcRight, arcCost, rowStart, rowEnd } = net
  const end = rowEnd[left]!
  let at = rowStart[left]!
  while (arcRight[at] !== right) at++
  arcRight.copyWithin(at, at + 1, end)
  arcCost.copyWithin(at, at + 1, end)
  rowEnd[left] = end - 1
}

/**
 * Takes units of a left node back: those left out first, then placed ones, whose room goes to whom it helps most.
 * @param amount  units, at most as many as were poured
 * Source: own, `fillRoom`. O(arcs of the row) and a search a unit.
 */
export function takeBack(edit: EditableTransport, left: number, amount: number): void {
  const { net } = edit
  const out = Math.min(amount, net.dropped[left]!)
  net.dropped[left]! -= out
  let rest = amount - out
  while (rest > 0) {
    // Filling the room changes flows, so the row is asked anew.
    const right = servedBy(net, left)
    const entry = findEntry(net.flow, right, left)
    const units = Math.min(rest, net.flow.amount[entry]!)
    takeFlow(net, right, entry, units)
    net.used[right]! -= units
    rest -= units
    fillRoom(edit, right)
  }
}

/** A right node into which units of a left node flow. O(arcs of the row and their flows). */
function servedBy(net: Transport, left: number): number {
  let arc = net.rowStart[left]!
  while (findEntry(net.flow, net.arcRight[arc]!, left) < 0) arc++
  return net.arcRight[arc]!
}

/**
 * Removes a left node of which no unit is left.
 * Source: own. O(arcs of the row and of their columns).
 */
export function removeLeft(edit: EditableTransport, left: number): void {
  forgetRow(edit, left)
  edit.net.dropCost[left] = 0
  edit.freeLefts.push(left)
}

function forgetRow({ net, columns }: EditableTransport, left: number): void {
  for (let arc = net.rowStart[left]!; arc < net.rowEnd[left]!; arc++) {
    const right = net.arcRight[arc]!
    dropEntry(columns, right, findEntry(columns, right, left))
  }
  net.rowEnd[left] = net.rowStart[left]!
}

/**
 * Removes a right node; what flowed into it is placed anew.
 * Source: own. O(arcs of the rows in its column) and a search a unit.
 */
export function removeRight(edit: EditableTransport, right: number): void {
  const { net } = edit
  const homeless = unitsInto(net, right)
  forgetRight(edit, right)
  for (const { left, amount } of homeless) pour(net, left, amount)
}

/**
 * Takes a unit and the room it flows into out of the problem together; all prices stay right.
 * Source: own. O(arcs of the rows in the right node's column).
 */
export function freeze(edit: EditableTransport, left: number, right: number): void {
  const { net } = edit
  takeFlow(net, right, findEntry(net.flow, right, left), 1)
  net.used[right]!--
  if (--net.capacity[right]! === 0) forgetRight(edit, right)
}

/** What flows into a right node, by left node. O(flows into it). */
function unitsInto({ flow }: Transport, right: number): readonly { readonly left: number; readonly amount: number }[] {
  const units: { left: number; amount: number }[] = []
  for (let entry = flow.first[right]!; entry >= 0; entry = flow.next[entry]!)
    units.push({ left: flow.left[entry]!, amount: flow.amount[entry]! })
  return units
}

function forgetRight(edit: EditableTransport, right: number): void {
  const { net, columns } = edit
  while (net.flow.first[right]! >= 0) dropEntry(net.flow, right, net.flow.first[right]!)
  while (columns.first[right]! >= 0) {
    const entry = columns.first[right]!
    dropArc(edit, columns.left[entry]!, right)
    dropEntry(columns, right, entry)
  }
  net.capacity[right] = 0
  net.used[right] = 0
  net.rightPrice[right] = 0
  edit.freeRights.push(right)
}

/**
 * Gives a right node into which nothing flows yet the price its arcs ask for, and its room to whom it helps most.
 * Source: own, `fillRoom`. O(arcs of the column) and a search a unit of room.
 */
export function settleRight(edit: EditableTransport, right: number): void {
  const { net, columns } = edit
  let price = 0
  for (let entry = columns.first[right]!; entry >= 0; entry = columns.next[entry]!)
    price = Math.min(price, columns.cost[entry]! - net.leftPrice[columns.left[entry]!]!)
  net.rightPrice[right] = price
  fillRoom(edit, right)
}

/** Gives free room of a right node to whom it helps most, until its price is 0 or the room is full. */
function fillRoom(edit: EditableTransport, right: number): void {
  const { net } = edit
  while (net.used[right]! < net.capacity[right]! && net.rightPrice[right]! < 0) {
    findTaker(edit, right)
    repriceBack(net)
    takeAlong(net, right)
  }
}

/**
 * What one unit of room more at a right node would save; changes nothing.
 * @param without  a left node that may not take it; -1: every one may
 * @returns cost saved, from 0 to minus the right node's price
 * Source: own, `fillRoom` without the last step. O(arcs log arcs) at worst, mostly near the node.
 */
export function savingOfRoom(edit: EditableTransport, right: number, without = -1): number {
  findTaker(edit, right, without)
  return 0 - edit.net.rightPrice[right]! - edit.net.search.best
}

/**
 * The shortest way from free room to a node that gives room back at no cost beyond its price, or that has units left out. A way goes from
 * a right node to a left node that would take its room, and on to the right nodes that this left node would leave.
 */
function findTaker(edit: EditableTransport, start: number, without = -1): void {
  const { net } = edit
  const { search, dropped } = net
  const { heap, leftAt } = search
  beginSearch(search)
  search.best = -net.rightPrice[start]!
  reachRight(edit, start, 0, -1, without)
  while (heap.size > 0 && heap.keys[0]! < search.best) {
    const [at, left] = [heap.keys[0]!, heap.nodes[0]!]
    pop(heap)
    if (at > leftAt[left]!) continue
    if (dropped[left]! > 0) {
      search.best = at
      search.endLeft = left
      search.endRight = -1
      return
    }
    search.leftsSeen[search.leftsCount++] = left
    for (let arc = net.rowStart[left]!; arc < net.rowEnd[left]!; arc++) {
      const right = net.arcRight[arc]!
      if (search.rightMark[right] === search.mark || findEntry(net.flow, right, left) < 0) continue
      reachRight(edit, right, at, left)
    }
  }
}

function reachRight({ net, columns }: EditableTransport, right: number, at: number, from: number, without = -1): void {
  const { search, leftPrice, rightPrice } = net
  const { mark, leftMark, leftAt } = search
  search.rightMark[right] = mark
  search.rightAt[right] = at
  search.fromLeft[right] = from
  search.rightsSeen[search.rightsCount++] = right
  if (at - rightPrice[right]! <= search.best) {
    search.best = at - rightPrice[right]!
    search.endRight = right
  }
  for (let entry = columns.first[right]!; entry >= 0; entry = columns.next[entry]!) {
    const left = columns.left[entry]!
    if (left === without) continue
    const cost = columns.cost[entry]!
    const to = at + cost - leftPrice[left]! - rightPrice[right]!
    if (to >= search.best || (leftMark[left] === mark && leftAt[left]! <= to)) continue
    leftMark[left] = mark
    leftAt[left] = to
    search.viaRight[left] = right
    search.viaCost[left] = cost
    push(search.heap, to, left)
  }
}

function repriceBack({ search, leftPrice, rightPrice }: Transport): void {
  const { best, leftsSeen, rightsSeen, leftAt, rightAt } = search
  for (let i = 0; i < search.rightsCount; i++) {
    const right = rightsSeen[i]!
    rightPrice[right]! += best - rightAt[right]!
  }
  for (let i = 0; i < search.leftsCount; i++) {
    const left = leftsSeen[i]!
    leftPrice[left]! -= best - leftAt[left]!
  }
}

/** Moves units along the way found, towards the free room. */
function takeAlong(net: Transport, start: number): void {
  const { search, flow, dropped, used, capacity } = net
  const { endRight, endLeft, fromLeft, viaRight, viaCost } = search
  if (endRight === start) return
  const first = endRight < 0 ? endLeft : fromLeft[endRight]!
  let moved = capacity[start]! - used[start]!
  if (endRight < 0) moved = Math.min(moved, dropped[first]!)
  for (let [left, right] = [first, endRight]; ; right = viaRight[left]!, left = fromLeft[right]!) {
    if (right >= 0) moved = Math.min(moved, flow.amount[findEntry(flow, right, left)]!)
    if (viaRight[left] === start) break
  }
  if (endRight < 0) dropped[first]! -= moved
  else used[endRight]! -= moved
  used[start]! += moved
  for (let [left, right] = [first, endRight]; ; right = viaRight[left]!, left = fromLeft[right]!) {
    if (right >= 0) takeFlow(net, right, findEntry(flow, right, left), moved)
    addFlow(net, left, viaRight[left]!, viaCost[left]!, moved)
    if (viaRight[left] === start) break
  }
}
