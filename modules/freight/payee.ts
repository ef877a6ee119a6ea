import { sql } from 'kysely'
import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { lockCarrier } from './carrier.ts'
import { hasCode } from './codes.ts'
import { maskNumber, normalizeNumber } from './numbers.ts'
import type { FreightError } from './problems.ts'
import { paysFor } from './reach.ts'
import { note, type FreightDeps } from './record.ts'
import './tables.ts'

export type NewPayee = {
  readonly id: string
  readonly holder: string
  readonly bankCode: string
  readonly accountNumber: string
}

/** Adds an account for payment; from then on only its last four digits are shown to anybody. */
export async function addPayee(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: NewPayee,
): Promise<Result<{ id: string }, FreightError>> {
  if (!(await lockCarrier(tx, deps, actor, input.id))) return err({ kind: 'not_found' })
  if (!paysFor(actor, input.id)) return err({ kind: 'not_allowed' })
  const accountNumber = normalizeNumber(input.accountNumber)
  const shown = maskNumber(accountNumber)
  if (!/^\d{8,32}$/.test(accountNumber))
    return err({ kind: 'field_refused', field: 'accountNumber', value: shown, rule: 'account_digits' })
  if (!hasCode('bank', input.bankCode))
    return err({ kind: 'field_refused', field: 'bankCode', value: input.bankCode, rule: 'known_code bank' })
  const id = newId()
  const { holder, bankCode } = input
  const added = await tx
    .insertInto('freight_payee')
    .values({
      zone_id: deps.zoneId,
      id,
      carrier_id: input.id,
      holder,
      bank_code: bankCode,
      account_number: accountNumber,
      created_at: at(deps.clock()),
      created_by: actor.name,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['zone_id', 'carrier_id', 'bank_code', 'account_number'])
        .where(sql<boolean>`state = 'open'`)
        .doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  if (!added) return err({ kind: 'taken', field: 'accountNumber', value: shown, rule: 'each_once' })
  await note(tx, deps, actor, {
    objectKind: 'freight_carrier',
    objectId: input.id,
    verb: 'add_payee',
    data: { holder, bankCode, account: shown },
    to: [input.id],
  })
  return ok({ id })
}

/** Closes an account for payment; the row stays for what was paid to it. */
export async function closePayee(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly id: string; readonly payeeId: string; readonly rev: number; readonly why: string },
): Promise<Result<{ id: string }, FreightError>> {
  if (!(await lockCarrier(tx, deps, actor, input.id))) return err({ kind: 'not_found' })
  if (!paysFor(actor, input.id)) return err({ kind: 'not_allowed' })
  const payee = await tx
    .selectFrom('freight_payee')
    .select(['rev', 'state', 'account_number'])
    .where('zone_id', '=', deps.zoneId)
    .where('carrier_id', '=', input.id)
    .where('id', '=', input.payeeId)
    .executeTakeFirst()
  if (!payee) return err({ kind: 'not_found' })
  const fresh = expectRevision(payee.rev, input.rev)
  if (!fresh.ok) return fresh
  if (payee.state === 'closed')
    return err({ kind: 'not_open', field: 'payeeId', value: input.payeeId, rule: 'still_open' })
  const closed = await tx
    .updateTable('freight_payee')
    .set({ state: 'closed', rev: payee.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.payeeId)
    .executeTakeFirst()
  assert(closed.numUpdatedRows === 1n, 'the carrier is locked, so its accounts are')
  await note(tx, deps, actor, {
    objectKind: 'freight_carrier',
    objectId: input.id,
    verb: 'close_payee',
    why: input.why,
    data: { account: maskNumber(payee.account_number) },
    to: [input.id],
  })
  return ok({ id: input.payeeId })
}
