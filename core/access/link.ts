import type { EpochMs, Result } from '@tingzhou/kernel'
import { err, ok } from '@tingzhou/kernel'
import { at, type Db, type Tx } from '@tingzhou/db'
import type { Role } from '@tingzhou/parties'
import { instant } from './instant.ts'
import { newToken, sha256 } from './secret.ts'

export type LinkPurpose = 'setup' | 'invitation' | 'password_reset'

/** A link that works once. */
export type OneTimeLink = {
  readonly id: string
  readonly purpose: LinkPurpose
  readonly accountId: string | null
  readonly role: Role | null
  readonly partyId: string | null
  readonly expiresAt: EpochMs
}
export type LinkSpent = { readonly kind: 'link_spent' }
export type CommandReused = { readonly kind: 'command_reused'; readonly commandId: string }

/**
 * Makes a link. Its token is returned once and kept nowhere, so a repeat of the id is refused.
 * @returns the token
 */
export async function createLink(
  tx: Tx | Db,
  zoneId: string,
  link: OneTimeLink,
  by: string,
  now: EpochMs,
): Promise<Result<string, CommandReused>> {
  const token = newToken()
  const inserted = await tx
    .insertInto('one_time_link')
    .values({
      zone_id: zoneId,
      id: link.id,
      purpose: link.purpose,
      token_sha256: sha256(token),
      account_id: link.accountId,
      role: link.role,
      party_id: link.partyId,
      created_at: at(now),
      created_by: by,
      expires_at: at(link.expiresAt),
    })
    .onConflict((oc) => oc.columns(['zone_id', 'id']).doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n ? ok(token) : err({ kind: 'command_reused', commandId: link.id })
}

/** The link that a token opens and that is neither used nor over, or null. */
export async function findLink(
  tx: Tx | Db,
  zoneId: string,
  purpose: LinkPurpose,
  token: string,
  now: EpochMs,
): Promise<OneTimeLink | null> {
  const row = await tx
    .selectFrom('one_time_link')
    .select(['id', 'purpose', 'account_id as accountId', 'role', 'party_id as partyId', 'expires_at as expiresAt'])
    .where('zone_id', '=', zoneId)
    .where('token_sha256', '=', sha256(token))
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', instant(now))
    .executeTakeFirst()
  return row ?? null
}

/** Uses a link up; of two at once one gets it, and a rollback gives it back. */
export async function spendLink(
  tx: Tx,
  zoneId: string,
  purpose: LinkPurpose,
  token: string,
  now: EpochMs,
): Promise<Result<OneTimeLink, LinkSpent>> {
  const row = await tx
    .updateTable('one_time_link')
    .set({ used_at: at(now) })
    .where('zone_id', '=', zoneId)
    .where('token_sha256', '=', sha256(token))
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', instant(now))
    .returning(['id', 'purpose', 'account_id as accountId', 'role', 'party_id as partyId', 'expires_at as expiresAt'])
    .executeTakeFirst()
  return row ? ok(row) : err({ kind: 'link_spent' })
}

/** Ends unused links of a purpose, of one account or of all. */
export async function dropLinks(tx: Tx | Db, zoneId: string, purpose: LinkPurpose, accountId?: string): Promise<void> {
  let query = tx
    .deleteFrom('one_time_link')
    .where('zone_id', '=', zoneId)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
  if (accountId !== undefined) query = query.where('account_id', '=', accountId)
  await query.execute()
}
