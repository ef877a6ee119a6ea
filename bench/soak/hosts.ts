import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { isActivity, type Definition, type Effect, type Json } from '@tingzhou/bpmn'
import { historyCall } from '@tingzhou/audit'
import { newBatch, newId, type WriteBatch } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { AnyHost, Cause, Played, ProcessHost, Vars } from '@tingzhou/process'

/** The kind of business object that the soak's cases are about. */
export const businessKind = 'soak'

/** A case under the lock: why it moves, and the handlers that it called. */
export type Work = {
  readonly businessId: string
  readonly cause: Cause
  readonly batch: WriteBatch
  readonly handled: string[]
}

/** What the history keeps of a step; together the lines say where a case must stand. */
export type StepLine = {
  readonly opened: readonly string[]
  readonly done: readonly string[]
  readonly cancelled: readonly string[]
  readonly visited: Readonly<Record<string, number>>
  readonly calls: number
  readonly handled: number
  readonly ended: string | null
  readonly paused: boolean | null
  readonly vars: string
}

export const stepVerb = 'soak.step'

/** Who a step is said to be by: the command of a person, else what set it off. */
const authorOf = ({ cause }: Work): string => {
  switch (cause.by) {
    case 'actor':
      return cause.actor.name
    case 'timer':
      return `timer ${cause.nodeId}`
    case 'event':
      return `event ${cause.type}`
  }
}

/** Variables in one line, whatever order their names were written in. */
export const varsHash = (vars: Vars): string => createHash('md5').update(stable(vars)).digest('hex')

