import {
  explore,
  type Choice,
  type Definition,
  type ExploreOptions,
  type Node,
  type Path,
  type Vars,
} from '@tingzhou/bpmn'
import { epochMs } from '@tingzhou/kernel'
import { itemStates } from './item-contract.ts'
import type { Item } from './item.ts'

/** The key of an item's own drawing: of the family of the ordinary one, under its one-thing. */
export const drawingPrefix = (oneThing: string): string => `item-case.${oneThing}.`
export const ordinaryDrawing = 'item-case'

/** What a drawing lacks of the contract that every item answers, with the element or kind that is meant. */
export type DrawingFault = {
  readonly kind: DrawingFaultKind
  readonly at: string
  readonly value: string | null
}

export const drawingFaultKinds = [
  'drawing_no_opening',
  'drawing_no_rule',
  'drawing_no_review',
  'drawing_no_decision',
  'drawing_no_supplement',
  'drawing_no_dependency',
  'drawing_no_withdrawal',
  'drawing_no_promised_day',
  'drawing_no_end',
  'drawing_unknown_state',
  'drawing_step_without_days',
  'drawing_step_not_drawn',
  'drawing_step_without_form',
  'drawing_step_not_closed',
  'drawing_path_missed',
  'drawing_path_refused',
  'drawing_ends_undecided',
] as const
export type DrawingFaultKind = (typeof drawingFaultKinds)[number]

/** One path that the explorer found: the nodes where something was decided or done, and the state in which it ended. */
export type DrawnPath = { readonly nodes: readonly string[]; readonly ended: string | null }
export type DrawnPaths = {
  readonly paths: readonly DrawnPath[]
  readonly missed: readonly string[]
  readonly refused: readonly string[]
}

type StepsOf = Pick<Item, 'specialSteps'>

/**
 * Whether a drawing answers the contract of an item: it opens, waits for what it depends on, asks the rule, is reviewed, asks for a
 * supplement, is decided by a head, certifies or refuses, can be ended from outside, and is supervised at its promised day; its
 * special steps are those of the item. Then every path is run on the engine.
 * Source: casework.md §10, §12 (item-case). At most 3,000 markings.
 */
export function checkItemDrawing(definition: Definition, item: StepsOf): readonly DrawingFault[] {
  const faults = [...lackingParts(definition), ...checkStates(definition), ...checkSteps(definition, item)]
  return faults.length > 0 ? faults : checkPaths(definition, pathsOfDrawing(definition, item))
}

const nodesOf = (definition: Definition): readonly Node[] => Object.values(definition.nodes)
const handlerOf = (node: Node): string | null => ('handler' in node ? node.handler : null)
const fault = (kind: DrawingFaultKind, at: string, value: string | null = null): DrawingFault => ({ kind, at, value })

/** Which kind of part is there; each is asked of one node at least. */
const parts = {
  drawing_no_opening: (node) => handlerOf(node) === 'services.openItem',
  drawing_no_rule: (node) => handlerOf(node) === 'services.decide',
  drawing_no_review: (node) => isTask(node, 'review', ['pass', 'supplement']),
  drawing_no_decision: (node) =>
    isTask(node, 'approval', ['approve', 'refuse']) && node.kind === 'userTask' && node.roles.join() === 'dept_head',
  drawing_no_supplement: (node) => catches(node, 'supplied'),
  drawing_no_dependency: (node) => catches(node, 'dependency-met'),
  drawing_no_withdrawal: (node) =>
    node.kind === 'startEvent' && node.interrupting && node.parent !== null && isMessage(node, 'promise-broken'),
  drawing_no_promised_day: (node) =>
    node.kind === 'boundaryEvent' &&
    !node.interrupting &&
    node.trigger.kind === 'timer' &&
    node.trigger.value.kind === 'feel' &&
    node.trigger.value.text.trim() === 'promisedDueAt',
} as const satisfies Partial<Record<DrawingFaultKind, (node: Node) => boolean>>

const isTask = (node: Node, state: string, outcomes: readonly string[]): boolean =>
  node.kind === 'userTask' && node.state === state && outcomes.every((outcome) => node.outcomes.includes(outcome))

const isMessage = (node: Node, name: string): boolean =>
  'trigger' in node && node.trigger?.kind === 'message' && node.trigger.name === name

const catches = (node: Node, name: string): boolean => node.kind !== 'startEvent' && isMessage(node, name)

const endStates = ['granted', 'refused', 'cancelled', 'ended'] as const
/** What must have been called before an item ends so. */
const endedBy: Readonly<Record<string, string>> = {
  granted: 'services.certify',
  refused: 'services.refuseItem',
  cancelled: 'services.cancelItem',
  ended: 'services.endItem',
}

function lackingParts(definition: Definition): readonly DrawingFault[] {
  const nodes = nodesOf(definition)
  const ends = nodes.filter(({ kind }) => kind === 'endEvent')
  return [
    ...Object.entries(parts).flatMap(([kind, isPart]) =>
      nodes.some((node) => isPart(node)) ? [] : [fault(kind as DrawingFaultKind, definition.key)],
    ),
    ...endStates.flatMap((state) =>
      ends.some((end) => end.state === state) && nodes.some((node) => handlerOf(node) === endedBy[state])
        ? []
        : [fault('drawing_no_end', definition.key, state)],
    ),
  ]
}

const known: ReadonlySet<string> = new Set(itemStates)
const checkStates = (definition: Definition): readonly DrawingFault[] =>
  nodesOf(definition).flatMap(({ id, state }) =>
    state === null || known.has(state) ? [] : [fault('drawing_unknown_state', id, state)],
  )

