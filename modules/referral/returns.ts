import { change, messageCase, say, type CaseDeps } from '@tingzhou/casework'
import type { Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { assert } from '@tingzhou/kernel'
import { laterDue, orderPlay } from './process.ts'

/** The way back has ended: the order that waits for it goes on. In a transaction of its own, once an event. */
export const returnHandler = (deps: CaseDeps): EventHandler => ({
  name: 'referral.end_return',
  types: ['referral.order_moved'],
  handle: (tx, event) => endReturn(tx, deps, event),
})

async function endReturn(tx: Tx, deps: CaseDeps, event: PlacedEvent): Promise<void> {
  const back = await tx
    .selectFrom('referral')
    .select(['state', 'return_of', 'code'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', event.objectId)
    .executeTakeFirst()
  if (!back?.return_of) return
  const arrived = back.state === 'handed_back'
  if (!arrived && back.state !== 'cancelled' && back.state !== 'unplaced') return
  const message = { name: arrived ? 'returned' : 'return-failed', from: event.type }
  const heard = await messageCase(tx, deps, orderPlay, back.return_of, message, async (slip) => {
    say(slip, { verb: arrived ? 'returned' : 'return_failed', data: { returnCode: back.code } })
    if (!arrived) return {}
    change(slip, { care_ended_at: slip.now, care_end: 'returned' })
    return { summaryDueAt: await laterDue(tx, slip, 'summary') }
  })
  // Thrown, it is told again later.
  assert(heard !== 'suspended', `the order ${back.return_of} takes the message ${message.name} when it goes on`)
}
