import type { Node } from './item-graph.ts'

/** Where an item case is, as far as the others care. */
export type ItemOutcome = 'waiting' | 'running' | 'granted' | 'refused' | 'stopped' | 'cancelled'
export type Outcomes = Readonly<Record<string, ItemOutcome>>

/** Items that may start now: they wait, and all they waited for is granted. O(edges). */
export const readyItems = (graph: readonly Node[], outcomes: Outcomes): readonly string[] =>
  graph
    .filter(
      ({ code, after }) => outcomes[code] === 'waiting' && after.every((before) => outcomes[before] === 'granted'),
    )
    .map(({ code }) => code)

/**
 * Items that can never start, and the item to blame: something they wait for was refused, stopped or cancelled. Independent items go on.
 * @param graph  of the selected items, without a circle
 * Source: casework.md §10, rule 3. O(nodes + edges).
 */
export function itemsToCancel(
  graph: readonly Node[],
  outcomes: Outcomes,
): readonly { readonly item: string; readonly because: string }[] {
  const after = new Map(graph.map((node) => [node.code, node.after]))
  const known = new Map<string, string | null>()
  const blameFor = (code: string): string | null => {
    const found = known.get(code)
    if (found !== undefined) return found
    const blames = (after.get(code) ?? []).map((before) => {
      const outcome = outcomes[before]
      return outcome === 'refused' || outcome === 'stopped' ? before : blameFor(before)
    })
    const blame = blames.find((one) => one !== null) ?? null
    known.set(code, blame)
    return blame
  }
  return graph.flatMap(({ code }) => {
    const because = outcomes[code] === 'waiting' ? blameFor(code) : null
    return because === null ? [] : [{ item: code, because }]
  })
}

/** The joint result once every item has ended; null before. O(items). */
export function jointResult(outcomes: Outcomes): 'granted' | 'partly_granted' | 'not_granted' | null {
  const all = Object.values(outcomes)
  if (all.length === 0 || all.some((outcome) => outcome === 'waiting' || outcome === 'running')) return null
  const granted = all.filter((outcome) => outcome === 'granted').length
  if (granted === 0) return 'not_granted'
  return granted === all.length ? 'granted' : 'partly_granted'
}
