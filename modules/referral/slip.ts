import type { Selectable } from 'kysely'
import { sql, type OperationNodeSource } from 'kysely'
import { historyCall, type HistoryEntry } from '@tingzhou/audit'
import { executeTogether, newBatch, type Json, type Tx, type WriteBatch } from '@tingzhou/db'
import { outboxInsert, type OutboxEvent } from '@tingzhou/events'
import { assert, type EpochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { instanceJson, openInstance, type Cause, type LoadedInstance, type OpenInstance } from '@tingzhou/process'
import { getRules, type RuleVersion } from './rules.ts'
import type { ReferralDeps } from './runtime.ts'
import type { ReferralTable } from './tables.ts'
import type { Urgency } from './words.ts'

export type Order = Selectable<ReferralTable>

/** Who acts; the zone itself when a timer or another order does. */
export type Doer = { readonly id: string; readonly name: string; readonly actor: Actor | null }

/** What a history entry says beside who and when; never anything clinical. */
export type Said = {
  readonly verb: string
  readonly reason?: string | null
  readonly data?: { readonly [key: string]: Json | undefined }
}

export type Back = {
  readonly urgency: Urgency
  readonly condition: {
    readonly condition: string
    readonly ability_level: number
    readonly needs: string[]
    readonly needs_words: string
  }
}

/**
 * The slip 转诊单 of one order while a step works on it: its row, locked, and what will be written when the step has come
 * to rest. Opened by `openSlip`, put into its batch once by `closeSlip`.
 */
export type Slip = {
  readonly deps: ReferralDeps
  readonly now: EpochMs
  readonly doer: Doer
  readonly cause: Cause
  readonly before: Order
  /** Not yet a row: written for the first time when the step ends. */
  readonly fresh: boolean
  order: Order
  /** The institution that the coordinator names in this step, past the list. */
  named: string | null
  /** How the patient goes back, as the receiver says it when ready. */
  back: Back | null
  readonly said: Said[]
  readonly events: OutboxEvent[]
  /** Everything this step writes and does not read again; leaves in one statement. */
  readonly batch: WriteBatch
  /** The process as it stood when the slip was opened, until a step takes it. */
  instance: OpenInstance | null
}

const system: Doer = { id: 'system', name: 'Tingzhou', actor: null }

/**
 * Locks an order and opens its slip; null when there is no such order.
 * @param batch  of the command that the step is the whole of; else the slip's own, flushed by the caller
 */
export async function openSlip(
  tx: Tx,
  deps: ReferralDeps,
  orderId: string,
  cause: Cause,
  batch: WriteBatch = newBatch(),
): Promise<Slip | null> {
  const [[order], [found]] = await executeTogether(
    tx,
    tx.selectFrom('referral').selectAll().where('zone_id', '=', deps.zoneId).where('id', '=', orderId).forUpdate(),
    sql<{ instance: LoadedInstance | null }>`select
      ${instanceJson(deps.zoneId, { kind: 'referral', id: orderId })} as instance`,
  )
  if (!order) return null
  assert(found, 'a query without a table gives one row')
  return slipOf(deps, order, cause, { batch, instance: found.instance ? openInstance(found.instance) : null })
}

/** A slip over a row that the caller has locked or is about to insert. */
export function slipOf(
  deps: ReferralDeps,
  order: Order,
  cause: Cause,
  given: Partial<Pick<Slip, 'fresh' | 'batch' | 'instance'>> = {},
): Slip {
  return {
    deps,
    now: deps.clock(),
    doer: cause.by === 'actor' ? { id: cause.actor.accountId, name: cause.actor.name, actor: cause.actor } : system,
    cause,
    before: order,
    fresh: given.fresh ?? false,
    order,
    named: null,
    back: null,
    said: [],
    events: [],
    batch: given.batch ?? newBatch(),
    instance: given.instance ?? null,
  }
}

/** Changes fields of the order; written by `closeSlip`. */
export function change(slip: Slip, patch: Partial<Order>): void {
  slip.order = { ...slip.order, ...patch }
}

/** Adds a write that nothing in this step reads again. */
export function write(slip: Slip, query: OperationNodeSource): void {
  slip.batch.writes.push(sql`${query}`)
}

/** Adds a line to the history. */
export function say(slip: Slip, said: Said): void {
  slip.said.push(said)
}

/** Tells the world after the commit: `referral.<what>`, to the two parties and whoever else is named. */
export function tell(slip: Slip, what: string, also: readonly string[] = [], data: { [key: string]: Json } = {}): void {
  const { order } = slip
  slip.events.push({
    type: `referral.${what}`,
    objectKind: 'referral',
    objectId: order.id,
    data: { code: order.code, state: order.state, returnOf: order.return_of, ...data },
    at: slip.now,
    to: [...new Set([order.from_id, order.target_id, ...also].filter((id): id is string => id !== null))],
  })
}

/** The rules that the order began with. */
export const rulesOf = (tx: Tx, { deps, order }: Slip): Promise<RuleVersion> =>
  getRules(tx, deps.zoneId, order.rule_version)

/** Adds to the slip's batch what changed: the row, the history in order, the events. Raises the revision by one. */
export function closeSlip(tx: Tx, slip: Slip): void {
  const { batch, deps, before, now } = slip
  const order = { ...slip.order, rev: slip.fresh ? before.rev : before.rev + 1, updated_at: now }
  slip.order = order
  const columns = slip.fresh ? columnsOf(Object.entries(order)) : changedColumns(before, order)
  batch.writes.push(
    slip.fresh
      ? // The columns are those of Order, with instants as dates.
        sql`${tx.insertInto('referral').values(columns as never)}`
      : sql`${tx.updateTable('referral').set(columns).where('zone_id', '=', deps.zoneId).where('id', '=', order.id)}`,
  )
  if (slip.events.length > 0) batch.writes.push(outboxInsert(deps.zoneId, slip.events))
  if (slip.said.length > 0)
    batch.calls.push(
      historyCall(
        deps.zoneId,
        slip.said.map((said, index) => toHistory(slip, said, index)),
      ),
    )
}

function toHistory(slip: Slip, said: Said, index: number): HistoryEntry {
  const moved = index === slip.said.length - 1 && (slip.fresh || slip.before.state !== slip.order.state)
  return {
    objectKind: 'referral',
    objectId: slip.order.id,
    at: slip.now,
    verb: said.verb,
    actorId: slip.doer.id,
    actorName: slip.doer.name,
    node: slip.cause.by === 'timer' ? slip.cause.nodeId : null,
    public: true,
    reason: said.reason ?? null,
    data: {
      ...said.data,
      ...(moved ? { ...(slip.fresh ? {} : { from: slip.before.state }), to: slip.order.state } : {}),
    },
  }
}

const instants = new Set([
  'ready_at',
  'due_at',
  'accepted_at',
  'departed_at',
  'arrived_at',
  'care_ended_at',
  'closed_at',
  'created_at',
  'updated_at',
])

const changedColumns = (before: Order, after: Order) =>
  columnsOf(Object.entries(after).filter(([name, value]) => before[name as keyof Order] !== value))

const columnsOf = (entries: readonly (readonly [string, unknown])[]) =>
  Object.fromEntries(
    entries.map(([name, value]) => [name, instants.has(name) && typeof value === 'number' ? new Date(value) : value]),
  )
