import type { KnownDepartment } from './department.ts'
import type { Node } from './item-graph.ts'
import type { Outcomes } from './item-run.ts'
import type { OneThing } from './one-thing.ts'
import { holds, type Answers, type Selection } from './situation.ts'
import type { Words } from './words.ts'

/** The place 属地 that decides an item away from the lead's own, and its department there; null: it has none that is competent. */
export type PlaceOfItem = { readonly area: string; readonly name: Words; readonly department: string | null }
export type Places = ReadonlyMap<string, PlaceOfItem>

/**
 * Which of the selected items another place decides 多地联办: the first rule of the one-thing that holds by the answers. What no rule
 * names stays with the lead's place. In a place the item goes to the department that does there what its own does here.
 * Source: casework.md §10, rule 7. O(items × rules).
 */
export function placesOf(
  { joint }: Pick<OneThing, 'joint'>,
  { items }: Pick<Selection, 'items'>,
  answers: Answers,
): Places {
  if (joint === null) return new Map()
  const found = items.flatMap(({ code, department }): readonly (readonly [string, PlaceOfItem])[] => {
    const rule = joint.rules.find((one) => one.item === code && holds(one.when, answers))
    const place = joint.places.find(({ area }) => area === rule?.area)
    if (!place) return []
    const by = place.departments.find(({ of }) => of === department)?.by ?? null
    return [[code, { area: place.area, name: place.name, department: by }]]
  })
  return new Map(found)
}

export type JointProblem = {
  readonly kind: 'area_without_department' | 'department_out_of_reach'
  readonly item: string
  readonly area: string
  readonly department: string | null
}

/** What keeps an application from going to several places: an area without a competent department, one that the zone does not reach. */
export const jointProblems = (
  places: Places,
  departments: ReadonlyMap<string, Pick<KnownDepartment, 'id'>>,
): readonly JointProblem[] =>
  [...places].flatMap(([item, { area, department }]): readonly JointProblem[] => {
    if (department === null) return [{ kind: 'area_without_department', item, area, department }]
    const id = departments.get(department)?.id ?? null
    return id === null ? [{ kind: 'department_out_of_reach', item, area, department }] : []
  })

/** What one place gets: its items and the departments that decide them. */
export type PlacePackage = {
  readonly area: string
  readonly name: Words
  readonly items: readonly string[]
  readonly departments: readonly string[]
}

/** One package a place, in the order in which the items name them. O(items). */
export function packagesOf(places: Places): readonly PlacePackage[] {
  const byArea = new Map<string, PlacePackage>()
  for (const [item, { area, name, department }] of places) {
    const known = byArea.get(area) ?? { area, name, items: [], departments: [] }
    const departments = department === null ? known.departments : [...new Set([...known.departments, department])]
    byArea.set(area, { ...known, items: [...known.items, item], departments })
  }
  return [...byArea.values()]
}

type PlacedNode = Node & { readonly place: string | null }
const receiptOf = (area: string) => `receipt ${area}`

/**
 * The graph with the receipt of each place before its items: a place begins nothing that it has not taken in.
 * @param received  areas whose package was taken in
 */
export function withReceipts(
  nodes: readonly PlacedNode[],
  outcomes: Outcomes,
  received: ReadonlySet<string>,
): { readonly graph: readonly Node[]; readonly outcomes: Outcomes } {
  const areas = [...new Set(nodes.flatMap(({ place }) => (place === null ? [] : [place])))]
  return {
    graph: nodes.map(({ code, after, place }) => ({
      code,
      after: place === null ? after : [...after, receiptOf(place)],
    })),
    outcomes: {
      ...outcomes,
      ...Object.fromEntries(
        areas.map((area) => [receiptOf(area), received.has(area) ? 'granted' : 'waiting'] as const),
      ),
    },
  }
}

export type PlaceState = 'answer' | 'repair' | 'decision'

/**
 * What becomes of a place's package when an item has ended: its work is done, or there is nothing left for it to take in.
 * @param over  whether every item of the place has ended
 */
export function placeMessage(state: string, over: boolean): 'decided' | 'withdrawn' | null {
  if (!over) return null
  if (state === 'decision') return 'decided'
  return state === 'answer' || state === 'repair' ? 'withdrawn' : null
}
