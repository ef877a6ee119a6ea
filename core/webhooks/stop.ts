import { appendHistory } from '@tingzhou/audit'
import { at, type Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import type { EpochMs } from '@tingzhou/kernel'
import { addNotices } from '@tingzhou/notices'
import { accountsWithRole } from '@tingzhou/parties'
import { area } from './problems.ts'
import './tables.ts'
import { endpointChanged } from './words.ts'

/** Gives up what waits for an endpoint that hears nothing more. What is under way still counts when it is taken. One statement. */
export const giveUpWaiting = (tx: Tx, zoneId: string, endpointId: string, now: EpochMs) =>
  tx
    .updateTable('webhook_delivery')
    .set((eb) => ({
      state: 'given_up',
      try_at: null,
      ended_at: at(now),
      last_error: 'stopped',
      rev: eb('rev', '+', 1),
    }))
    .where('zone_id', '=', zoneId)
    .where('endpoint_id', '=', endpointId)
    .where('state', '=', 'waiting')
    .execute()

type Stopped = { readonly id: string; readonly partyId: string; readonly name: string }

/** Stops an endpoint that does not answer any more, and tells its party. Six statements. */
export async function stopDead(
  tx: Tx,
  zoneId: string,
  { id, partyId, name }: Stopped,
  why: 'failing' | 'gone',
  now: EpochMs,
): Promise<void> {
  await tx
    .updateTable('webhook_endpoint')
    .set((eb) => ({ state: 'stopped', stopped_for: why, updated_at: at(now), rev: eb('rev', '+', 1) }))
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()
  await giveUpWaiting(tx, zoneId, id, now)
  const about = { objectKind: 'webhook_endpoint', objectId: id, at: now }
  const entry = { ...about, verb: 'stop', actorId: 'system', actorName: 'Tingzhou', public: true, data: { why } }
  await appendHistory(tx, zoneId, [entry])
  await addNotices(
    tx,
    zoneId,
    (await accountsWithRole(tx, zoneId, ['enterprise'], partyId)).map((accountId) => ({
      ...about,
      accountId,
      kind: 'webhooks.stopped',
      needsMe: true,
      titleKey: `${area}:stopped_${why}`,
      params: { name },
      link: `/counter/webhooks/${id}`,
    })),
  )
  await addToOutbox(tx, zoneId, [{ ...about, type: endpointChanged, to: [partyId] }])
}
