import { sql } from 'kysely'
import { at, jsonb, type Db, type Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import type { Clock, EpochMs } from '@tingzhou/kernel'
import type { Claimed } from './claim.ts'
import { afterFailure, decide, gone, type Health, type Said } from './outcome.ts'
import { stopDead } from './stop.ts'
import type { Tried } from './tables.ts'
import { deliveryMoved } from './words.ts'

export type AnswerDeps = { readonly db: Db; readonly zoneId: string; readonly clock: Clock }

/** Attempts that a delivery remembers: those of one round. */
const triedMax = 9

/**
 * Writes down what came of an attempt. One transaction. That it was taken holds whoever heard it and however late; everything else
 * counts only for the attempt that is the latest, for a later one may say otherwise.
 */
export const keepAnswer = (deps: AnswerDeps, claimed: Claimed, said: Said): Promise<void> =>
  deps.db.transaction().execute(async (tx) => {
    const { zoneId } = deps
    const now = deps.clock()
    const endpoint = await lockEndpoint(tx, zoneId, claimed.endpointId)
    if (!endpoint || !(await moveDelivery(tx, zoneId, endpoint, claimed, said, now))) return
    await fare(tx, zoneId, endpoint, said, now)
    await addToOutbox(tx, zoneId, [
      {
        type: deliveryMoved,
        objectKind: 'webhook_delivery',
        objectId: claimed.id,
        at: now,
        data: { endpointId: claimed.endpointId },
        to: [endpoint.partyId],
      },
    ])
  })

/** Undefined: it was taken away meanwhile, with its deliveries. */
const lockEndpoint = (tx: Tx, zoneId: string, id: string) =>
  tx
    .selectFrom('webhook_endpoint')
    .select(['id', 'party_id as partyId', 'name', 'state', 'failures', 'failing_since', 'rest_until'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()

type Endpoint = Health & {
  readonly id: string
  readonly partyId: string
  readonly name: string
  readonly state: string
}

/** Whether the answer counts. */
async function moveDelivery(
  tx: Tx,
  zoneId: string,
  endpoint: Endpoint,
  claimed: Claimed,
  said: Said,
  now: EpochMs,
): Promise<boolean> {
  const next = decide(said, claimed.attempts, now)
  // An endpoint that was stopped meanwhile is tried no more.
  const decided = next.state === 'waiting' && endpoint.state === 'stopped' ? ({ state: 'given_up' } as const) : next
  const tried: Tried = { at: now, status: said.status, error: said.error, tookMs: said.tookMs }
  const moved = await tx
    .updateTable('webhook_delivery')
    .set((eb) => ({
      state: decided.state,
      try_at: decided.state === 'waiting' ? at(decided.tryAt) : null,
      ended_at: decided.state === 'waiting' ? null : at(now),
      last_status: said.status,
      last_error: said.error,
      answer: said.text,
      took_ms: said.tookMs,
      tried: sql<string>`jsonb_path_query_array(${jsonb([tried])}::jsonb || tried, ${`$[0 to ${triedMax - 1}]`}::jsonpath)`,
      rev: eb('rev', '+', 1),
    }))
    .where('zone_id', '=', zoneId)
    .where('id', '=', claimed.id)
    .where(
      said.error === null
        ? sql<boolean>`state <> 'delivered'`
        : sql<boolean>`(state = 'sending' and rev = ${claimed.rev})`,
    )
    .executeTakeFirst()
  return moved.numUpdatedRows > 0n
}

/** How the endpoint fares: one success makes it well, failures let it rest, three days of them or its own word stop it. */
async function fare(tx: Tx, zoneId: string, endpoint: Endpoint, said: Said, now: EpochMs): Promise<void> {
  const failed = said.error === null ? null : afterFailure(endpoint, now)
  await tx
    .updateTable('webhook_endpoint')
    .set(
      failed === null
        ? { failures: 0, failing_since: null, rest_until: null, delivered_at: at(now) }
        : { failures: failed.failures, failing_since: at(failed.failingSince), rest_until: at(failed.restUntil) },
    )
    .where('zone_id', '=', zoneId)
    .where('id', '=', endpoint.id)
    .execute()
  if (endpoint.state === 'stopped') return
  if (said.status === gone) await stopDead(tx, zoneId, endpoint, 'gone', now)
  else if (failed?.isHopeless) await stopDead(tx, zoneId, endpoint, 'failing', now)
}
