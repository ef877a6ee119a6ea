import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { grantReach, mayReach } from '@tingzhou/access'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { keepsFor } from '../reach.ts'
import { note, noteAll, type FreightDeps } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import { heldBy, lockLoad, stateRefusal, type Load } from './take.ts'
import { carriers, tellPeople } from './told.ts'

type NewShare = {
  readonly carrierId: string
  /** In the load's measure. */
  readonly quantity: number
  /** Thousandths of a fen. */
  readonly carrierMilliFen: number
  readonly bidId: string | null
}

/**
 * Gives parts of a locked, published load to carriers, within its quantity: the tolerance is for the last truck of each.
 * @returns the shares' ids in order; refused when they are more than is left, a carrier is closed or has an open share already
 * Source: own. Eight statements.
 */
export async function giveShares(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  load: Load,
  wanted: readonly NewShare[],
): Promise<Result<readonly string[], FreightError>> {
  const closed = stateRefusal(load, deps.clock())
  if (closed) return err(closed)
  const quantity = wanted.reduce((sum, share) => sum + share.quantity, 0)
  const left = load.quantity - load.taken
  if (quantity > left)
    return err({
      kind: 'load_taken',
      field: 'quantity',
      value: String(quantity),
      rule: 'fits_left',
      left: Math.max(0, left),
    })
  const free = await checkCarriers(tx, deps, load, wanted)
  if (!free.ok) return free
  const { zoneId } = deps
  const by = { created_at: at(deps.clock()), created_by: actor.name }
  const rows = wanted.map((share) => ({ id: newId(), ...share }))
  await tx
    .insertInto('freight_share')
    .values(
      rows.map((row) => ({
        zone_id: zoneId,
        id: row.id,
        load_id: load.id,
        carrier_id: row.carrierId,
        bid_id: row.bidId,
        quantity: row.quantity,
        carrier_milli_fen: row.carrierMilliFen,
        ...by,
      })),
    )
    .execute()
  await tx
    .updateTable('freight_load')
    .set({ taken: load.taken + quantity })
    .where('zone_id', '=', zoneId)
    .where('id', '=', load.id)
    .execute()
  await grantReach(
    tx,
    zoneId,
    rows.flatMap(({ id, carrierId }) => [
      { objectKind: 'freight_share', objectId: id, partyId: carrierId, relation: 'owner' } as const,
      { objectKind: 'freight_share', objectId: id, partyId: load.shipper_id, relation: 'enterprise' } as const,
      { objectKind: 'freight_load', objectId: load.id, partyId: carrierId, relation: 'owner' } as const,
    ]),
  )
  await noteAll(
    tx,
    deps,
    actor,
    rows.map((row) => ({
      objectKind: 'freight_share',
      objectId: row.id,
      verb: 'give',
      data: { loadId: load.id, carrierId: row.carrierId, quantity: row.quantity, carrierMilliFen: row.carrierMilliFen },
      to: [row.carrierId, load.shipper_id],
    })),
  )
  await tellPeople(tx, deps, load, [
    { text: 'share_given', needsMe: true, to: carriers(rows.map(({ carrierId }) => carrierId)) },
  ])
  return ok(rows.map(({ id }) => id))
}

/** Whether the carriers are open and have no open share of the load. One statement. */
async function checkCarriers(
  tx: Tx,
  { zoneId }: FreightDeps,
  load: Load,
  wanted: readonly NewShare[],
): Promise<Result<void, FreightError>> {
  const ids = wanted.map(({ carrierId }) => carrierId)
  const found = await tx
    .selectFrom('freight_carrier as c')
    .leftJoin('freight_share as s', (join) =>
      join
        .onRef('s.zone_id', '=', 'c.zone_id')
        .onRef('s.carrier_id', '=', 'c.id')
        .on('s.load_id', '=', load.id)
        .on('s.state', '=', 'open'),
    )
    .select(['c.id', 'c.name', 'c.state', 's.id as shareId'])
    .where('c.zone_id', '=', zoneId)
    .where('c.id', 'in', ids)
    .execute()
  for (const id of ids) {
    const carrier = found.find((one) => one.id === id)
    if (!carrier) return err({ kind: 'field_refused', field: 'carrierId', value: id, rule: 'within_reach' })
    if (carrier.state === 'closed')
      return err({ kind: 'not_open', field: 'carrierId', value: carrier.name, rule: 'still_open' })
    if (carrier.shareId !== null || ids.indexOf(id) !== ids.lastIndexOf(id))
      return err({ kind: 'taken', field: 'carrierId', value: carrier.name, rule: 'one_share' })
  }
  return ok(undefined)
}

