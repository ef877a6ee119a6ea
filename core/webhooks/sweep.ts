import { sql } from 'kysely'
import { at, type Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { JobHandler } from '@tingzhou/timers'
import './tables.ts'

const dayMs = 86_400_000
/** How long an endpoint's owner can look a delivery up. */
const keepDays = 30
/** What waited longer, for an endpoint that is paused or rests, is of no use to anybody. */
const waitDays = 7
// Over half a million a day, more than a zone of three thousand lorries is told.
const rowsMax = 5_000

/** Every ten minutes: gives up what waited for a week, removes what ended a month ago. Two statements; 5,000 rows each. */
export const sweepJob = (zoneId: string): JobHandler => ({
  kind: 'webhooks.sweep',
  recurs: { everySeconds: 600 },
  run: async (tx, { now }) => {
    await giveUpOld(tx, zoneId, now)
    await removeEnded(tx, zoneId, now)
  },
})

const before = (now: EpochMs, days: number) =>
  sql`${at(now)}::timestamptz - ${days * dayMs}::float8 * interval '1 millisecond'`

/** By webhook_delivery_waiting. */
const giveUpOld = (tx: Tx, zoneId: string, now: EpochMs) =>
  sql`update webhook_delivery t set state = 'given_up', try_at = null, ended_at = ${at(now)}, last_error = 'too_old', rev = t.rev + 1
    from (select id from webhook_delivery where zone_id = ${zoneId} and state = 'waiting' and created_at < ${before(now, waitDays)}
      order by created_at limit ${rowsMax} for update skip locked) as old
    where t.zone_id = ${zoneId} and t.id = old.id`.execute(tx)

/** By webhook_delivery_ended. */
const removeEnded = (tx: Tx, zoneId: string, now: EpochMs) =>
  sql`delete from webhook_delivery t using (
      select id from webhook_delivery where zone_id = ${zoneId} and ended_at < ${before(now, keepDays)}
      order by ended_at limit ${rowsMax} for update skip locked) as old
    where t.zone_id = ${zoneId} and t.id = old.id`.execute(tx)
