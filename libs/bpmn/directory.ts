/** Which instance waits for what, so that an input finds its instance without asking all of them. */
import type { EpochMs } from '@tingzhou/kernel'
import type { InstanceState, Subscription } from './state.ts'

export type Due = { readonly dueAt: EpochMs; readonly instanceId: string; readonly timerId: string }

export type Directory = {
  /** Takes in what an instance waits for after a step. */
  readonly note: (state: InstanceState) => void
  readonly ownerOf: (taskId: string) => string | undefined
  /** Ids of instances, the one that has waited longest first. */
  readonly waitingFor: (kind: Subscription['kind'], name: string, correlationKey: string | null) => readonly string[]
  /** The armed timer of an active instance that falls due first; of several the one armed first. */
  readonly nextDue: () => Due | undefined
}

/**
 * Opens an empty directory.
 * @param stateOf  the present state of an instance
 * Complexity: note O(size of the instance), nextDue O(log timers), the others O(answer).
 */
export function createDirectory(stateOf: (instanceId: string) => InstanceState | undefined): Directory {
  const owners = new Map<string, string>()
  const waiters = new Map<string, Set<string>>()
  const namesOf = new Map<string, ReadonlySet<string>>()
  /** What is in the heap: a timer that was moved or dropped is passed over when it comes up. */
  const planned = new Map<string, EpochMs>()
  const heap: Planned[] = []
  let armed = 0

  function note(state: InstanceState): void {
    for (const task of state.tasks) owners.set(task.id, state.id)
    noteWaiting(state)
    for (const { id, dueAt } of state.timers) if (dueAt !== null && planned.get(id) !== dueAt) plan(state.id, id, dueAt)
  }

  function noteWaiting(state: InstanceState): void {
    const names = new Set(state.subscriptions.map(placeOf))
    for (const name of namesOf.get(state.id) ?? []) if (!names.has(name)) waiters.get(name)?.delete(state.id)
    for (const name of names) waiters.set(name, (waiters.get(name) ?? new Set()).add(state.id))
    namesOf.set(state.id, names)
  }

  function plan(instanceId: string, timerId: string, dueAt: EpochMs): void {
    planned.set(timerId, dueAt)
    push(heap, { dueAt, instanceId, timerId, order: armed++ })
  }

  function nextDue(): Due | undefined {
    for (let [first] = heap; first; [first] = heap) {
      if (isArmed(first)) return first
      if (planned.get(first.timerId) === first.dueAt) planned.delete(first.timerId)
      pop(heap)
    }
    return undefined
  }

  function isArmed({ instanceId, timerId, dueAt }: Planned): boolean {
    const state = stateOf(instanceId)
    return state?.status === 'active' && state.timers.some((timer) => timer.id === timerId && timer.dueAt === dueAt)
  }

  return {
    note,
    nextDue,
    ownerOf: (taskId) => owners.get(taskId),
    waitingFor: (kind, name, correlationKey) => [...(waiters.get(placeOf({ kind, name, correlationKey })) ?? [])],
  }
}

const placeOf = ({ kind, name, correlationKey }: Pick<Subscription, 'kind' | 'name' | 'correlationKey'>): string =>
  JSON.stringify([kind, name, correlationKey])

type Planned = Due & { readonly order: number }

const isBefore = (a: Planned, b: Planned): boolean => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order)

function push(heap: Planned[], item: Planned): void {
  let at = heap.push(item) - 1
  for (let up = (at - 1) >> 1; at > 0 && swapped(heap, up, at); up = (at - 1) >> 1) at = up
}

function pop(heap: Planned[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  heap[0] = last
  for (let at = 0; ;) {
    const [left, right] = [at * 2 + 1, at * 2 + 2]
    const [a, b] = [heap[left], heap[right]]
    const child = a && b && isBefore(b, a) ? right : left
    if (!swapped(heap, at, child)) return
    at = child
  }
}

/** Puts the earlier of two above the other. */
function swapped(heap: Planned[], above: number, below: number): boolean {
  const [a, b] = [heap[above], heap[below]]
  if (!a || !b || !isBefore(b, a)) return false
  heap[above] = b
  heap[below] = a
  return true
}