/** Kinds of steps that handlers of a name begin or end, by node. */
const stepsAt = (definition: Definition, handler: string): ReadonlyMap<string, string> =>
  new Map(
    nodesOf(definition).flatMap((node): readonly [string, string][] => {
      if (handlerOf(node) !== handler || !('inputs' in node)) return []
      const written = node.inputs.find(({ name }) => name === 'step')?.value.trim() ?? ''
      return [[/^"([a-z_]+)"$/.exec(written)?.[1] ?? '', node.id]]
    }),
  )

/** A drawing made from the ordinary one may go through all its steps by one task over `specials`. */
const hasOrdinarySteps = (definition: Definition): boolean =>
  nodesOf(definition).some((node) => node.kind === 'userTask' && node.multi?.collection === 'specials')

function checkSteps(definition: Definition, { specialSteps }: StepsOf): readonly DrawingFault[] {
  const begun = stepsAt(definition, 'services.beginStep')
  const closed = stepsAt(definition, 'services.endStep')
  const wanted = new Set<string>(specialSteps.map(({ kind }) => kind))
  const tasks = nodesOf(definition).filter((node) => node.kind === 'userTask' && node.state === 'special')
  return [
    ...[...begun].flatMap(([kind, id]) => (wanted.has(kind) ? [] : [fault('drawing_step_without_days', id, kind)])),
    ...[...begun].flatMap(([kind, id]) => (closed.has(kind) ? [] : [fault('drawing_step_not_closed', id, kind)])),
    ...[...wanted].flatMap((kind) =>
      begun.has(kind) || hasOrdinarySteps(definition) ? [] : [fault('drawing_step_not_drawn', definition.key, kind)],
    ),
    ...tasks.flatMap((node) =>
      node.kind !== 'userTask' || node.multi !== null || (node.form !== null && begun.has(node.form))
        ? []
        : [fault('drawing_step_without_form', node.id, node.form)],
    ),
  ]
}

const hour = 3_600_000
const at = (hours: number): number => hours * hour

/** What handlers and messages bring, as far as it decides the way. */
const brought = (kinds: readonly string[]): Readonly<Record<string, readonly Vars[]>> => ({
  'services.openItem': [0, 1].map((waiting) => ({ ...freshVars, waiting })),
  'services.decide': [
    { auto: 'approve', needed: [] },
    ...subsetsOf(kinds).map((needed) => ({ auto: 'manual', needed, promisedDueAt: at(100) })),
  ],
  'services.resumeItem': [{ specials: [], supplementDueAt: null, promisedDueAt: at(120) }],
  'services.pauseItem': [{ promisedDueAt: null }],
  'services.beginStep': [{ promisedDueAt: null, steps: Object.fromEntries(kinds.map((kind) => [kind, at(50)])) }],
  'services.endStep': [{ promisedDueAt: at(130) }],
})

const freshVars: Vars = {
  outcome: null,
  auto: null,
  specials: [],
  steps: {},
  needed: [],
  promisedDueAt: null,
  supplementDueAt: null,
}

/** None, each alone, all: enough for gateways that ask for one kind each. */
const subsetsOf = (kinds: readonly string[]): readonly string[][] =>
  kinds.length < 2 ? [[], ...kinds.map((kind) => [kind])] : [[], ...kinds.map((kind) => [kind]), [...kinds]]

/** Runs the explorer over a drawing: few paths that take every flow, each on the engine that runs real cases. */
export function pathsOfDrawing(definition: Definition, { specialSteps }: StepsOf): DrawnPaths {
  const kinds = [...new Set(specialSteps.map(({ kind }) => kind))]
  const found = explore(definition, optionsFor(definition, kinds))
  return {
    paths: found.paths.map((path) => ({ nodes: path.flatMap(nodeOf), ended: endOf(definition, path) })),
    missed: found.missed,
    refused: found.refused.map(({ path, error }) => `${path.flatMap(nodeOf).at(-1) ?? ''}: ${error.kind}`),
  }
}

function optionsFor(definition: Definition, kinds: readonly string[]): ExploreOptions {
  const bring = brought(kinds)
  const specials = kinds.map((kind) => ({ kind, dueAt: at(50) }))
  const choices = nodesOf(definition).flatMap((node): readonly [string, readonly Vars[]][] => {
    const own = bring[handlerOf(node) ?? '']
    if (own) return [[node.id, own]]
    if (isMessage(node, 'dependency-met')) return [[node.id, [{ waiting: 0 }]]]
    if (isTask(node, 'review', ['pass']))
      return [
        [
          node.id,
          [
            { specials, supplementDueAt: at(30) },
            { specials: [], supplementDueAt: at(30) },
          ],
        ],
      ]
    return []
  })
  return {
    now: epochMs(0),
    start: [{ item: 'item', applicationId: 'application' }],
    choices: Object.fromEntries(choices),
    statesMax,
  }
}

const statesMax = 3_000

const nodeOf = (choice: Choice): readonly string[] => ('nodeId' in choice ? [choice.nodeId] : [])

/** The end that the last handler of a path led to; every end of the contract has a handler of its own. */
function endOf(definition: Definition, path: Path): string | null {
  const last = path.findLast(({ kind }) => kind === 'handled')
  const node = last && 'nodeId' in last ? definition.nodes[last.nodeId] : undefined
  const handler = node ? handlerOf(node) : null
  return endStates.find((state) => endedBy[state] === handler) ?? null
}

function checkPaths(definition: Definition, { paths, missed, refused }: DrawnPaths): readonly DrawingFault[] {
  const reached = new Set(paths.map(({ ended }) => ended))
  return [
    ...missed.map((flow) => fault('drawing_path_missed', flow)),
    ...refused.map((why) => fault('drawing_path_refused', definition.key, why)),
    ...endStates.flatMap((state) =>
      reached.has(state) ? [] : [fault('drawing_ends_undecided', definition.key, state)],
    ),
  ]
}
