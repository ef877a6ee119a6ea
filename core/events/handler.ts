import { sql } from 'kysely'
import type { Clock, EpochMs } from '@tingzhou/kernel'
import { at, jsonb, type Db, type Tx } from '@tingzhou/db'
import { readEvents, type PlacedEvent } from './outbox.ts'

/**
 * What a package does when something happened elsewhere. Each event is handled in a transaction that also moves the handler
 * on, so rows change once; an event may come again when that transaction failed. No network call inside.
 */
export type EventHandler = {
  /** `module.verb`, for ever the same: its place is remembered under it. */
  readonly name: string
  readonly types: readonly string[]
  /** Where a handler that is new to this zone begins; `oldest` unless past events must stay untold. */
  readonly from?: 'oldest' | 'now'
  readonly handle: (tx: Tx, event: PlacedEvent) => Promise<void>
}

export type HandlerDeps = { readonly db: Db; readonly zoneId: string; readonly clock: Clock }

const eventsPerRead = 100
// 1, 2, 4 … 256, 300, 300, 300 seconds: about 25 minutes of trying before an operator is asked.
const attemptsMax = 12
const backoffSecondsMax = 300
// An idle handler's place is written down only now and then; until then its rows are merely looked over again.
export const idleLagMax = 500

type Cursor = { position: number; attempts: number; next_try_at: EpochMs | null }

/** What came of telling a handler; not complete: an event failed and waits, or another process has the handler. */
export type Drained = { readonly handled: number; readonly complete: boolean }

/**
 * Tells one handler every event up to `head` that concerns it.
 * Source: own. Three statements an event beside the handler's.
 */
export async function drainHandler(deps: HandlerDeps, handler: EventHandler, head: number): Promise<Drained> {
  for (let handled = 0; ;) {
    const cursor = await openCursor(deps, handler, head)
    if (cursor.position >= head) return { handled, complete: true }
    if ((cursor.next_try_at ?? 0) > deps.clock()) return { handled, complete: false }
    const span = { after: cursor.position, until: head, types: handler.types, limit: eventsPerRead }
    const events = await readEvents(deps.db, deps.zoneId, span)
    for (const event of events) {
      if (!(await deliver(deps, handler, event))) return { handled, complete: false }
      handled++
    }
    if (events.length === eventsPerRead) continue
    const last = events.at(-1)?.position ?? cursor.position
    if (head - last >= idleLagMax) await moveCursor(deps.db, deps.zoneId, handler, head)
    return { handled, complete: true }
  }
}

async function openCursor(deps: HandlerDeps, handler: EventHandler, head: number): Promise<Cursor> {
  const found = await findCursor(deps, handler)
  if (found) return found
  const position = handler.from === 'now' ? head : 0
  await deps.db
    .insertInto('outbox_cursor')
    .values({ zone_id: deps.zoneId, handler: handler.name, position })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return (await findCursor(deps, handler)) ?? { position, attempts: 0, next_try_at: null }
}

const findCursor = ({ db, zoneId }: HandlerDeps, { name }: EventHandler): Promise<Cursor | undefined> =>
  db
    .selectFrom('outbox_cursor')
    .select(['position', 'attempts', 'next_try_at'])
    .where('zone_id', '=', zoneId)
    .where('handler', '=', name)
    .executeTakeFirst()

/** Whether the handler is past the event now. */
async function deliver(deps: HandlerDeps, handler: EventHandler, event: PlacedEvent): Promise<boolean> {
  try {
    return await deps.db.transaction().execute(async (tx) => {
      const cursor = await tx
        .selectFrom('outbox_cursor')
        .select('position')
        .where('zone_id', '=', deps.zoneId)
        .where('handler', '=', handler.name)
        .forUpdate()
        .skipLocked()
        .executeTakeFirst()
      if (!cursor) return false
      if (cursor.position >= event.position) return true
      await handler.handle(tx, event)
      await moveCursor(tx, deps.zoneId, handler, event.position)
      return true
    })
  } catch (error) {
    await noteFailure(deps, handler, event, error instanceof Error ? error.message : String(error))
    return false
  }
}

const moveCursor = (tx: Tx | Db, zoneId: string, { name }: EventHandler, position: number) =>
  tx
    .updateTable('outbox_cursor')
    .set({ position, attempts: 0, next_try_at: null, last_error: null })
    .where('zone_id', '=', zoneId)
    .where('handler', '=', name)
    .where('position', '<', position)
    .execute()

async function noteFailure(deps: HandlerDeps, handler: EventHandler, event: PlacedEvent, error: string): Promise<void> {
  const now = deps.clock()
  await deps.db.transaction().execute(async (tx) => {
    const cursor = await tx
      .selectFrom('outbox_cursor')
      .select(['attempts', 'position'])
      .where('zone_id', '=', deps.zoneId)
      .where('handler', '=', handler.name)
      .forUpdate()
      .executeTakeFirstOrThrow()
    if (cursor.position >= event.position) return
    const attempts = cursor.attempts + 1
    if (attempts < attemptsMax) await postpone(tx, deps.zoneId, handler, attempts, now, error)
    else await bury(tx, deps.zoneId, handler, event, attempts, now, error)
  })
}

async function postpone(tx: Tx, zoneId: string, handler: EventHandler, attempts: number, now: EpochMs, error: string) {
  const seconds = Math.min(2 ** (attempts - 1), backoffSecondsMax)
  await tx
    .updateTable('outbox_cursor')
    .set({
      attempts,
      last_error: error,
      next_try_at: sql<Date>`${at(now)}::timestamptz + ${seconds} * interval '1 second'`,
    })
    .where('zone_id', '=', zoneId)
    .where('handler', '=', handler.name)
    .execute()
}

async function bury(
  tx: Tx,
  zoneId: string,
  handler: EventHandler,
  event: PlacedEvent,
  attempts: number,
  now: EpochMs,
  error: string,
) {
  await tx
    .insertInto('outbox_dead')
    .values({
      zone_id: zoneId,
      handler: handler.name,
      position: event.position,
      event: jsonb(event),
      error,
      attempts,
      at: at(now),
    })
    .execute()
  await moveCursor(tx, zoneId, handler, event.position)
}
