/** A list of left nodes for each right node, in one pool; entries that are free form a list too. */
export type Lists = {
  /** The first entry of a right node, -1 when it has none. */
  first: Int32Array
  next: Int32Array
  left: Int32Array
  cost: Float64Array
  amount: Float64Array
  count: number
  free: number
}

/** Empty lists. O(rights). */
export const createLists = (rights: number, room: number): Lists => ({
  first: new Int32Array(rights).fill(-1),
  next: new Int32Array(room),
  left: new Int32Array(room),
  cost: new Float64Array(room),
  amount: new Float64Array(room),
  count: 0,
  free: -1,
})

// Entries are given out below the arrays' length and right nodes are the caller's own, so every read below is in range.

/** Puts an entry in front of a right node's list. O(1). */
export function addEntry(lists: Lists, right: number, left: number, cost: number, amount: number): void {
  const entry = lists.free >= 0 ? lists.free : lists.count++
  if (entry === lists.free) lists.free = lists.next[entry]!
  else if (entry === lists.left.length) grow(lists)
  lists.left[entry] = left
  lists.cost[entry] = cost
  lists.amount[entry] = amount
  lists.next[entry] = lists.first[right]!
  lists.first[right] = entry
}

/** The entry of a left node in a right node's list, -1 when there is none. O(entries of the list). */
export function findEntry({ first, next, left }: Lists, right: number, wanted: number): number {
  let entry = first[right]!
  while (entry >= 0 && left[entry] !== wanted) entry = next[entry]!
  return entry
}

/** Takes an entry out of a right node's list. O(entries of the list). */
export function dropEntry(lists: Lists, right: number, entry: number): void {
  const { first, next } = lists
  let before = -1
  for (let at = first[right]!; at !== entry; at = next[at]!) before = at
  if (before < 0) first[right] = next[entry]!
  else next[before] = next[entry]!
  next[entry] = lists.free
  lists.free = entry
}

function grow(lists: Lists): void {
  const { next, left, cost, amount } = lists
  const room = 2 * left.length
  lists.next = new Int32Array(room)
  lists.next.set(next)
  lists.left = new Int32Array(room)
  lists.left.set(left)
  lists.cost = new Float64Array(room)
  lists.cost.set(cost)
  lists.amount = new Float64Array(room)
  lists.amount.set(amount)
}
