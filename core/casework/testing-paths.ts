import { verifyHistory } from '@tingzhou/audit'
import {
  emptyState,
  explore,
  inputFor,
  readDefinition,
  step,
  type Choice,
  type Definition,
  type ExploreOptions,
  type InstanceState,
  type Path,
} from '@tingzhou/bpmn'
import type { Db } from '@tingzhou/db'
import { assert, epochMs, type EpochMs } from '@tingzhou/kernel'
import { loadInstance, readDrawing } from '@tingzhou/process'
import { orphansIn } from '@tingzhou/process/testing'

/** The case that walks a path. */
export type Walker = { readonly zoneId: string; readonly objectKind: string; readonly objectId: string }

export type PathWalk<W extends Walker> = Pick<ExploreOptions, 'start' | 'choices'> & {
  readonly definition: Definition
  readonly now: EpochMs
  /** Opens the case of a path in a zone of its own. */
  readonly begin: (path: Path) => Promise<W>
  /** Does what the path says: by a move, by time, by an event. Handlers answer by themselves. */
  readonly act: (walker: W, choice: Choice, later: Path) => Promise<void>
  /** Flows that the real clock may take once more than the path, such as reminders. */
  readonly mayRepeat?: (flow: string) => boolean
}

/** What running every path left to complain about; `ended` says how the cases ended. */
export type WalkReport = {
  readonly missed: readonly string[]
  readonly refused: readonly unknown[]
  readonly untaken: readonly string[]
  readonly otherWays: readonly { readonly path: string; readonly took: Flows; readonly expected: Flows }[]
  readonly left: readonly unknown[]
  readonly ended: readonly string[]
}

/** The report of paths that were all run to a regular end, as they should. */
export const cleanWalk: WalkReport = {
  missed: [],
  refused: [],
  untaken: [],
  otherWays: [],
  left: [],
  ended: ['completed'],
}

type Flows = Readonly<Record<string, number>>

/** A drawing that ships with the product, which must be good. */
export async function shippedDefinition(file: string): Promise<Definition> {
  const read = await readDefinition(await readDrawing(file))
  assert(read.ok, `${file} is good: ${JSON.stringify(read)}`)
  return read.value
}

/** `complete check pass`: what a path says, in words. */
export const nameOfChoice = (choice: Choice): string =>
  `${choice.kind} ${choice.nodeId}${'vars' in choice && typeof choice.vars.outcome === 'string' ? ` ${choice.vars.outcome}` : ''}`

/**
 * Runs every path that the explorer finds on rows, each in a zone of its own, and looks that it took the flows that it takes in
 * memory, came to its end, left nothing behind and kept its history whole.
 */
export async function walkPaths<W extends Walker>(db: Db, walk: PathWalk<W>): Promise<WalkReport> {
  const { definition, now, begin, act, mayRepeat = () => false } = walk
  const found = explore(definition, {
    now,
    ...(walk.start ? { start: walk.start } : {}),
    ...(walk.choices ? { choices: walk.choices } : {}),
  })
  const once = (flows: Flows): Flows =>
    Object.fromEntries(
      Object.entries(flows)
        .filter(([flow]) => !mayRepeat(flow))
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    )
  const taken = new Set<string>()
  const ended = new Set<string>()
  const otherWays: WalkReport['otherWays'][number][] = []
  const left: unknown[] = []
  for (const path of found.paths) {
    const walker = await begin(path)
    for (const [index, choice] of path.entries())
      if (index > 0 && choice.kind !== 'handled') await act(walker, choice, path.slice(index + 1))
    const { flows, state } = await stoodAt(db, walker, definition)
    for (const flow of Object.keys(flows)) taken.add(flow)
    ended.add(state.status)
    const [took, expected] = [once(flows), once(flowsOf(definition, path, now))]
    if (JSON.stringify(took) !== JSON.stringify(expected))
      otherWays.push({ path: path.map(nameOfChoice).join(' → '), took, expected })
    const { scopes, tokens, tasks, timers, subscriptions } = state
    left.push(...scopes, ...tokens, ...tasks, ...timers, ...subscriptions)
    left.push(...(await orphansIn(db, walker.zoneId)), ...(await verifyHistory(db, walker.zoneId)).faults)
  }
  const untaken = Object.keys(definition.flows).filter((flow) => !taken.has(flow))
  return { missed: found.missed, refused: found.refused, untaken, otherWays, left, ended: [...ended] }
}

/** The process of a case as it stands on rows. */
export async function stateOf(db: Db, walker: Walker): Promise<InstanceState> {
  const open = await loadInstance(db, walker.zoneId, (await rowOf(db, walker)).id)
  assert(open, 'the instance is there')
  return open.state
}

/** When the timer of a node fires; null while none is armed. */
export async function dueAtOf(db: Db, walker: Walker, nodeId: string): Promise<EpochMs | null> {
  const { timers } = await stateOf(db, walker)
  return timers.find((timer) => timer.nodeId === nodeId)?.dueAt ?? null
}

async function stoodAt(db: Db, walker: Walker, definition: Definition) {
  const { visited } = await rowOf(db, walker)
  const flows = Object.fromEntries(Object.entries(visited).filter(([name]) => name in definition.flows))
  return { flows, state: await stateOf(db, walker) }
}

const rowOf = (db: Db, { zoneId, objectKind, objectId }: Walker) =>
  db
    .selectFrom('process_instance')
    .select(['id', 'visited'])
    .where('zone_id', '=', zoneId)
    .where('business_kind', '=', objectKind)
    .where('business_id', '=', objectId)
    .executeTakeFirstOrThrow()

/** The flows of a path as the explorer walked it, and how often. */
function flowsOf(definition: Definition, path: Path, begun: EpochMs): Flows {
  let ids = 0
  let now: number = begun
  let state = emptyState('path', definition.key, 1)
  const passed = new Map<string, number>()
  for (const choice of path) {
    const input = inputFor(definition, state, choice)
    assert(input, `the path goes on with ${nameOfChoice(choice)}`)
    const timer = state.timers.find((candidate) => input.kind === 'timer' && candidate.id === input.timerId)
    now = Math.max(now, timer?.dueAt ?? 0)
    const result = step(definition, state, input, { now: epochMs(now), newId: () => `${ids++}` })
    assert(result.ok, `the engine takes ${nameOfChoice(choice)}`)
    state = result.value.state
    for (const effect of result.value.effects)
      if (effect.kind === 'taken') passed.set(effect.flowId, (passed.get(effect.flowId) ?? 0) + 1)
  }
  return Object.fromEntries(passed)
}
