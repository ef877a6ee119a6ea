import { assert, err, ok, type Result } from '@tingzhou/kernel'
import {
  emptyState,
  step,
  type Definition,
  type Effect,
  type Input,
  type InstanceState,
  type StepError,
  type Task,
  type Vars,
} from '@tingzhou/bpmn'
import type { Tx } from '@tingzhou/db'
import type { DefinitionStore } from './definitions.ts'
import { familyOf, type Played, type ProcessDeps, type ProcessHost } from './host.ts'
import { outboxInsert } from '@tingzhou/events'
import { standingOf } from './hold.ts'
import { holdAnswer, keepTold } from './hold-rows.ts'
import { isHalted } from './marking.ts'
import { freshInstance, loadInstance, saveInstance, type OpenInstance, type ParentToken } from './rows.ts'
import { acrossEvents } from './told.ts'

export type Runtime = { readonly deps: ProcessDeps; readonly definitions: DefinitionStore }

/**
 * Begins the process of a business object on the newest version of its drawing. The caller flushes the batch of the subject.
 * @param business  ids of the business object and of the new instance; key: a drawing of the host's family, `host.name`, when
 *   it is not the host's own; version: of that drawing, when it is not the newest; parent: the token that called it
 * @returns what the first step did
 */
export async function startInstance<Case>(
  tx: Tx,
  runtime: Runtime,
  host: ProcessHost<Case>,
  subject: Case,
  business: {
    readonly id: string
    readonly instanceId: string
    readonly key?: string
    readonly version?: number
    readonly parent?: ParentToken
  },
  vars: Vars,
): Promise<Result<Played, StepError>> {
  const key = business.key ?? host.key
  assert(familyOf(key) === host.key, `process ${key} belongs to the host ${host.key}`)
  const deployed =
    business.version === undefined
      ? await runtime.definitions.newest(tx, key)
      : { version: business.version, definition: await runtime.definitions.get(tx, key, business.version) }
  assert(deployed, `process ${key} is deployed`)
  const state = emptyState(business.instanceId, key, deployed.version)
  const open = freshInstance(state, { kind: host.businessKind, id: business.id }, business.parent ?? null)
  return play(tx, runtime, host, subject, open, deployed.definition, { kind: 'start', vars })
}

/**
 * Gives one input to an instance. The caller holds the lock of the business row, has loaded `subject` under it, and flushes
 * the batch of the subject afterwards.
 * @throws Error when the instance does not exist (a bug of the caller)
 */
export async function feed<Case>(
  tx: Tx,
  runtime: Runtime,
  host: ProcessHost<Case>,
  subject: Case,
  instanceId: string,
  toInput: (state: InstanceState, definition: Definition) => Input | null,
): Promise<Result<Played | null, StepError>> {
  const open = await openOf(tx, runtime, host, subject, instanceId)
  const definition = await runtime.definitions.get(tx, open.state.definitionKey, open.state.definitionVersion)
  const input = toInput(open.state, definition)
  return input ? play(tx, runtime, host, subject, open, definition, input) : ok(null)
}

/**
 * Gives an instance what another case tells it. One that is suspended or stuck hears it when it goes on.
 * @throws Error when more is kept for it than anybody will ever look through
 */
export async function hear<Case>(
  tx: Tx,
  runtime: Runtime,
  host: ProcessHost<Case>,
  subject: Case,
  instanceId: string,
  input: Input,
): Promise<Result<Played | null, StepError>> {
  const open = await openOf(tx, runtime, host, subject, instanceId)
  if (isHalted(open.state) && input.kind !== 'terminate') {
    keepTold(host.batch(subject), runtime.deps, open, input)
    return ok(null)
  }
  const definition = await runtime.definitions.get(tx, open.state.definitionKey, open.state.definitionVersion)
  return play(tx, runtime, host, subject, open, definition, input)
}

async function openOf<Case>(
  tx: Tx,
  runtime: Runtime,
  host: ProcessHost<Case>,
  subject: Case,
  instanceId: string,
): Promise<OpenInstance> {
  const open = host.instance(subject) ?? (await loadInstance(tx, runtime.deps.zoneId, instanceId))
  assert(open, `instance ${instanceId} exists`)
  return open
}

