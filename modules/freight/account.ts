import type {} from '@tingzhou/access'
import type { Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { FreightError } from './problems.ts'
import type { FreightDeps } from './record.ts'

/** The open account of a person by its user name. */
export async function findAccount(
  tx: Tx,
  { zoneId }: FreightDeps,
  username: string,
): Promise<Result<string, FreightError>> {
  const account = await tx
    .selectFrom('account')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('username', '=', username)
    .where('kind', '=', 'person')
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (account) return ok(account.id)
  return err({ kind: 'account_unknown', field: 'username', value: username, rule: 'open_account' })
}
