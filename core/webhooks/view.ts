import { sql } from 'kysely'
import { containing, type Db } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import type { EpochMs } from '@tingzhou/kernel'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { nowhere } from '@tingzhou/records'
import type * as z from 'zod'
import type { DeliveryQuery, EndpointQuery } from './contract.ts'
import './tables.ts'

/** The one who reads. */
export type Reader = { readonly db: Db; readonly zoneId: string; readonly actor: Actor; readonly now: EpochMs }

/** Administrators see all endpoints, an enterprise's people its own. Every read goes through it. */
const reaches = (actor: Actor) =>
  hasRole(actor, 'admin')
    ? sql<boolean>`true`
    : sql<boolean>`e.party_id = any(${[...partiesOf(actor, 'enterprise')]}::text[])`

const endpoints = ({ db, zoneId, actor }: Reader) =>
  db
    .selectFrom('webhook_endpoint as e')
    .innerJoin('party as p', (join) => join.onRef('p.zone_id', '=', 'e.zone_id').onRef('p.id', '=', 'e.party_id'))
    .where('e.zone_id', '=', zoneId)
    .where(reaches(actor))
    .select([
      'e.id',
      'e.name',
      'e.url',
      'e.types',
      'e.state',
      'e.failures',
      'e.rev',
      'e.party_id',
      'p.name as party_name',
    ])
    .select(['e.stopped_for as stoppedFor', 'e.stop_reason as stopReason', 'e.failing_since as failingSince'])
    .select(['e.rest_until as restUntil', 'e.delivered_at as deliveredAt', 'e.old_until as oldUntil'])
    .select(['e.created_at as createdAt', 'e.created_by as createdBy', 'e.updated_at as updatedAt'])
type Row = Awaited<ReturnType<ReturnType<typeof endpoints>['execute']>>[number]

const viewOf = ({ now }: Reader, { party_id, party_name, oldUntil, ...row }: Row) => ({
  ...row,
  party: { id: party_id, name: party_name },
  oldSecretUntil: oldUntil !== null && oldUntil > now ? oldUntil : null,
})

/** A page of the endpoints within reach, the newest first. One statement, by webhook_endpoint_of_party or webhook_endpoint_list. */
export async function listEndpoints(reader: Reader, wish: z.output<typeof EndpointQuery>) {
  let query = endpoints(reader)
  if (wish.partyId) query = query.where('e.party_id', '=', wish.partyId)
  if (wish.state) query = query.where('e.state', '=', wish.state)
  const { q } = wish
  if (q)
    query = query.where((eb) => eb.or([eb('e.name', 'ilike', containing(q)), eb('p.name', 'ilike', containing(q))]))
  const { rows, next } = await keysetPage(
    query,
    [
      { ref: sql.ref('e.created_at'), order: 'desc', kind: 'instant', read: (row) => row.createdAt },
      { ref: sql.ref('e.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { rows: rows.map((row) => viewOf(reader, row)), next, total: null }
}

/** @throws ProblemError 404 when it is out of reach or does not exist */
export async function getEndpoint(reader: Reader, id: string) {
  const row = await endpoints(reader).where('e.id', '=', id).executeTakeFirst()
  return row ? viewOf(reader, row) : nowhere(id)
}

const deliveries = ({ db, zoneId, actor }: Reader) =>
  db
    .selectFrom('webhook_delivery as d')
    .innerJoin('webhook_endpoint as e', (join) =>
      join.onRef('e.zone_id', '=', 'd.zone_id').onRef('e.id', '=', 'd.endpoint_id'),
    )
    .where('d.zone_id', '=', zoneId)
    .where(reaches(actor))
    .select(['d.id', 'd.type', 'd.state', 'd.attempts', 'd.rev', 'd.endpoint_id as endpointId'])
    .select(['d.object_kind as objectKind', 'd.object_id as objectId', 'd.try_at as tryAt', 'd.took_ms as tookMs'])
    .select(['d.last_status as lastStatus', 'd.last_error as lastError', 'd.created_at as createdAt'])
    .select('d.ended_at as endedAt')

/** A page of the deliveries of one endpoint, the newest first. One statement, by webhook_delivery_list. */
export async function listDeliveries(reader: Reader, wish: z.output<typeof DeliveryQuery>) {
  let query = deliveries(reader).where('d.endpoint_id', '=', wish.endpointId)
  if (wish.state) query = query.where('d.state', '=', wish.state)
  if (wish.type) query = query.where('d.type', '=', wish.type)
  const { rows, next } = await keysetPage(
    query,
    [
      { ref: sql.ref('d.created_at'), order: 'desc', kind: 'instant', read: (row) => row.createdAt },
      { ref: sql.ref('d.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { rows: [...rows], next, total: null }
}

/** @throws ProblemError 404 when it is out of reach or does not exist */
export async function getDelivery(reader: Reader, id: string) {
  const row = await deliveries(reader)
    .select(['d.body', 'd.answer', 'd.tried'])
    .where('d.id', '=', id)
    .executeTakeFirst()
  return row ? { ...row, tried: [...row.tried] } : nowhere(id)
}
