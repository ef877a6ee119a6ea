import { assert, err, ok, type Result } from '@tingzhou/kernel'
import {
  emptyState,
  step,
  type Definition,
  type Effect,
  type Input,
  type InstanceState,
  type StepError,
  type Vars,
} from '@tingzhou/bpmn'
import type { Tx } from '@tingzhou/db'
import type { DefinitionStore } from './definitions.ts'
import { familyOf, type Played, type ProcessDeps, type ProcessHost } from './host.ts'
import { outboxInsert } from '@tingzhou/events'
import { freshInstance, loadInstance, saveInstance, type OpenInstance, type ParentToken } from './rows.ts'
import { acrossEvents } from './told.ts'

export type Runtime = { readonly deps: ProcessDeps; readonly definitions: DefinitionStore }

/**
 * Begins the process of a business object on the newest version of its drawing. The caller flushes the batch of the subject.
 * @param business  ids of the business object and of the new instance; key: a drawing of the host's family, `host.name`, when
 *   it is not the host's own; parent: the token that called it
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
    readonly parent?: ParentToken
  },
  vars: Vars,
): Promise<Result<Played, StepError>> {
  const key = business.key ?? host.key
  assert(familyOf(key) === host.key, `process ${key} belongs to the host ${host.key}`)
  const deployed = await runtime.definitions.newest(tx, key)
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
  const open = host.instance(subject) ?? (await loadInstance(tx, runtime.deps.zoneId, instanceId))
  assert(open, `instance ${instanceId} exists`)
  const definition = await runtime.definitions.get(tx, open.state.definitionKey, open.state.definitionVersion)
  const input = toInput(open.state, definition)
  return input ? play(tx, runtime, host, subject, open, definition, input) : ok(null)
}

/** One input, then every handler the step calls, until all tokens wait; then the rows go into the case's batch and it settles. */
async function play<Case>(
  tx: Tx,
  runtime: Runtime,
  host: ProcessHost<Case>,
  subject: Case,
  open: OpenInstance,
  definition: Definition,
  first: Input,
): Promise<Result<Played, StepError>> {
  const { deps } = runtime
  const now = deps.clock()
  const effects: Effect[] = []
  const inputs: Input[] = [first]
  let state = open.state
  for (let input = inputs.shift(); input; input = inputs.shift()) {
    const result = step(definition, state, input, { now, newId: deps.newId })
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
  saveInstance(host.batch(subject), deps.zoneId, open, state, effects, now, (task) => ({
    partyId: host.taskParty(task, subject),
    assigneeId: host.taskAssignee(task, subject),
  }))
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
