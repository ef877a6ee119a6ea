import { sql } from 'kysely'
import type { Input, StepError } from '@tingzhou/bpmn'
import { flushBatch, type Db, type Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { hostOf, type AnyHost, type Cause } from './host.ts'
import { hear, startInstance, type Runtime } from './play.ts'
import { loadInstance, type ParentToken } from './rows.ts'
import type { Across } from './told.ts'

const types = [
  'process.called',
  'process.call_cancelled',
  'process.ended',
  'process.escalated',
  'process.thrown',
  'process.kept',
] as const

/** Brings what one case told to the others. One handler, so that what a case told first is heard first. */
export const acrossHandler = (runtime: Runtime, hosts: readonly AnyHost[]): EventHandler => ({
  name: 'process.across',
  types: [...types],
  handle: async (tx, event) => {
    // Only `acrossEvents` writes events of these types.
    const told = { ...(event.data as object), what: event.type.slice('process.'.length) } as Across
    switch (told.what) {
      case 'called':
        return answerCall(tx, runtime, hosts, told, event)
      case 'call_cancelled':
        return endChild(tx, runtime, hosts, told)
      case 'ended':
        return tellParent(tx, runtime, hosts, told)
      case 'escalated':
        await give(tx, runtime, hosts, told.parent.instanceId, {
          kind: 'child_escalated',
          tokenId: told.parent.tokenId,
          code: told.code,
          vars: told.vars,
        })
        return
      case 'thrown':
        return deliver(tx, runtime, hosts, told)
      case 'kept':
        await give(tx, runtime, hosts, told.instanceId, told.input)
    }
  },
})

async function answerCall(
  tx: Tx,
  runtime: Runtime,
  hosts: readonly AnyHost[],
  call: Extract<Across, { what: 'called' }>,
  event: PlacedEvent,
): Promise<void> {
  const child = await findChild(tx, runtime, call.parent)
  if (child && !child.isOver) return
  const caller = await loadInstance(tx, runtime.deps.zoneId, call.parent.instanceId)
  // Told late, when nobody waits any more: nobody would ever end what began now.
  if (!caller?.state.tokens.some(({ id, nodeId }) => id === call.parent.tokenId && nodeId === call.node)) return
  if (child) await letGo(tx, runtime, child.id)
  const host = hosts.find((candidate) => call.key === candidate.key || call.key.startsWith(`${candidate.key}.`))
  const deployed = await runtime.definitions.newest(tx, call.key)
  if (!host?.open || !deployed) {
    await give(tx, runtime, hosts, call.parent.instanceId, {
      kind: 'child_failed',
      tokenId: call.parent.tokenId,
      code: 'no_process',
      message: `nothing answers a call of ${call.key}`,
    })
    return
  }
  const by = { businessKind: event.objectKind, businessId: event.objectId, nodeId: call.node }
  const { subject, businessId, key = call.key, ...own } = await host.open(tx, { caller: by, vars: call.vars })
  const business = { ...own, id: businessId, instanceId: runtime.deps.newId(), key, parent: call.parent }
  const started = await startInstance(tx, runtime, host, subject, business, call.vars)
  if (!started.ok) throw new Error(`process ${key} starts: ${JSON.stringify(started.error)}`)
  await flushBatch(tx, host.batch(subject))
}

async function endChild(
  tx: Tx,
  runtime: Runtime,
  hosts: readonly AnyHost[],
  { parent, reason }: Extract<Across, { what: 'call_cancelled' }>,
): Promise<void> {
  const child = await findChild(tx, runtime, parent)
  if (child) await give(tx, runtime, hosts, child.id, { kind: 'terminate', reason })
}

async function tellParent(
  tx: Tx,
  runtime: Runtime,
  hosts: readonly AnyHost[],
  { parent: { instanceId, tokenId }, code, vars }: Extract<Across, { what: 'ended' }>,
): Promise<void> {
  const input: Input =
    code === null
      ? { kind: 'child_ended', tokenId, vars }
      : { kind: 'child_failed', tokenId, code, message: `the called process ended with ${code}` }
  await give(tx, runtime, hosts, instanceId, input)
}

// More waiters than this for one signal or message is a modelling mistake, not a zone.
const receiversMax = 10_000

/** A signal reaches all who wait for it, a message the first who still does when his lock is had. */
async function deliver(
  tx: Tx,
  runtime: Runtime,
  hosts: readonly AnyHost[],
  thrown: Extract<Across, { what: 'thrown' }>,
): Promise<void> {
  const receivers = await tx
    .selectFrom('process_subscription as s')
    .innerJoin('process_instance as i', (join) =>
      join.onRef('i.zone_id', '=', 's.zone_id').onRef('i.id', '=', 's.instance_id'),
    )
    .select('s.instance_id as instanceId')
    .groupBy('s.instance_id')
    .where('s.zone_id', '=', runtime.deps.zoneId)
    .where('s.kind', '=', thrown.kind)
    .where('s.name', '=', thrown.name)
    // Who is suspended or stuck hears it when he goes on; a message goes to who can hear it now, if anybody can.
    .where('i.status', 'in', ['active', 'suspended', 'failed'])
    // A signal served the thrower's own waiters in its own step; a message may wait for another branch of the same case.
    .where((eb) => (thrown.kind === 'signal' ? eb('i.id', '<>', thrown.from) : eb.val(true)))
    .where((eb) => {
      const anybody = eb('s.correlation_key', 'is', null)
      return thrown.correlationKey === null
        ? anybody
        : eb.or([anybody, eb('s.correlation_key', '=', thrown.correlationKey)])
    })
    // Whoever waits for this very key comes before those who wait for any.
    .orderBy(
      (eb) => eb.fn.max('s.correlation_key'),
      (order) => order.desc().nullsLast(),
    )
    .orderBy((eb) => eb.fn.min('i.status'))
    .orderBy('s.instance_id')
    .limit(receiversMax)
    .execute()
  const { kind, name, vars, correlationKey } = thrown
  const input: Input =
    kind === 'signal'
      ? { kind, name, vars }
      : { kind, name, vars, ...(correlationKey === null ? {} : { correlationKey }) }
  for (const { instanceId } of receivers) {
    const isHeard = await give(tx, runtime, hosts, instanceId, input)
    if (isHeard && kind === 'message') return
  }
}

/**
 * Gives an input to another case under its own lock. What no longer fits there is dropped: the case has moved on.
 * @returns whether the case heard it, or will when it goes on
 */
async function give(
  tx: Tx,
  runtime: Runtime,
  hosts: readonly AnyHost[],
  instanceId: string,
  input: Input,
): Promise<boolean> {
  const found = await tx
    .selectFrom('process_instance')
    .select(['key', 'business_id as businessId'])
    .where('zone_id', '=', runtime.deps.zoneId)
    .where('id', '=', instanceId)
    .executeTakeFirst()
  if (!found) return false
  const host = hostOf(hosts, found.key)
  const cause = await causeOf(tx, runtime, instanceId, input)
  const subject: unknown = await host.lock(tx, found.businessId, cause)
  if (!subject) return false
  const played = await hear(tx, runtime, host, subject, instanceId, input)
  if (played.ok) {
    await flushBatch(tx, host.batch(subject))
    return true
  }
  // Anything else stopped half way, after handlers may have written: this transaction must not stand.
  if (movedOn.has(played.error.kind)) return false
  throw new Error(`process ${found.key} refuses ${input.kind}: ${JSON.stringify(played.error)}`)
}

/** What brings an input: a message by its name, the end of a called case with whose it was. */
async function causeOf(tx: Tx, runtime: Runtime, instanceId: string, input: Input): Promise<Cause> {
  const cause = { by: 'event', type: `process.${input.kind}` } as const
  if (input.kind === 'message') return { ...cause, message: input.name }
  if (input.kind !== 'child_ended' && input.kind !== 'child_failed') return cause
  const child = await findChild(tx, runtime, { instanceId, tokenId: input.tokenId })
  return child ? { ...cause, about: { kind: child.businessKind, id: child.businessId } } : cause
}

/** Refusals of a case that no longer waits for what it is told. */
const movedOn: ReadonlySet<string> = new Set<StepError['kind']>([
  'not_active',
  'no_token',
  'not_waiting_for',
  'no_subscription',
])

/** The case that a token waits for, or waited for last. */
const findChild = (tx: Tx | Db, runtime: Runtime, parent: ParentToken) =>
  tx
    .selectFrom('process_instance')
    .select([
      'id',
      'business_kind as businessKind',
      'business_id as businessId',
      sql<boolean>`status not in ('active', 'suspended') and json_array_length(marking->'tokens') = 0`.as('isOver'),
    ])
    .where('zone_id', '=', runtime.deps.zoneId)
    .where('parent_instance_id', '=', parent.instanceId)
    .where('parent_token_id', '=', parent.tokenId)
    .executeTakeFirst()

/** A token that goes on to call again waits for another child; the one before stays a child of the case. */
const letGo = (tx: Tx, runtime: Runtime, childId: string) =>
  tx
    .updateTable('process_instance')
    .set({ parent_token_id: null })
    .where('zone_id', '=', runtime.deps.zoneId)
    .where('id', '=', childId)
    .execute()
