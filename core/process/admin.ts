import { sql } from 'kysely'
import { historyCall } from '@tingzhou/audit'
import type { Input } from '@tingzhou/bpmn'
import { at, flushBatch, runCommand, type CommandReused, type Json, type Tx } from '@tingzhou/db'
import { outboxInsert } from '@tingzhou/events'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { AdminAnswer, AdminError, AdminVerb } from './admin-verb.ts'
import { cancelledBy } from './desk.ts'
import { hostOf, type AnyHost, type Played } from './host.ts'
import { migrateInstance } from './migrate.ts'
import { play, type Runtime } from './play.ts'
import { loadInstance, type OpenInstance } from './rows.ts'
import type { VerbDeps } from './verbs.ts'

/** One case at the administrator's hands, locked. */
type Hands = {
  readonly tx: Tx
  readonly runtime: Runtime
  readonly host: AnyHost
  readonly subject: unknown
  readonly open: OpenInstance
  readonly input: AdminVerb
}

type Told = {
  readonly played: Played | null
  readonly version: number
  readonly data: { readonly [name: string]: Json }
}
/** A refusal before it says of what. */
type Refusal = AdminError extends infer E ? (E extends AdminError ? Omit<E, 'verb' | 'instanceId'> : never) : never

/**
 * Does what only an administrator may: one command, one transaction under the lock of the case, with a line in the history of
 * its business object. Who may is for the caller to check.
 */
export function makeAdminVerb(
  deps: VerbDeps,
  actor: Actor,
  commandId: string,
  instanceId: string,
  input: AdminVerb,
): Promise<Result<AdminAnswer, AdminError | CommandReused>> {
  const { zoneId, clock } = deps.runtime.deps
  const name = `process.${input.verb}`
  const command = { commandId, actorId: actor.accountId, name, input: { instanceId, ...input } }
  return runCommand({ db: deps.db, zoneId, clock }, command, (tx) => doAdminVerb(tx, deps, actor, instanceId, input))
}

async function doAdminVerb(
  tx: Tx,
  deps: VerbDeps,
  actor: Actor,
  instanceId: string,
  input: AdminVerb,
): Promise<Result<AdminAnswer, AdminError>> {
  const about = { verb: input.verb, instanceId }
  const hands = await openHands(tx, deps, actor, instanceId, input)
  if (!hands) return err({ kind: 'no_such_instance', ...about })
  const told = await act(hands)
  if (!told.ok) return err({ ...told.error, ...about })
  const { open, host, subject, runtime } = hands
  tell(hands, actor, told.value.data)
  await flushBatch(tx, host.batch(subject))
  const after = await loadInstance(tx, runtime.deps.zoneId, instanceId)
  assert(after, 'an instance that was locked exists')
  return ok({
    id: instanceId,
    rev: open.rev + 1,
    status: after.state.status,
    version: after.state.definitionVersion,
    nodes: after.state.tokens.map(({ nodeId }) => nodeId),
    cancelled: told.value.played ? cancelledBy(told.value.played) : [],
  })
}

