import { assert } from '@tingzhou/kernel'

/** An item and what must be granted before it. */
export type Node = { readonly code: string; readonly after: readonly string[] }

/**
 * One circle of a dependency graph, begun at its smallest code and closed: `[a, b, a]`; null when there is none.
 * Names that are no node lead nowhere. Source: depth-first search. O(nodes + edges).
 */
export function findCycle(nodes: readonly Node[]): readonly string[] | null {
  const after = new Map(nodes.map((node) => [node.code, node.after]))
  const done = new Set<string>()
  const trail: string[] = []
  const walk = (code: string): readonly string[] | null => {
    const again = trail.indexOf(code)
    if (again >= 0) return fromTheSmallest(trail.slice(again))
    if (done.has(code)) return null
    trail.push(code)
    for (const before of after.get(code) ?? []) {
      const circle = walk(before)
      if (circle) return circle
    }
    trail.pop()
    done.add(code)
    return null
  }
  for (const { code } of nodes) {
    const circle = walk(code)
    if (circle) return circle
  }
  return null
}

// `after` points against time; the circle is told in the order in which items would wait for each other.
function fromTheSmallest(circle: readonly string[]): readonly string[] {
  const smallest = circle.toSorted()[0]
  assert(smallest !== undefined, 'a circle has a node')
  const start = circle.indexOf(smallest)
  const ordered = [...circle.slice(start), ...circle.slice(0, start)]
  return [...ordered, smallest]
}

/**
 * The graph of some of the items. What waited for an item that is left out waits for what that one waited for.
 * @param nodes  without a circle
 * Source: own. O(nodes × edges).
 */
export function restrict(nodes: readonly Node[], kept: ReadonlySet<string>): readonly Node[] {
  const after = new Map(nodes.map((node) => [node.code, node.after]))
  const known = new Map<string, readonly string[]>()
  const resolve = (code: string): readonly string[] => {
    if (kept.has(code)) return [code]
    const found = known.get(code) ?? [...new Set((after.get(code) ?? []).flatMap(resolve))]
    known.set(code, found)
    return found
  }
  return nodes
    .filter(({ code }) => kept.has(code))
    .map((node) => ({ code: node.code, after: [...new Set(node.after.flatMap(resolve))] }))
}

/** Everything that must be granted before an item, however far back. O(edges). */
export function ancestorsOf(nodes: readonly Node[], code: string): ReadonlySet<string> {
  const after = new Map(nodes.map((node) => [node.code, node.after]))
  const found = new Set(after.get(code))
  // A Set may grow while it is walked: it is the queue as well.
  for (const one of found) for (const before of after.get(one) ?? []) found.add(before)
  return found
}
