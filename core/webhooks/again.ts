import { at, type Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import { err, ok, type Clock, type Result } from '@tingzhou/kernel'
import { partiesOf, type Actor } from '@tingzhou/parties'
import type { WebhookError } from './problems.ts'
import './tables.ts'
import { deliveryMoved, isUnderWay } from './words.ts'

/**
 * Sends once more, under its id, what was taken, given up or waits after an attempt that failed: a round of attempts begins. Only its
 * owner asks for it.
 */
export async function sendAgain(
  tx: Tx,
  { zoneId, clock }: { readonly zoneId: string; readonly clock: Clock },
  actor: Actor,
  { id }: { readonly id: string },
): Promise<Result<{ id: string }, WebhookError>> {
  const endpoint = await tx
    .selectFrom('webhook_endpoint as e')
    .innerJoin('webhook_delivery as d', (join) =>
      join.onRef('d.zone_id', '=', 'e.zone_id').onRef('d.endpoint_id', '=', 'e.id'),
    )
    .select(['e.id', 'e.party_id as partyId', 'e.state'])
    .where('d.zone_id', '=', zoneId)
    .where('d.id', '=', id)
    .forUpdate('e')
    .executeTakeFirst()
  if (!endpoint || !partiesOf(actor, 'enterprise').includes(endpoint.partyId)) return err({ kind: 'not_found' })
  if (endpoint.state !== 'open') return err({ kind: 'endpoint_state', endpointState: endpoint.state })
  const { state, attempts } = await tx
    .selectFrom('webhook_delivery')
    .select(['state', 'attempts'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (isUnderWay({ state, attempts })) return err({ kind: 'delivery_state', deliveryState: state })
  const now = clock()
  await tx
    .updateTable('webhook_delivery')
    .set((eb) => ({ state: 'waiting', attempts: 0, try_at: at(now), ended_at: null, rev: eb('rev', '+', 1) }))
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()
  // Somebody has looked at the receiver: it is asked now, not when its rest is over.
  await tx
    .updateTable('webhook_endpoint')
    .set({ rest_until: null })
    .where('zone_id', '=', zoneId)
    .where('id', '=', endpoint.id)
    .execute()
  await addToOutbox(tx, zoneId, [
    {
      type: deliveryMoved,
      objectKind: 'webhook_delivery',
      objectId: id,
      at: now,
      data: { endpointId: endpoint.id },
      to: [endpoint.partyId],
    },
  ])
  return ok({ id })
}