/** Gives a carrier a part of a load that is assigned, or carried by a standing order. */
export async function assignShare(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly id: string; readonly carrierId: string; readonly quantity: number },
): Promise<Result<{ id: string }, FreightError>> {
  const load = await assignable(tx, deps, actor, input.id, ['assign', 'standing'])
  if (!load.ok) return load
  const { carrierId, quantity } = input
  const given = await giveShares(tx, deps, actor, load.value, [
    { carrierId, quantity, carrierMilliFen: load.value.carrier_milli_fen, bidId: null },
  ])
  return given.ok ? ok({ id: given.value[0] ?? '' }) : given
}

/** The load, locked, if the actor assigns it and its mode is one of these. Two statements at most. */
export async function assignable(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  loadId: string,
  modes: readonly Load['mode'][],
): Promise<Result<Load, FreightError>> {
  if (!hasRole(actor, ...keepingRoles))
    return err({ kind: (await mayReach(tx, actor, deps.zoneId, 'freight_load', loadId)) ? 'not_allowed' : 'not_found' })
  const load = (await lockLoad(tx, deps, loadId))?.load
  if (!load) return err({ kind: 'not_found' })
  if (!modes.includes(load.mode)) return err(wrongMode(load))
  return ok(load)
}

export const wrongMode = ({ mode }: Pick<Load, 'mode'>) =>
  ({ kind: 'load_state', field: 'mode', value: mode, rule: 'load_mode' }) as const

/**
 * Ends a share: nothing more is dispatched from it, and what was not taken goes back to the load. By the dispatcher, or by the
 * carrier that gives the rest up.
 */
export async function closeShare(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly why: string },
): Promise<Result<{ id: string }, FreightError>> {
  const found = await lockShare(tx, deps, actor, input.id)
  if (!found.ok) return found
  const { load, share } = found.value
  const fresh = expectRevision(share.rev, input.rev)
  if (!fresh.ok) return fresh
  if (share.state === 'closed') return err({ kind: 'not_open', field: 'id', value: load.number, rule: 'still_open' })
  await tx
    .updateTable('freight_share')
    .set({ state: 'closed', rev: share.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', share.id)
    .execute()
  await tx
    .updateTable('freight_load')
    .set({ taken: load.taken - heldBy(share) + heldBy({ ...share, state: 'closed' }) })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', load.id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_share',
    objectId: share.id,
    verb: 'close',
    why: input.why,
    data: { taken: share.taken },
    to: [share.carrier_id, load.shipper_id],
  })
  return ok({ id: share.id })
}

/** A share under its load, both locked, if the actor acts for its carrier. Three statements. */
export async function lockShare(tx: Tx, deps: FreightDeps, actor: Actor, id: string) {
  const { zoneId } = deps
  const row = await tx
    .selectFrom('freight_share')
    .select(['load_id', 'carrier_id'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row || !(await mayReach(tx, actor, zoneId, 'freight_share', id))) return err({ kind: 'not_found' } as const)
  if (!keepsFor(actor, [row.carrier_id])) return err({ kind: 'not_allowed' } as const)
  const found = await lockLoad(tx, deps, row.load_id, id)
  return found?.share ? ok({ load: found.load, share: found.share }) : err({ kind: 'not_found' } as const)
}
