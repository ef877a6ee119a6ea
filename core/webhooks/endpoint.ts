import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { appendHistory } from '@tingzhou/audit'
import { at, expectRevision, newId, type Json, type Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import { epochMs, err, ok, type Clock, type Result } from '@tingzhou/kernel'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import type { Sealer } from '@tingzhou/sealing'
import { checkUrl, type PrivateHosts } from './address.ts'
import type { WebhookError } from './problems.ts'
import { queueDeliveries } from './queue.ts'
import { giveUpWaiting } from './stop.ts'
import './tables.ts'
import { endpointChanged, endpointsMax, testType, type EndpointState } from './words.ts'

export type EndpointDeps = {
  readonly zoneId: string
  readonly clock: Clock
  readonly sealer: Sealer
  readonly privateHosts: PrivateHosts
  /** Types that can be heard. */
  readonly types: readonly string[]
}

/** During a rotation the older secret signs too, for as long as a receiver may need to learn the new one. */
export const rotationMs = 24 * 3_600_000

/** What tells a stored answer from the secret at hand: a command that is repeated made no secret. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

export type NewEndpoint = {
  readonly partyId: string
  readonly name: string
  readonly url: string
  readonly types: readonly string[]
}

/** Adds an endpoint of a party. The secret is told by whoever made it, once. */
export async function createEndpoint(
  tx: Tx,
  deps: EndpointDeps,
  actor: Actor,
  wish: NewEndpoint,
  secret: string,
): Promise<Result<{ id: string; digest: string }, WebhookError>> {
  const { zoneId, clock, sealer } = deps
  const { partyId, name } = wish
  if (!partiesOf(actor, 'enterprise').includes(partyId)) return err({ kind: 'not_yours', partyId })
  const checked = checkWish(deps, wish)
  if (!checked.ok) return checked
  await sql`select pg_advisory_xact_lock(hashtextextended(${`webhook_endpoint ${zoneId} ${partyId}`}, 0))`.execute(tx)
  const { n } = await tx
    .selectFrom('webhook_endpoint')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('zone_id', '=', zoneId)
    .where('party_id', '=', partyId)
    .executeTakeFirstOrThrow()
  if (n >= endpointsMax) return err({ kind: 'too_many_endpoints', max: endpointsMax })
  const id = newId()
  const now = at(clock())
  await tx
    .insertInto('webhook_endpoint')
    .values({
      zone_id: zoneId,
      id,
      party_id: partyId,
      name,
      url: checked.value.url,
      types: checked.value.types,
      state: 'open',
      sealed_secret: sealer.seal(secret),
      created_at: now,
      created_by: actor.name,
      updated_at: now,
    })
    .execute()
  await note(tx, deps, actor, { id, party_id: partyId }, 'add', null, {
    name,
    host: hostIn(checked.value.url),
    types: checked.value.types,
  })
  return ok({ id, digest: digestOf(secret) })
}

/** What history keeps of an address: its path may hold what only its owner should read. */
const hostIn = (url: string): string => new URL(url).host

function checkWish(
  { privateHosts, types: known }: EndpointDeps,
  { url, types }: Pick<NewEndpoint, 'url' | 'types'>,
): Result<{ url: string; types: string[] }, WebhookError> {
  const checked = checkUrl(url, privateHosts)
  if (!checked.ok) return err({ kind: 'field_refused', field: 'url', value: url.slice(0, 100), rule: checked.error })
  const unknown = types.find((type) => !known.includes(type))
  if (unknown !== undefined) return err({ kind: 'field_refused', field: 'types', value: unknown, rule: 'known_type' })
  return ok({ url: checked.value, types: [...new Set(types)] })
}

type At = { readonly id: string; readonly rev: number }

/** Locks the endpoint of a command; whoever may not see it does not learn that it is there. */
async function lockEndpoint(tx: Tx, { zoneId }: Pick<EndpointDeps, 'zoneId'>, actor: Actor, { id, rev }: At) {
  const row = await tx
    .selectFrom('webhook_endpoint')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  const owns = row !== undefined && partiesOf(actor, 'enterprise').includes(row.party_id)
  if (!row || !(owns || hasRole(actor, 'admin'))) return err({ kind: 'not_found' } as const)
  const fresh = expectRevision(row.rev, rev)
  return fresh.ok ? ok({ row, owns }) : fresh
}

/** The same for what only the owner may do. */
async function lockOwn(tx: Tx, deps: Pick<EndpointDeps, 'zoneId'>, actor: Actor, where: At) {
  const found = await lockEndpoint(tx, deps, actor, where)
  if (!found.ok || found.value.owns) return found
  return err({ kind: 'not_yours', partyId: found.value.row.party_id } as const)
}

const rowOf = (tx: Tx, zoneId: string, id: string) =>
  tx
    .updateTable('webhook_endpoint')
    .set((eb) => ({ rev: eb('rev', '+', 1) }))
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)

/** Changes name, address or types. */
export async function changeEndpoint(
  tx: Tx,
  deps: EndpointDeps,
  actor: Actor,
  wish: At & Omit<NewEndpoint, 'partyId'>,
): Promise<Result<{ id: string }, WebhookError>> {
  const found = await lockOwn(tx, deps, actor, wish)
  if (!found.ok) return found
  const checked = checkWish(deps, wish)
  if (!checked.ok) return checked
  const { url, types } = checked.value
  // Another address has failed nobody yet.
  const anew = url === found.value.row.url ? {} : { failures: 0, failing_since: null, rest_until: null }
  await rowOf(tx, deps.zoneId, wish.id)
    .set({ name: wish.name, url, types, updated_at: at(deps.clock()), ...anew })
    .execute()
  await note(tx, deps, actor, found.value.row, 'change', null, { name: wish.name, host: hostIn(url), types })
  return ok({ id: wish.id })
}

