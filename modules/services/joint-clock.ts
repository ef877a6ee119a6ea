import { assert, err, ok, type Result } from '@tingzhou/kernel'
import type { SpecialStep } from './item.ts'
import { findCycle, restrict, type Node } from './item-graph.ts'
import type { OneThing } from './one-thing.ts'
import { holds, type Answers, type Selection } from './situation.ts'

export type TimedNode = Node & { readonly days: number }
export type Cycle = { readonly kind: 'cycle'; readonly items: readonly string[] }

/** Working days of a package: together along the longest path, and one item after the other. */
export type JointClock = {
  readonly days: number
  readonly sumDays: number
  /** The items of a longest path, first to last. */
  readonly path: readonly string[]
}

/**
 * The joint promise 联办承诺时限: the longest path of the dependency graph over promised days.
 * @param nodes  every `after` names one of them
 * @returns days, or the circle that has no end
 * Source: casework.md §10, rule 2; longest path in a directed graph without circles. O(nodes + edges).
 */
export function jointClock(nodes: readonly TimedNode[]): Result<JointClock, Cycle> {
  const circle = findCycle(nodes)
  if (circle) return err({ kind: 'cycle', items: circle })
  const byCode = new Map(nodes.map((node) => [node.code, node]))
  const known = new Map<string, { readonly days: number; readonly path: readonly string[] }>()
  const longestTo = (code: string): { readonly days: number; readonly path: readonly string[] } => {
    const found = known.get(code)
    if (found) return found
    const node = byCode.get(code)
    assert(node, `an item waits for one that is selected, got ${code}`)
    const before = longest(node.after.map(longestTo))
    const here = { days: before.days + node.days, path: [...before.path, code] }
    known.set(code, here)
    return here
  }
  const { days, path } = longest(nodes.map(({ code }) => longestTo(code)))
  return ok({ days, path, sumDays: nodes.reduce((sum, node) => sum + node.days, 0) })
}

type Path = { readonly days: number; readonly path: readonly string[] }

// Of equal paths the first stands, so that the same graph always tells the same path.
const longest = (paths: readonly Path[]): Path =>
  paths.reduce((best, path) => (path.days > best.days ? path : best), paths[0] ?? { days: 0, path: [] })

/**
 * The joint clock of some of the items of a one-thing.
 * @param automatic  items that were approved at once: they take no day
 */
export function jointClockOf(
  { items }: Pick<OneThing, 'items'>,
  selected: ReadonlySet<string>,
  automatic: ReadonlySet<string> = new Set(),
): Result<JointClock, Cycle> {
  const circle = findCycle(items)
  if (circle) return err({ kind: 'cycle', items: circle })
  const days = new Map(items.map((item) => [item.code, automatic.has(item.code) ? 0 : item.promised.days]))
  return jointClock(restrict(items, selected).map((node) => ({ ...node, days: days.get(node.code) ?? 0 })))
}

/** Steps outside the clock of the selected items, shown with their own days. O(items). */
export const specialStepsOf = (
  { items }: Pick<Selection, 'items'>,
  answers: Answers,
): readonly { readonly item: string; readonly step: SpecialStep }[] =>
  items.flatMap((item) =>
    item.specialSteps.filter((step) => holds(step.when, answers)).map((step) => ({ item: item.code, step })),
  )
