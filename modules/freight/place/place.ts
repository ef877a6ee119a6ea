import { sql } from 'kysely'
import { grantReach, reaches } from '@tingzhou/access'
import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { findParty, hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import type { Saved } from '../carrier.ts'
import { hasCode } from '../codes.ts'
import type { FreightError } from '../problems.ts'
import { changesBetween, note, type FreightDeps } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import '../tables.ts'
import type { State } from '../words.ts'

type PlaceFields = {
  readonly name: string
  readonly address: string
  readonly divisionCode: string
  readonly lonDeg: number
  readonly latDeg: number
  readonly fenceM: number
  readonly contact: string
  readonly phone: string
  readonly remark: string
}

const toRow = (fields: PlaceFields) => ({
  name: fields.name,
  address: fields.address,
  division_code: fields.divisionCode,
  lon_deg: fields.lonDeg,
  lat_deg: fields.latDeg,
  fence_m: fields.fenceM,
  contact: fields.contact,
  phone: fields.phone,
  remark: fields.remark,
})

/** Whether the actor keeps what a shipper has; null: what belongs to everybody. O(memberships). */
export const keepsForShipper = (actor: Actor, shipperId: string | null): boolean =>
  hasRole(actor, ...keepingRoles) || (shipperId !== null && partiesOf(actor, 'enterprise').includes(shipperId))

const unknownDivision = ({ divisionCode }: PlaceFields) =>
  err({ kind: 'field_refused', field: 'divisionCode', value: divisionCode, rule: 'known_code division' } as const)

/** Enters a place of a shipper, or one of everybody's. */
export async function enterPlace(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: PlaceFields & { readonly shipperId: string | null; readonly synthetic: boolean },
): Promise<Result<Saved, FreightError>> {
  const { shipperId, synthetic } = input
  if (!keepsForShipper(actor, shipperId)) return err({ kind: 'not_allowed' })
  if (!hasCode('division', input.divisionCode)) return unknownDivision(input)
  if (shipperId !== null) {
    const shipper = await openShipper(tx, deps, shipperId)
    if (!shipper.ok) return shipper
  }
  const id = newId()
  const now = deps.clock()
  const row = { ...toRow(input), shipper_id: shipperId, synthetic }
  const by = { created_at: at(now), created_by: actor.name, updated_at: at(now), updated_by: actor.name }
  await tx
    .insertInto('freight_place')
    .values({ zone_id: deps.zoneId, id, ...row, ...by })
    .execute()
  if (shipperId !== null)
    await grantReach(tx, deps.zoneId, [
      { objectKind: 'freight_place', objectId: id, partyId: shipperId, relation: 'enterprise' },
    ])
  await note(tx, deps, actor, {
    objectKind: 'freight_place',
    objectId: id,
    verb: 'enter',
    data: changesBetween({}, row),
    to: shipperId === null ? [] : [shipperId],
  })
  return ok({ id, rev: 1, warnings: [] })
}

/** An enterprise that ships, if it is open. One statement. */
export async function openShipper(
  tx: Tx,
  { zoneId }: FreightDeps,
  shipperId: string,
): Promise<Result<{ readonly name: string }, FreightError>> {
  const party = await findParty(tx, zoneId, shipperId)
  if (party?.kind !== 'enterprise')
    return err({ kind: 'field_refused', field: 'shipperId', value: shipperId, rule: 'within_reach' })
  if (party.state === 'closed')
    return err({ kind: 'not_open', field: 'shipperId', value: party.name, rule: 'still_open' })
  return ok({ name: party.name })
}

/** Changes, closes or reopens a place; whose it is stays. */
export async function changePlace(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: PlaceFields & { readonly id: string; readonly rev: number; readonly why: string; readonly state: State },
): Promise<Result<Saved, FreightError>> {
  const { id } = input
  const row = await tx
    .selectFrom('freight_place')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .where(reaches(actor, 'freight_place', { zoneId: deps.zoneId, objectId: sql.ref('freight_place.id') }))
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  if (!keepsForShipper(actor, row.shipper_id)) return err({ kind: 'not_allowed' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  if (!hasCode('division', input.divisionCode)) return unknownDivision(input)
  const after = { ...toRow(input), state: input.state }
  await tx
    .updateTable('freight_place')
    .set({ ...after, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_place',
    objectId: id,
    verb: 'change',
    why: input.why,
    data: changesBetween(row, after),
    to: row.shipper_id === null ? [] : [row.shipper_id],
  })
  return ok({ id, rev: row.rev + 1, warnings: [] })
}
