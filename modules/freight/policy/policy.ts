import { sql } from 'kysely'
import { grantReach, reaches } from '@tingzhou/access'
import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { hasCode } from '../codes.ts'
import { keepsForShipper, openShipper } from '../place/place.ts'
import type { FreightError } from '../problems.ts'
import { changesBetween, note, type FreightDeps } from '../record.ts'
import '../tables.ts'

/** What covers the goods of a waybill. */
export type Policy = {
  readonly id: string
  readonly insurerCode: string
  readonly number: string
  readonly sumFen: number
}

type Saved = { readonly id: string; readonly rev: number }
type NewPolicy = {
  readonly shipperId: string | null
  readonly insurerCode: string
  readonly number: string
  readonly sumFen: number
  readonly validFrom: string
  readonly validTo: string
  readonly remark: string
  readonly synthetic: boolean
}

/**
 * The policy that covers a shipper's goods on a day: its own before the platform's, the one that lasts longest. One statement, by
 * freight_policy_of.
 */
export async function policyFor(tx: Tx, zoneId: string, shipperId: string, onDay: string): Promise<Policy | null> {
  const { rows } = await sql<Policy>`select p.id, p.insurer_code as "insurerCode", p.number, p.sum_fen as "sumFen"
    from freight_policy p where p.zone_id = ${zoneId} and p.state = 'open'
      and (p.shipper_id = ${shipperId} or p.shipper_id is null)
      and p.valid_from <= ${onDay}::date and p.valid_to >= ${onDay}::date
    order by p.shipper_id nulls last, p.valid_to desc, p.id desc limit 1`.execute(tx)
  return rows[0] ?? null
}

/** Enters a policy of a shipper, or the platform's own. */
export async function enterPolicy(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: NewPolicy,
): Promise<Result<Saved, FreightError>> {
  const { shipperId, insurerCode, number, validFrom, validTo } = input
  if (!keepsForShipper(actor, shipperId)) return err({ kind: 'not_allowed' })
  if (!hasCode('insurer', insurerCode))
    return err({ kind: 'field_refused', field: 'insurerCode', value: insurerCode, rule: 'known_code insurer' })
  if (validTo < validFrom)
    return err({ kind: 'field_refused', field: 'validTo', value: validTo, rule: `not before ${validFrom}` })
  if (shipperId !== null) {
    const shipper = await openShipper(tx, deps, shipperId)
    if (!shipper.ok) return shipper
  }
  const id = newId()
  const row = {
    shipper_id: shipperId,
    insurer_code: insurerCode,
    number,
    sum_fen: input.sumFen,
    valid_from: validFrom,
    valid_to: validTo,
    remark: input.remark,
    synthetic: input.synthetic,
  }
  const now = at(deps.clock())
  const added = await tx
    .insertInto('freight_policy')
    .values({
      zone_id: deps.zoneId,
      id,
      ...row,
      created_at: now,
      created_by: actor.name,
      updated_at: now,
      updated_by: actor.name,
    })
    .onConflict((conflict) => conflict.constraint('freight_policy_number').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!added) return err({ kind: 'taken', field: 'number', value: number, rule: 'one policy of an insurer' })
  if (shipperId !== null)
    await grantReach(tx, deps.zoneId, [
      { objectKind: 'freight_policy', objectId: id, partyId: shipperId, relation: 'enterprise' },
    ])
  await note(tx, deps, actor, {
    objectKind: 'freight_policy',
    objectId: id,
    verb: 'enter',
    data: changesBetween({}, row),
    to: shipperId === null ? [] : [shipperId],
  })
  return ok({ id, rev: 1 })
}

/** Closes a policy: waybills that it covers keep it, new ones do not get it. */
export async function closePolicy(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  { id, rev, why }: { readonly id: string; readonly rev: number; readonly why: string },
): Promise<Result<Saved, FreightError>> {
  const row = await tx
    .selectFrom('freight_policy')
    .select(['shipper_id', 'state', 'number', 'rev'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .where(reaches(actor, 'freight_policy', { zoneId: deps.zoneId, objectId: sql.ref('freight_policy.id') }))
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  if (!keepsForShipper(actor, row.shipper_id)) return err({ kind: 'not_allowed' })
  const fresh = expectRevision(row.rev, rev)
  if (!fresh.ok) return fresh
  if (row.state === 'closed') return err({ kind: 'not_open', field: 'id', value: row.number, rule: 'still_open' })
  await tx
    .updateTable('freight_policy')
    .set({ state: 'closed', rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_policy',
    objectId: id,
    verb: 'close',
    why,
    data: changesBetween({ state: row.state }, { state: 'closed' }),
    to: row.shipper_id === null ? [] : [row.shipper_id],
  })
  return ok({ id, rev: row.rev + 1 })
}