async function openHands(
  tx: Tx,
  { runtime, hosts }: VerbDeps,
  actor: Actor,
  instanceId: string,
  input: AdminVerb,
): Promise<Hands | null> {
  const { zoneId } = runtime.deps
  const found = await tx
    .selectFrom('process_instance')
    .select(['key', 'business_id as businessId'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', instanceId)
    .executeTakeFirst()
  if (!found) return null
  const host = hostOf(hosts, found.key)
  const subject: unknown = await host.lock(tx, found.businessId, { by: 'actor', actor, verb: input.verb })
  if (!subject) return null
  const open = host.instance(subject) ?? (await loadInstance(tx, zoneId, instanceId))
  return open ? { tx, runtime, host, subject, open, input } : null
}

function act(hands: Hands): Promise<Result<Told, Refusal>> {
  const { input } = hands
  switch (input.verb) {
    case 'retry':
      return retry(hands, input.tokenId ?? null)
    case 'skip':
      return skip(hands, input.tokenId ?? null, input.vars)
    case 'suspend':
    case 'resume':
    case 'terminate':
      return give(hands, { kind: input.verb, reason: input.reason }, {})
    case 'migrate':
      return migrateInstance(hands, input)
  }
}

/** The token that a handler or another process left standing; the first, when none is named. */
function stuckToken({ open }: Hands, tokenId: string | null): string | null {
  if (open.state.status !== 'failed') return null
  return (
    open.state.tokens.find((token) => token.state === 'active' && (tokenId === null || token.id === tokenId))?.id ??
    null
  )
}

const notStuck = ({ open }: Hands, tokenId: string | null) =>
  err({ kind: 'not_stuck', status: open.state.status, tokenId } as const)

async function retry(hands: Hands, wanted: string | null): Promise<Result<Told, Refusal>> {
  const tokenId = stuckToken(hands, wanted)
  if (tokenId === null) return retryTimers(hands, wanted)
  const { runtime, host, subject, open } = hands
  // A child that is over stays, but no longer as the one that the token waits for: the call makes another.
  host.batch(subject).writes.push(
    sql`update process_instance set parent_instance_id = null, parent_token_id = null
      where zone_id = ${runtime.deps.zoneId} and parent_instance_id = ${open.state.id} and parent_token_id = ${tokenId}
        and status in ('completed', 'terminated', 'failed')`,
  )
  return give(hands, { kind: 'retry', tokenId }, { tokenId })
}

/** Timers whose firing failed are tried again by the next worker. */
async function retryTimers(hands: Hands, wanted: string | null): Promise<Result<Told, Refusal>> {
  const { tx, runtime, host, subject, open } = hands
  const { zoneId, clock } = runtime.deps
  const failing = await tx
    .selectFrom('process_timer')
    .select('node_id as nodeId')
    .where('zone_id', '=', zoneId)
    .where('instance_id', '=', open.state.id)
    .where('attempts', '>', 0)
    .execute()
  if (wanted !== null || failing.length === 0) return notStuck(hands, wanted)
  const now = at(clock())
  host.batch(subject).writes.push(
    sql`update process_timer set retry_at = ${now}
      where zone_id = ${zoneId} and instance_id = ${open.state.id} and attempts > 0`,
    sql`update process_instance set rev = rev + 1, updated_at = ${now} where zone_id = ${zoneId} and id = ${open.state.id}`,
  )
  const data = { timers: failing.map(({ nodeId }) => nodeId) }
  return ok({ played: null, version: open.state.definitionVersion, data })
}

function skip(
  hands: Hands,
  wanted: string | null,
  vars: Extract<AdminVerb, { verb: 'skip' }>['vars'],
): Promise<Result<Told, Refusal>> {
  const tokenId = stuckToken(hands, wanted)
  if (tokenId === null) return Promise.resolve(notStuck(hands, wanted))
  return give(hands, { kind: 'handled', tokenId, vars }, { tokenId, vars: Object.keys(vars) })
}

async function give(
  { tx, runtime, host, subject, open }: Hands,
  input: Input,
  data: { readonly [name: string]: Json },
): Promise<Result<Told, Refusal>> {
  const { definitionKey, definitionVersion, status } = open.state
  const definition = await runtime.definitions.get(tx, definitionKey, definitionVersion)
  const played = await play(tx, runtime, host, subject, open, definition, input)
  if (played.ok) return ok({ played: played.value, version: definitionVersion, data })
  return played.error.kind === 'not_active'
    ? err({ kind: 'not_running', status, rule: input.kind === 'resume' ? 'suspended' : 'active' })
    : err({ kind: 'step_refused', rule: played.error.kind, step: played.error })
}

function tell(
  { runtime, host, subject, open, input }: Hands,
  actor: Actor,
  data: { readonly [name: string]: Json },
): void {
  const { zoneId, clock } = runtime.deps
  const object = { objectKind: open.businessKind, objectId: open.businessId, at: clock() }
  const batch = host.batch(subject)
  const { reason, verb } = input
  const said = { verb: `process.${verb}`, actorId: actor.accountId, actorName: actor.name, public: false, reason, data }
  batch.calls.push(historyCall(zoneId, [{ ...object, ...said }]))
  const event = { instanceId: open.state.id, verb, by: actor.name, words: reason }
  batch.writes.push(outboxInsert(zoneId, [{ ...object, type: 'process.administered', data: event }]))
}