/** What a step is told beside its input. */
export type StepNote = {
  /** To whom a task goes that opens on a node, instead of where its host puts it. */
  readonly give?: { readonly nodeId: string; readonly accountId: string }
  /** Whose answer it is, when it is not that of the one who acts. */
  readonly by?: string | null
}

/**
 * One input, then every handler the step calls, until all tokens wait; then the rows go into the case's batch and it settles.
 * An answer that has to be signed first is held back.
 */
export async function play<Case>(
  tx: Tx,
  runtime: Runtime,
  host: ProcessHost<Case>,
  subject: Case,
  open: OpenInstance,
  definition: Definition,
  first: Input,
  note: StepNote = {},
): Promise<Result<Played, StepError>> {
  const { deps } = runtime
  const now = deps.clock()
  if (first.kind === 'complete' && open.held.holds.length > 0) {
    const held = holdBack(open, first)
    if (held) return 'error' in held ? err(held.error) : hold(tx, runtime, host, subject, open, definition, held.answer)
  }
  const effects: Effect[] = []
  const inputs: Input[] = [first]
  let state = open.state
  for (let input = inputs.shift(); input; input = inputs.shift()) {
    const result = step(definition, state, input, { now, newId: deps.newId })
    // Something later in the same step took the handler's token away: its answer is dropped, it undoes nothing.
    if (!result.ok && input !== first && isGone(result.error)) continue
    if (!result.ok) return err(result.error)
    state = result.value.state
    effects.push(...result.value.effects)
    for (const effect of result.value.effects)
      if (effect.kind === 'call') {
        const handler = host.handlers[effect.handler]
        assert(handler, `process ${host.key} has the handler ${effect.handler}`)
        const vars = await handler(tx, subject, { ...effect.input, node: effect.nodeId })
        inputs.push({ kind: 'handled', tokenId: effect.tokenId, vars })
      }
  }
  const by = note.by === undefined ? (host.doer?.(subject) ?? null) : note.by
  const place = (task: Task) => ({
    partyId: host.taskParty(task, subject),
    assigneeId: note.give?.nodeId === task.nodeId ? note.give.accountId : host.taskAssignee(task, subject),
  })
  saveInstance(host.batch(subject), deps.zoneId, open, state, effects, now, place, by)
  const across = acrossEvents(open, definition, state, effects, now)
  if (across.length > 0) host.batch(subject).writes.push(outboxInsert(deps.zoneId, across))
  const played: Played = {
    effects,
    openTasks: state.tasks.filter((task) => task.state === 'open'),
    vars: state.vars,
    ended: state.status !== 'active' && state.status !== 'suspended',
    definition,
  }
  await host.settle(tx, subject, played)
  return ok(played)
}

const isGone = ({ kind }: StepError): boolean => kind === 'no_token' || kind === 'not_active'

type Complete = Extract<Input, { kind: 'complete' }>

/** An answer that must wait for others, or why it cannot be given now; null: it counts at once. */
function holdBack(
  { state, held }: OpenInstance,
  input: Complete,
): { readonly answer: Complete } | { readonly error: StepError } | null {
  const task = state.tasks.find((candidate) => candidate.id === input.taskId)
  switch (standingOf(held, input.taskId)) {
    case 'free':
      return null
    case 'waits_for_others':
      return { error: { kind: 'not_waiting_for', tokenId: task?.tokenId ?? input.taskId, input: 'complete' } }
    case 'answered':
      return { error: { kind: 'task_not_open', taskId: input.taskId, state: 'done' } }
    case 'to_be_signed':
      return { answer: input }
  }
}

/** Keeps an answer, if the drawing would take it, until it is signed: nothing moves yet. */
async function hold<Case>(
  tx: Tx,
  runtime: Runtime,
  host: ProcessHost<Case>,
  subject: Case,
  open: OpenInstance,
  definition: Definition,
  answer: Complete,
): Promise<Result<Played, StepError>> {
  const { deps } = runtime
  const tried = step(definition, open.state, answer, { now: deps.clock(), newId: deps.newId })
  if (!tried.ok) return err(tried.error)
  const { taskId, vars } = answer
  holdAnswer(host.batch(subject), deps, open, { taskId, vars, by: host.doer?.(subject) ?? null })
  const played: Played = {
    effects: [],
    openTasks: open.state.tasks.filter((task) => task.state === 'open'),
    vars: open.state.vars,
    ended: false,
    definition,
  }
  await host.settle(tx, subject, played)
  return ok(played)
}
