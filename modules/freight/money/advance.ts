import { at, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import { dealingRoles } from '../roles.ts'
import '../tables.ts'
import type { WaybillState } from '../words.ts'
import './tables.ts'

/** States in which a trip goes on and is not settled. */
const before: readonly WaybillState[] = [
  'accepted',
  'at_load',
  'loaded',
  'in_transit',
  'at_unload',
  'unloaded',
  'signed',
  'audited',
]

// Units of a price in which quantities of a measure are counted: kilograms of a ton, cubic decimetres of a cubic metre.
const perUnit = { ton: 1_000n, m3: 1_000n, truck: 1n } as const

/**
 * Asks for an advance on a waybill before it is settled: a payment that waits for a batch. All advances together are at most the
 * freight that was planned.
 */
export async function addAdvance(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly id: string; readonly amountFen: number; readonly why: string },
): Promise<Result<{ id: string }, FreightError>> {
  if (!hasRole(actor, ...dealingRoles)) return err({ kind: 'not_allowed' })
  const { zoneId } = deps
  const waybill = await tx
    .selectFrom('freight_waybill')
    .select(['id', 'carrier_id', 'state', 'measure', 'plan', 'carrier_milli_fen', 'number'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst()
  if (!waybill) return err({ kind: 'not_found' })
  if (!before.includes(waybill.state))
    return err({ kind: 'not_open', field: 'id', value: waybill.number, rule: `waybill_under_way ${waybill.state}` })
  const asked = await tx
    .selectFrom('freight_payment')
    .select(({ fn }) => [fn.countAll<number>().as('n'), fn.sum<number | null>('amount_fen').as('fen')])
    .where('zone_id', '=', zoneId)
    .where('waybill_id', '=', input.id)
    .where('state', 'not in', ['failed', 'returned', 'cancelled'])
    .executeTakeFirstOrThrow()
  const planned = (BigInt(waybill.plan) * BigInt(waybill.carrier_milli_fen)) / perUnit[waybill.measure] / 1_000n
  const left = Number(planned) - Number(asked.fen ?? 0)
  if (input.amountFen > left)
    return err({
      kind: 'field_refused',
      field: 'amountFen',
      value: String(input.amountFen),
      rule: `max ${Math.max(0, left)}`,
    })
  const id = newId()
  await tx
    .insertInto('freight_payment')
    .values({
      zone_id: zoneId,
      id,
      waybill_id: input.id,
      version: 0,
      line: `advance:${id}`,
      carrier_id: waybill.carrier_id,
      amount_fen: input.amountFen,
      means: 'bank',
      state: 'due',
      created_at: at(deps.clock()),
      created_by: actor.name,
    })
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_payment',
    objectId: id,
    verb: 'ask_advance',
    why: input.why,
    data: { waybillId: input.id, amountFen: input.amountFen },
    to: [waybill.carrier_id],
  })
  return ok({ id })
}

/** Releases what is held as a deposit: the receipt came back. A payment that waits for a batch. */
export async function releaseDeposit(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly id: string; readonly why: string },
): Promise<Result<{ id: string }, FreightError>> {
  if (!hasRole(actor, ...dealingRoles)) return err({ kind: 'not_allowed' })
  const { zoneId } = deps
  const waybill = await tx
    .selectFrom('freight_waybill')
    .select(['id', 'carrier_id', 'number'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst()
  if (!waybill) return err({ kind: 'not_found' })
  const settlement = await tx
    .selectFrom('freight_settlement')
    .select(['version', 'sheet'])
    .where('zone_id', '=', zoneId)
    .where('waybill_id', '=', input.id)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  const heldFen = settlement?.sheet.totals.heldFen ?? 0
  if (!settlement || heldFen === 0)
    return err({ kind: 'nothing_due', field: 'id', value: waybill.number, rule: 'deposit_held' })
  const id = newId()
  const added = await tx
    .insertInto('freight_payment')
    .values({
      zone_id: zoneId,
      id,
      waybill_id: input.id,
      version: settlement.version,
      line: 'deposit',
      carrier_id: waybill.carrier_id,
      amount_fen: heldFen,
      means: 'bank',
      state: 'due',
      created_at: at(deps.clock()),
      created_by: actor.name,
    })
    // A repeat after a failure is another attempt, made when the bank says so.
    .onConflict((conflict) => conflict.columns(['zone_id', 'waybill_id', 'version', 'line', 'attempt']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!added) return err({ kind: 'nothing_due', field: 'id', value: waybill.number, rule: 'deposit_held' })
  await note(tx, deps, actor, {
    objectKind: 'freight_payment',
    objectId: id,
    verb: 'release_deposit',
    why: input.why,
    data: { waybillId: input.id, amountFen: heldFen },
    to: [waybill.carrier_id],
  })
  return ok({ id })
}