/** JSON with the names of each object in order: two values that say the same are the same text. */
export function stable(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(stable).join()}]`
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${stable(inner)}`).join()}}`
}

const idsOf = (effects: readonly Effect[], kind: 'task_closed' | 'task_cancelled'): readonly string[] =>
  effects.flatMap((effect) => (effect.kind === kind ? [effect.taskId] : []))

function lineOf(played: Played, { handled }: Work): StepLine {
  const { effects, vars } = played
  const visited: Record<string, number> = {}
  for (const effect of effects) {
    const id = effect.kind === 'left' ? effect.nodeId : effect.kind === 'taken' ? effect.flowId : null
    if (id !== null) visited[id] = (visited[id] ?? 0) + 1
  }
  const pauses = effects.flatMap(({ kind }) => (kind === 'suspended' ? [true] : kind === 'resumed' ? [false] : []))
  return {
    opened: effects.flatMap((effect) => (effect.kind === 'task_opened' ? [effect.task.id] : [])),
    done: idsOf(effects, 'task_closed'),
    cancelled: idsOf(effects, 'task_cancelled'),
    visited,
    calls: effects.filter(({ kind }) => kind === 'call').length,
    handled: handled.length,
    ended: effects.find((effect) => effect.kind === 'ended')?.how ?? null,
    paused: pauses.at(-1) ?? null,
    vars: varsHash(vars),
  }
}

/** Said by a handler that fails on purpose; a timer or a telling that hears it must be tried again. */
export const onPurpose = 'the outside does not answer (on purpose)'
const failingShare = 0.03

/**
 * A host whose business object is its history: every step adds the line that says what it did.
 * @param offer  what a handler may find out
 */
export function soakHost(
  zoneId: string,
  clock: () => EpochMs,
  key: string,
  definition: Definition,
  random: () => number,
  offer: () => Vars,
): ProcessHost<Work> {
  const work = (businessId: string, cause: Cause): Work => ({ businessId, cause, batch: newBatch(), handled: [] })
  return {
    key,
    businessKind,
    file: '',
    handlers: Object.fromEntries(
      handlersOf(definition).map((name) => [
        name,
        async (_tx, subject: Work) => {
          if (subject.cause.by !== 'actor' && random() < failingShare) throw new Error(onPurpose)
          subject.handled.push(name)
          return offer()
        },
      ]),
    ),
    lock: async (tx, businessId, cause) => {
      const locked = await sql`select 1 from process_instance
        where zone_id = ${zoneId} and business_kind = ${businessKind} and business_id = ${businessId} for update`.execute(
        tx,
      )
      return locked.rows.length > 0 ? work(businessId, cause) : null
    },
    open: async (_tx, { caller }) => {
      const businessId = newId()
      return { subject: work(businessId, { by: 'event', type: `process.called ${caller.nodeId}` }), businessId }
    },
    instance: () => null,
    taskParty: () => null,
    taskAssignee: () => null,
    doer: ({ cause }) => (cause.by === 'actor' ? cause.actor.accountId : null),
    batch: ({ batch }) => batch,
    settle: (_tx, subject, played) => {
      const { cause } = subject
      subject.batch.calls.push(
        historyCall(zoneId, [
          {
            objectKind: businessKind,
            objectId: subject.businessId,
            at: clock(),
            verb: stepVerb,
            actorId: cause.by === 'actor' ? cause.actor.accountId : 'system',
            actorName: authorOf(subject),
            public: false,
            // A line is JSON by its type.
            data: { ...lineOf(played, subject) } as never,
          },
        ]),
      )
    },
  }
}

/** Work of a new case. */
export const newWork = (businessId: string, cause: Cause): Work => ({
  businessId,
  cause,
  batch: newBatch(),
  handled: [],
})

/** The names of the handlers that a drawing calls. */
export const handlersOf = (definition: Definition): readonly string[] => [
  ...new Set(
    Object.values(definition.nodes).flatMap((node) => ('handler' in node && node.handler ? [node.handler] : [])),
  ),
]

/** The variables that a drawing decides by, each with what it may be. */
export type Offer = Readonly<Record<string, (random: () => number, now: number) => Json>>

const minuteMs = 60_000
const soon = (random: () => number, now: number): Json =>
  random() < 0.15 ? null : Math.round(now + (1 + random() * 120) * minuteMs)
const somebody = (random: () => number): Json =>
  Array.from({ length: Math.floor(random() * 4) }, (_, index) => `p${index}`)

/** Reads off a drawing which variables its timers, conditions and collections look at. */
export function offerOf(definition: Definition): Offer {
  const offer: Record<string, Offer[string]> = {}
  const instant = (text: string) => {
    if (/^\w+$/.test(text)) offer[text] = soon
  }
  for (const node of Object.values(definition.nodes)) {
    if ('trigger' in node && node.trigger?.kind === 'timer' && node.trigger.value.kind === 'feel')
      instant(node.trigger.value.text)
    if (node.kind === 'userTask' && node.due?.kind === 'feel') instant(node.due.text)
    if (isActivity(node) && node.multi?.collection && /^\w+$/.test(node.multi.collection))
      offer[node.multi.collection] = somebody
  }
  for (const { condition } of Object.values(definition.flows)) {
    const text = condition ?? ''
    for (const [, name = '', value = ''] of text.matchAll(/(\w+) !?= (true|null|"\w+")/g))
      if (name !== 'outcome') offer[name] = either(value)
    for (const [, name = '', limit = '0'] of text.matchAll(/(\w+) (?:>=|<|>) (\d+)/g))
      offer[name] = (random) => Math.floor(random() * (Number(limit) + 2))
    for (const [, name = ''] of text.matchAll(/count\((\w+)\)/g)) offer[name] = somebody
    const [, bare] = /^(\w+)$/.exec(text) ?? []
    if (bare !== undefined) offer[bare] = (random) => random() < 0.5
  }
  return offer
}

/** What a condition asks for, or something else. */
const either =
  (value: string): Offer[string] =>
  (random) =>
    random() < 0.5 ? (JSON.parse(value) as Json) : value === 'true' ? false : 'other'

/** A value for some of the variables; each with the given share. */
export const pickVars = (offer: Offer, random: () => number, now: number, share: number): Vars =>
  Object.fromEntries(
    Object.entries(offer).flatMap(([name, value]) => (random() < share ? [[name, value(random, now)] as const] : [])),
  )

/** Numbers in [0, 1) that follow from the seed alone. Source: mulberry32, T. Ettinger 2017, public domain. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The hosts that must hear of each other. */
export type Hosts = readonly AnyHost[]
