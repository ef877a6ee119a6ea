import type { EpochMs } from '@tingzhou/kernel'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Db } from '@tingzhou/db'
import type { EventHandler, HandlerDeps } from './handler.ts'
import type { PlacedEvent } from './outbox.ts'

/** An event that a handler gave up on. */
export type DeadLetter = {
  readonly handler: string
  readonly position: number
  readonly event: PlacedEvent
  readonly error: string
  readonly attempts: number
  readonly at: EpochMs
}

/**
 * Events that handlers gave up on, newest first.
 * @param limit  1..200
 * Source: own. O(rows).
 */
export async function listDeadLetters(db: Db, zoneId: string, limit = 50): Promise<readonly DeadLetter[]> {
  const rows = await db
    .selectFrom('outbox_dead')
    .select(['handler', 'position', 'event', 'error', 'attempts', 'at'])
    .where('zone_id', '=', zoneId)
    .orderBy('position', 'desc')
    .limit(Math.min(limit, 200))
    .execute()
  // Written by the relay from a PlacedEvent.
  return rows.map((row) => ({ ...row, event: row.event as PlacedEvent }))
}

/**
 * Handles a given-up event once more, now; it leaves the list when that succeeds.
 * @throws what the handler throws; the event stays listed
 * Source: own. O(handler).
 */
export async function retryDeadLetter(
  deps: HandlerDeps,
  handlers: readonly EventHandler[],
  letter: { readonly handler: string; readonly position: number },
): Promise<Result<void, { kind: 'not_found' }>> {
  const handler = handlers.find(({ name }) => name === letter.handler)
  if (!handler) return err({ kind: 'not_found' })
  return deps.db.transaction().execute(async (tx) => {
    const row = await tx
      .deleteFrom('outbox_dead')
      .where('zone_id', '=', deps.zoneId)
      .where('handler', '=', letter.handler)
      .where('position', '=', letter.position)
      .returning('event')
      .executeTakeFirst()
    if (!row) return err({ kind: 'not_found' })
    // Written by the relay from a PlacedEvent.
    await handler.handle(tx, row.event as PlacedEvent)
    return ok(undefined)
  })
}