/**
 * Opens, pauses or stops an endpoint. While it is paused what happens gathers; once stopped it hears nothing more, and what waited is
 * given up. An administrator stops any, and only an administrator opens it again then.
 */
export async function setEndpointState(
  tx: Tx,
  deps: EndpointDeps,
  actor: Actor,
  wish: At & { readonly state: EndpointState; readonly why: string },
): Promise<Result<{ id: string }, WebhookError>> {
  const found = await lockEndpoint(tx, deps, actor, wish)
  if (!found.ok) return found
  const { row, owns } = found.value
  const { state } = wish
  const isAdmins = row.stopped_for === 'admin'
  if (!owns && state !== 'stopped' && !isAdmins) return err({ kind: 'not_yours', partyId: row.party_id })
  if (isAdmins && !hasRole(actor, 'admin')) return err({ kind: 'stopped_by_admin' })
  if (row.state === state || (state === 'paused' && row.state === 'stopped'))
    return err({ kind: 'endpoint_state', endpointState: row.state })
  const now = deps.clock()
  const stopped = state === 'stopped'
  await rowOf(tx, deps.zoneId, wish.id)
    .set({
      state,
      stopped_for: stopped ? (owns ? 'owner' : 'admin') : null,
      stop_reason: stopped ? wish.why : null,
      failures: 0,
      failing_since: null,
      rest_until: null,
      updated_at: at(now),
    })
    .execute()
  if (stopped) await giveUpWaiting(tx, deps.zoneId, wish.id, now)
  const verb = { open: 'open', paused: 'pause', stopped: 'stop' }[state]
  await note(tx, deps, actor, row, verb, wish.why, { state })
  return ok({ id: wish.id })
}

/** Gives the endpoint another secret; the one before signs too for a day. A third ends the first. */
export async function rotateSecret(
  tx: Tx,
  deps: EndpointDeps,
  actor: Actor,
  wish: At,
  secret: string,
): Promise<Result<{ id: string; digest: string }, WebhookError>> {
  const found = await lockOwn(tx, deps, actor, wish)
  if (!found.ok) return found
  const now = deps.clock()
  await rowOf(tx, deps.zoneId, wish.id)
    .set({
      sealed_secret: deps.sealer.seal(secret),
      sealed_old_secret: found.value.row.sealed_secret,
      old_until: at(epochMs(now + rotationMs)),
      updated_at: at(now),
    })
    .execute()
  await note(tx, deps, actor, found.value.row, 'rotate', null, {})
  return ok({ id: wish.id, digest: digestOf(secret) })
}

/** Queues a delivery that says only that it is a test; one at a time. */
export async function testEndpoint(
  tx: Tx,
  deps: EndpointDeps,
  actor: Actor,
  wish: At & { readonly commandId: string },
): Promise<Result<{ id: string }, WebhookError>> {
  const found = await lockOwn(tx, deps, actor, wish)
  if (!found.ok) return found
  const { row } = found.value
  if (row.state !== 'open') return err({ kind: 'endpoint_state', endpointState: row.state })
  const waiting = await tx
    .selectFrom('webhook_delivery')
    .select('id')
    .where('zone_id', '=', deps.zoneId)
    .where('endpoint_id', '=', wish.id)
    .where('state', 'in', ['waiting', 'sending'])
    .where('type', '=', testType)
    .limit(1)
    .executeTakeFirst()
  if (waiting) return err({ kind: 'test_waiting' })
  await queueDeliveries(tx, deps, [
    {
      endpointId: wish.id,
      type: testType,
      cause: `${testType} ${wish.commandId}`,
      objectKind: 'webhook_endpoint',
      objectId: wish.id,
      at: deps.clock(),
      data: { endpointId: wish.id, name: row.name },
    },
  ])
  return ok({ id: wish.id })
}

/** Takes an endpoint away with what it was told; its history stays. */
export async function removeEndpoint(
  tx: Tx,
  deps: EndpointDeps,
  actor: Actor,
  wish: At,
): Promise<Result<{ id: string }, WebhookError>> {
  const found = await lockOwn(tx, deps, actor, wish)
  if (!found.ok) return found
  await tx.deleteFrom('webhook_endpoint').where('zone_id', '=', deps.zoneId).where('id', '=', wish.id).execute()
  await note(tx, deps, actor, found.value.row, 'remove', null, { host: hostIn(found.value.row.url) })
  return ok({ id: wish.id })
}

/** History and the owner's screens. Two statements. */
async function note(
  tx: Tx,
  { zoneId, clock }: Pick<EndpointDeps, 'zoneId' | 'clock'>,
  actor: Actor,
  row: { readonly id: string; readonly party_id: string },
  verb: string,
  reason: string | null,
  data: Json,
): Promise<void> {
  const about = { objectKind: 'webhook_endpoint', objectId: row.id, at: clock() }
  await appendHistory(tx, zoneId, [
    {
      ...about,
      verb,
      actorId: actor.accountId,
      actorName: actor.name,
      onBehalfOf: row.party_id,
      public: true,
      reason: reason === '' ? null : reason,
      data,
    },
  ])
  await addToOutbox(tx, zoneId, [{ ...about, type: endpointChanged, to: [row.party_id] }])
}
