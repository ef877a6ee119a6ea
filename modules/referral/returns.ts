import { flushBatch, type Tx } from '@tingzhou/db'
import type { EventHandler, PlacedEvent } from '@tingzhou/events'
import { assert } from '@tingzhou/kernel'
import { feed, type Vars } from '@tingzhou/process'
import { laterDue, referralHost } from './process.ts'
import type { ReferralDeps } from './runtime.ts'
import { change, openSlip, say, type Slip } from './slip.ts'

/** The way back has ended: the order that waits for it goes on. In a transaction of its own, once an event. */
export const returnHandler = (deps: ReferralDeps): EventHandler => ({
  name: 'referral.end_return',
  types: ['referral.order_moved'],
  handle: (tx, event) => endReturn(tx, deps, event),
})

async function endReturn(tx: Tx, deps: ReferralDeps, event: PlacedEvent): Promise<void> {
  const back = await tx
    .selectFrom('referral')
    .select(['state', 'return_of', 'code'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', event.objectId)
    .executeTakeFirst()
  if (!back?.return_of) return
  const arrived = back.state === 'handed_back'
  if (!arrived && back.state !== 'cancelled' && back.state !== 'unplaced') return
  const slip = await openSlip(tx, deps, back.return_of, { by: 'event', type: event.type })
  if (slip?.order.state !== 'returning') return
  say(slip, { verb: arrived ? 'returned' : 'return_failed', data: { returnCode: back.code } })
  if (!arrived) return tellMessage(tx, slip, 'return-failed', {})
  change(slip, { care_ended_at: slip.now, care_end: 'returned' })
  return tellMessage(tx, slip, 'returned', { summaryDueAt: await laterDue(tx, slip, 'summary') })
}

async function tellMessage(tx: Tx, slip: Slip, name: string, vars: Vars): Promise<void> {
  const { deps } = slip
  const runtime = { deps: { zoneId: deps.zoneId, clock: deps.clock, newId: deps.newId }, definitions: deps.definitions }
  const played = await feed(tx, runtime, referralHost(deps), slip, slip.order.instance_id, () => ({
    kind: 'message',
    name,
    vars,
  }))
  assert(played.ok, `an order that waits for its return takes the message ${name}`)
  await flushBatch(tx, slip.batch)
}
