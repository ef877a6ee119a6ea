import { at, expectRevision, type Db, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { hasCode } from '../codes.ts'
import { maskNumber, normalizeNumber } from '../numbers.ts'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import { dealingRoles } from '../roles.ts'
import './tables.ts'

/** The account that the platform pays from, or undefined. One statement. */
export const findPayer = (db: Db | Tx, zoneId: string) =>
  db
    .selectFrom('freight_payer')
    .select(['holder', 'bank_code', 'account_number', 'updated_at', 'updated_by', 'rev'])
    .where('zone_id', '=', zoneId)
    .executeTakeFirst()

/** Says from which account the platform pays; batches that are prepared already keep theirs. */
export async function setPayer(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: {
    readonly holder: string
    readonly bankCode: string
    readonly accountNumber: string
    /** 0: there was none. */
    readonly rev: number
    readonly why: string
  },
): Promise<Result<{ id: string }, FreightError>> {
  if (!hasRole(actor, ...dealingRoles)) return err({ kind: 'not_allowed' })
  const { zoneId } = deps
  const accountNumber = normalizeNumber(input.accountNumber)
  const shown = maskNumber(accountNumber)
  if (!/^\d{8,32}$/.test(accountNumber))
    return err({ kind: 'field_refused', field: 'accountNumber', value: shown, rule: 'account_digits' })
  if (!hasCode('bank', input.bankCode))
    return err({ kind: 'field_refused', field: 'bankCode', value: input.bankCode, rule: 'known_code bank' })
  const present = await tx
    .selectFrom('freight_payer')
    .select('rev')
    .where('zone_id', '=', zoneId)
    .forUpdate()
    .executeTakeFirst()
  const fresh = expectRevision(present?.rev ?? 0, input.rev)
  if (!fresh.ok) return fresh
  const row = {
    holder: input.holder,
    bank_code: input.bankCode,
    account_number: accountNumber,
    updated_at: at(deps.clock()),
    updated_by: actor.name,
    rev: input.rev + 1,
  }
  await tx
    .insertInto('freight_payer')
    .values({ zone_id: zoneId, ...row })
    .onConflict((conflict) => conflict.column('zone_id').doUpdateSet(row))
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_payer',
    objectId: zoneId,
    verb: 'change',
    why: input.why,
    data: { holder: input.holder, bankCode: input.bankCode, account: shown },
  })
  return ok({ id: zoneId })
}
