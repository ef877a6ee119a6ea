/** The engine without a database: deploy, start, act, move the clock, read the trace. Same rules, held in memory. */
import { assert, epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { createDirectory } from './directory.ts'
import { evaluateValue } from './feel.ts'
import { isImplied } from './implied.ts'
import { readDefinitions, type ReadOptions } from './read.ts'
import { step } from './step.ts'
import { defaultOffsetMin, nextFiring, schedule } from './timer.ts'
import { emptyState, type Effect, type Input, type InstanceState, type StepError, type Task } from './state.ts'
import type { Complaint } from './complaint.ts'
import type { Definition, Json, NodeId, Vars } from './model.ts'

/** Runs a service, send or business-rule task; an error goes to the nearest error event. */
export type Handler = (input: Vars) => Result<Vars, { readonly code: string; readonly message: string }>

export type HeadlessOptions = Omit<ReadOptions, 'processId'> & {
  /** By name; with passUnbound also by a task's id or the text of its script. */
  readonly handlers?: { readonly [name: string]: Handler }
  /** The first instant; default 1970-01-01T00:00:00Z. */
  readonly now?: EpochMs
  /** Called instead of failing when a handler is not there. */
  readonly fallback?: Handler
  /** The process that answers a call; without it the one that the model names. */
  readonly called?: (key: string, vars: Vars) => string
}

export type HeadlessError =
  | StepError
  | { readonly kind: 'unknown_process'; readonly key: string }
  | { readonly kind: 'unknown_instance'; readonly id: string }

type Instance = {
  state: InstanceState
  readonly trace: NodeId[]
  readonly effects: Effect[]
  readonly parent: Parent | null
}
type Parent = { readonly instanceId: string; readonly tokenId: string }
type StartTimer = {
  readonly key: string
  readonly nodeId: NodeId
  readonly value: Json
  dueAt: EpochMs
  repeats: number | null
}
type Play = (instanceId: string, input: Input) => Result<null, HeadlessError>

export type Headless = {
  /** @returns the keys of the processes in the file; a key deployed again is a new version for new instances */
  readonly deploy: (xml: string) => Promise<Result<readonly string[], readonly Complaint[]>>
  /** By the plain start event, else the only one. @returns the instance's id; at names a message or other start event */
  readonly start: (
    key: string,
    vars?: Vars,
    at?: { readonly message?: string; readonly nodeId?: NodeId },
  ) => Result<string, HeadlessError>
  /** To one instance that waits for it, the key's own before those without a key, else to a process that it starts. @returns that instance's id */
  readonly message: (name: string, vars?: Vars, correlationKey?: string) => Result<string, HeadlessError>
  /** To everything in every instance that waits for it; with passUnbound it may start processes too. */
  readonly signal: (name: string, vars?: Vars) => Result<null, HeadlessError>
  readonly completeTask: (taskId: string, vars?: Vars) => Result<null, HeadlessError>
  /** Moves the clock and fires what falls due on the way, in order; at most 10,000 firings. */
  readonly advanceTime: (ms: number) => Result<null, HeadlessError>
  /** Any other input of the engine. */
  readonly send: Play
  readonly now: () => EpochMs
  readonly instances: () => readonly InstanceState[]
  readonly state: (instanceId: string) => InstanceState | undefined
  /** The open tasks of one or all instances. */
  readonly tasks: (instanceId?: string) => readonly Task[]
  /** The nodes visited, in order; a multi-instance activity once for each instance. */
  readonly trace: (instanceId: string) => readonly NodeId[]
  readonly effects: (instanceId: string) => readonly Effect[]
}

const firingsMax = 10_000

/** Opens an engine in memory. */
export function createHeadless(options: HeadlessOptions = {}): Headless {
  const definitions = new Map<string, Definition[]>()
  const instances = new Map<string, Instance>()
  /** Instances that a call activity started, by the token that waits for them. */
  const children = new Map<string, string>()
  const directory = createDirectory((id) => instances.get(id)?.state)
  const bound = options.bound ?? Object.keys(options.handlers ?? {})
  const startTimers: StartTimer[] = []
  /** Answers and messages that follow from a step, in order; a step is never played inside another. */
  const following: (() => Result<unknown, HeadlessError>)[] = []
  let now = options.now ?? epochMs(0)
  let ids = 0
  const newId = (): string => `${++ids}`

  async function deploy(xml: string): Promise<Result<readonly string[], readonly Complaint[]>> {
    const read = await readDefinitions(xml, { ...options, bound })
    if (!read.ok) return read
    for (const definition of read.value) {
      definitions.set(definition.key, [...(definitions.get(definition.key) ?? []), definition])
      armStarts(definition)
    }
    return ok(read.value.map((definition) => definition.key))
  }

  /** A new version takes the start timers over. */
  function armStarts(definition: Definition): void {
    const kept = startTimers.filter((timer) => timer.key !== definition.key)
    startTimers.splice(0, startTimers.length, ...kept)
    for (const nodeId of definition.starts) {
      const node = definition.nodes[nodeId]
      if (node?.kind !== 'startEvent' || node.trigger?.kind !== 'timer') continue
      const value = evaluateValue(node.trigger.value, {}, { now, offsetMin: defaultOffsetMin })
      const plan = schedule(value, now, {})
      if (plan) startTimers.push({ key: definition.key, nodeId, value, ...plan })
    }
  }

  function start(
    key: string,
    vars: Vars = {},
    at: { readonly message?: string; readonly nodeId?: NodeId } = {},
  ): Result<string, HeadlessError> {
    const named = at.message === undefined && at.nodeId === undefined ? onlyStart(definitions.get(key)?.at(-1)) : at
    return settled(begin(key, { kind: 'start', vars, ...named }, null))
  }

  /** A process that only a message, a timer or a signal starts is started by that one. */
  function onlyStart(definition: Definition | undefined): { readonly nodeId?: NodeId } {
    const starts = (definition?.starts ?? []).map((id) => definition?.nodes[id])
    const isPlain = starts.some((node) => node?.kind === 'startEvent' && node.trigger === null)
    const [only, another] = starts
    return only && !another && !isPlain ? { nodeId: only.id } : {}
  }

  function begin(key: string, input: Input, parent: Parent | null): Result<string, HeadlessError> {
    const versions = definitions.get(key)
    if (!versions) return err({ kind: 'unknown_process', key })
    const id = newId()
    instances.set(id, { state: emptyState(id, key, versions.length), trace: [], effects: [], parent })
    const played = play(id, input)
    if (!played.ok) instances.delete(id)
    if (played.ok && parent) children.set(parent.tokenId, id)
    return played.ok ? ok(id) : played
  }

  const definitionOf = ({ state }: Instance): Definition => {
    const definition = definitions.get(state.definitionKey)?.[state.definitionVersion - 1]
    assert(definition !== undefined, 'an instance has a deployed definition')
    return definition
  }

  function play(instanceId: string, input: Input): Result<null, HeadlessError> {
    const instance = instances.get(instanceId)
    if (!instance) return err({ kind: 'unknown_instance', id: instanceId })
    const definition = definitionOf(instance)
    const result = step(definition, instance.state, input, { now, newId })
    if (!result.ok) return result
    instance.state = result.value.state
    directory.note(instance.state)
    for (const effect of result.value.effects) follow(instance, definition, effect)
    return ok(null)
  }

  function follow(instance: Instance, definition: Definition, effect: Effect): void {
    const { id } = instance.state
    instance.effects.push(effect)
    switch (effect.kind) {
      case 'entered':
        if (!isBody(definition, effect.nodeId, effect.miIndex) && !isImplied(effect.nodeId))
          instance.trace.push(effect.nodeId)
        return
      case 'call':
        following.push(() => callHandler(id, effect))
        return
      case 'called':
        following.push(() => callChild(id, effect))
        return
      case 'thrown':
        following.push(() => passOn(instance, effect))
        return
      case 'ended':
        following.push(() => answerParent(instance, effect))
        return
      case 'cancelled':
        following.push(() => endChildOf(effect.tokenId))
        return
      default:
        return
    }
  }

  function isBody(definition: Definition, nodeId: NodeId, miIndex: number | null): boolean {
    const node = definition.nodes[nodeId]
    return node !== undefined && 'multi' in node && node.multi !== null && miIndex === null
  }

  function callHandler(instanceId: string, call: Extract<Effect, { kind: 'call' }>): Result<null, HeadlessError> {
    const { tokenId, handler } = call
    const answer = (options.handlers?.[handler] ?? options.fallback)?.(call.input)
    if (answer?.ok) return play(instanceId, { kind: 'handled', tokenId, vars: answer.value })
    const error = answer?.error ?? { code: 'unknown_handler', message: `there is no handler ${handler}` }
    return play(instanceId, { kind: 'handler_failed', tokenId, ...error })
  }

  function callChild(instanceId: string, call: Extract<Effect, { kind: 'called' }>): Result<unknown, HeadlessError> {
    const { tokenId } = call
    const key = options.called?.(call.key, call.vars) ?? call.key
    const child = begin(key, { kind: 'start', vars: call.vars }, { instanceId, tokenId })
    if (child.ok) return child
    // A foreign model may call what it does not contain.
    if (options.passUnbound && child.error.kind === 'unknown_process')
      return play(instanceId, { kind: 'child_ended', tokenId, vars: {} })
    return play(instanceId, {
      kind: 'child_failed',
      tokenId,
      code: child.error.kind,
      message: `cannot start ${call.key}`,
    })
  }

  function answerParent(
    { parent, state }: Instance,
    ended: Extract<Effect, { kind: 'ended' }>,
  ): Result<null, HeadlessError> {
    if (!parent || ended.how === 'terminated') return ok(null)
    const { instanceId, tokenId } = parent
    if (ended.how === 'completed') return play(instanceId, { kind: 'child_ended', tokenId, vars: state.vars })
    const failure = { code: ended.code ?? '', message: 'the child ended by an error' }
    return play(instanceId, { kind: 'child_failed', tokenId, ...failure })
  }

  function endChildOf(tokenId: string): Result<null, HeadlessError> {
    const child = instances.get(children.get(tokenId) ?? '')
    if (child && child.state.scopes.length > 0) play(child.state.id, { kind: 'terminate', reason: 'parent' })
    return ok(null)
  }

  /** Nobody has to wait for what is thrown. */
  function passOn(
    { parent, state: { id } }: Instance,
    thrown: Extract<Effect, { kind: 'thrown' }>,
  ): Result<unknown, HeadlessError> {
    const { what, name, vars, caught } = thrown
    if (what === 'signal') return broadcast(name, vars, id)
    if (what === 'escalation' && parent && !caught)
      return play(parent.instanceId, { kind: 'child_escalated', tokenId: parent.tokenId, code: name, vars })
    if (what !== 'message') return ok(null)
    const delivered = deliver(name, vars, thrown.correlationKey)
    return !delivered.ok && delivered.error.kind === 'no_subscription' ? ok(null) : delivered
  }

  function broadcast(name: string, vars: Vars, except: string | null): Result<null, HeadlessError> {
    const receivers = directory.waitingFor('signal', name, null).filter((id) => id !== except)
    const played: Result<unknown, HeadlessError>[] = receivers
      .filter((id) => instances.get(id)?.state.status === 'active')
      .map((id) => play(id, { kind: 'signal', name, vars }))
    for (const { key, nodeId } of startedBy('signal', name))
      played.push(begin(key, { kind: 'start', vars, nodeId }, null))
    return played.find((result) => !result.ok) ?? ok(null)
  }

  function deliver(name: string, vars: Vars, correlationKey: string | null): Result<string, HeadlessError> {
    const input: Input = { kind: 'message', name, vars, ...(correlationKey === null ? {} : { correlationKey }) }
    // Those that wait for this very key come before those that ask for none.
    const keys = correlationKey === null ? [null] : [correlationKey, null]
    for (const id of keys.flatMap((key) => directory.waitingFor('message', name, key))) {
      const played = play(id, input)
      if (played.ok) return ok(id)
      if (played.error.kind !== 'no_subscription' && played.error.kind !== 'not_active') return played
    }
    const [process] = startedBy('message', name)
    if (process) return begin(process.key, { kind: 'start', vars, message: name }, null)
    return err({ kind: 'no_subscription', name, correlationKey })
  }

  /** The start events of the newest versions that a message or signal sets off. */
  function startedBy(kind: 'message' | 'signal', name: string): { readonly key: string; readonly nodeId: NodeId }[] {
    return [...definitions].flatMap(([key, versions]) => {
      const definition = versions.at(-1)
      return (definition?.starts ?? []).flatMap((nodeId) => {
        const node = definition?.nodes[nodeId]
        const trigger = node?.kind === 'startEvent' ? node.trigger : null
        return trigger?.kind === kind && trigger.name === name ? [{ key, nodeId }] : []
      })
    })
  }

  function completeTask(taskId: string, vars: Vars = {}): Result<null, HeadlessError> {
    const owner = directory.ownerOf(taskId)
    return owner === undefined ? err({ kind: 'no_task', taskId }) : send(owner, { kind: 'complete', taskId, vars })
  }

  function send(instanceId: string, input: Input): Result<null, HeadlessError> {
    return settled(play(instanceId, input))
  }

  /** Plays what follows; its first refusal is the answer, for in a database it would undo the whole command. */
  function settled<T>(played: Result<T, HeadlessError>): Result<T, HeadlessError> {
    let refusal: HeadlessError | null = null
    for (let next = following.shift(); next; next = following.shift()) {
      const result = next()
      if (!result.ok && !isOutrun(result.error)) refusal ??= result.error
    }
    return played.ok && refusal ? err(refusal) : played
  }

  /** Something earlier in the same step may have ended or interrupted what would have been answered. */
  const isOutrun = ({ kind }: HeadlessError): boolean => kind === 'no_token' || kind === 'not_active'

  function advanceTime(ms: number): Result<null, HeadlessError> {
    const until = epochMs(now + ms)
    for (let firings = 0; firings < firingsMax; firings++) {
      const due = nextDue(until)
      if (!due) break
      now = due.dueAt > now ? due.dueAt : now
      const fired = settled(due.fire())
      if (!fired.ok) return fired
    }
    now = until
    return ok(null)
  }

  type Firing = { readonly dueAt: EpochMs; readonly fire: () => Result<unknown, HeadlessError> }

  function nextDue(until: EpochMs): Firing | undefined {
    const timer = directory.nextDue()
    const [start] = startTimers.toSorted((a, b) => a.dueAt - b.dueAt)
    if (timer && timer.dueAt <= until && !(start && start.dueAt < timer.dueAt))
      return { dueAt: timer.dueAt, fire: () => play(timer.instanceId, { kind: 'timer', timerId: timer.timerId }) }
    return start && start.dueAt <= until ? { dueAt: start.dueAt, fire: () => fireStart(start) } : undefined
  }

  function fireStart(timer: StartTimer): Result<string, HeadlessError> {
    const next = nextFiring(timer.value, timer.dueAt, timer.repeats, {})
    if (next) Object.assign(timer, next)
    if (!next) startTimers.splice(startTimers.indexOf(timer), 1)
    return begin(timer.key, { kind: 'start', vars: {}, nodeId: timer.nodeId }, null)
  }

  return {
    deploy,
    start,
    completeTask,
    advanceTime,
    send,
    message: (name, vars = {}, correlationKey) => settled(deliver(name, vars, correlationKey ?? null)),
    signal: (name, vars = {}) => settled(broadcast(name, vars, null)),
    now: () => now,
    instances: () => [...instances.values()].map(({ state }) => state),
    state: (id) => instances.get(id)?.state,
    tasks: (id) =>
      [...instances.values()]
        .filter(({ state }) => id === undefined || state.id === id)
        .flatMap(({ state }) => state.tasks.filter((task) => task.state === 'open')),
    trace: (id) => instances.get(id)?.trace ?? [],
    effects: (id) => instances.get(id)?.effects ?? [],
  }
}
