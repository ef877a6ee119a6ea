import { sql } from 'kysely'
import type { EpochMs, Result } from '@tingzhou/kernel'
import { err, ok } from '@tingzhou/kernel'
import { at, type Db, type Tx } from '@tingzhou/db'
import { setRoles, type Role } from '@tingzhou/parties'
import type { ApiKey } from './contract.ts'
import { instant } from './instant.ts'
import { newToken, sha256 } from './secret.ts'

export type NewApiKey = {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly roles: readonly Role[] | null
  readonly expiresAt: EpochMs | null
  /** The enterprise whose system uses it; its account is the key's own. */
  readonly partyId?: string
  /** Refused for everything that changes something. */
  readonly readOnly?: boolean
}
export type ApiKeyError =
  | { readonly kind: 'no_such_account'; readonly accountId: string }
  | { readonly kind: 'command_reused'; readonly commandId: string }
  | { readonly kind: 'expired_already'; readonly expiresAt: EpochMs }

const lastUsedStepMs = 60_000

/**
 * Makes a key for an account. The key itself is returned once and kept nowhere, so a repeat of the command id is refused.
 * @returns the key, `tz_` and 43 characters
 */
export async function createApiKey(
  tx: Tx,
  zoneId: string,
  wish: NewApiKey,
  by: string,
  now: EpochMs,
): Promise<Result<string, ApiKeyError>> {
  if (wish.expiresAt !== null && wish.expiresAt <= now)
    return err({ kind: 'expired_already', expiresAt: wish.expiresAt })
  const account = await tx
    .selectFrom('account')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('id', '=', wish.accountId)
    .executeTakeFirst()
  if (!account) return err({ kind: 'no_such_account', accountId: wish.accountId })
  const key = `tz_${newToken()}`
  const inserted = await tx
    .insertInto('api_key')
    .values({
      zone_id: zoneId,
      id: wish.id,
      account_id: wish.accountId,
      name: wish.name,
      key_sha256: sha256(key),
      hint: key.slice(0, 8),
      roles: wish.roles === null ? null : [...wish.roles],
      created_at: at(now),
      created_by: by,
      expires_at: wish.expiresAt === null ? null : at(wish.expiresAt),
      party_id: wish.partyId ?? null,
      read_only: wish.readOnly ?? false,
    })
    .onConflict((oc) => oc.columns(['zone_id', 'id']).doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n ? ok(key) : err({ kind: 'command_reused', commandId: wish.id })
}

/** Which keys: one, or those of some enterprises; all of the zone when both are left out. */
export type WhichKeys = { readonly id?: string; readonly partyIds?: readonly string[] }

/** Keys of the zone, at most 200: those that were not revoked, then the others, each the newest first. */
export async function listApiKeys(tx: Tx | Db, zoneId: string, { id, partyIds }: WhichKeys = {}): Promise<ApiKey[]> {
  let query = tx
    .selectFrom('api_key')
    .innerJoin('account', (join) =>
      join.onRef('account.id', '=', 'api_key.account_id').onRef('account.zone_id', '=', 'api_key.zone_id'),
    )
    .leftJoin('party', (join) =>
      join.onRef('party.id', '=', 'api_key.party_id').onRef('party.zone_id', '=', 'api_key.zone_id'),
    )
    .select([
      'api_key.id',
      'api_key.account_id as accountId',
      'account.name as accountName',
      'api_key.name',
      'api_key.hint',
      'api_key.roles',
      'api_key.created_at as createdAt',
      'api_key.created_by as createdBy',
      'api_key.expires_at as expiresAt',
      'api_key.last_used_at as lastUsedAt',
      'api_key.revoked_at as revokedAt',
      'api_key.party_id as partyId',
      'party.name as partyName',
      'api_key.read_only as readOnly',
    ])
    .where('api_key.zone_id', '=', zoneId)
    .orderBy((eb) => eb('api_key.revoked_at', 'is not', null))
    .orderBy('api_key.created_at', 'desc')
    .orderBy('api_key.id', 'desc')
    .limit(200)
  if (id !== undefined) query = query.where('api_key.id', '=', id)
  if (partyIds) query = query.where('api_key.party_id', 'in', partyIds)
  return query.execute()
}

/**
 * Ends a key, and with an enterprise's key the account that was made for it.
 * @returns whose key it was; null: there is no such key in use
 */
export async function revokeApiKey(
  tx: Tx,
  zoneId: string,
  { id, partyIds }: { readonly id: string; readonly partyIds?: readonly string[] },
  by: string,
  now: EpochMs,
): Promise<string | null> {
  let query = tx
    .updateTable('api_key')
    .set({ revoked_at: at(now), revoked_by: by })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
  if (partyIds) query = query.where('party_id', 'in', partyIds)
  const ended = await query.returning(['account_id', 'party_id']).executeTakeFirst()
  if (!ended) return null
  if (ended.party_id !== null) await closeAccount(tx, zoneId, ended.account_id, by, now)
  return ended.account_id
}

/** Without its roles nobody counts it among the people of the enterprise any more, such as whom to notify. */
async function closeAccount(tx: Tx, zoneId: string, id: string, by: string, now: EpochMs): Promise<void> {
  await tx
    .updateTable('account')
    .set((eb) => ({ state: 'closed' as const, rev: eb('rev', '+', 1), updated_at: at(now) }))
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()
  await setRoles(tx, zoneId, id, [], by, now)
}

/** A key as it is used. */
export type UsableKey = {
  readonly accountId: string
  readonly roles: readonly Role[] | null
  readonly readOnly: boolean
}

/** Whose key this is and what it may, or null when it is unknown, revoked or over. Notes the use once a minute. */
export async function findUsableKey(
  db: Db,
  zoneId: string,
  keySha256: string,
  now: EpochMs,
): Promise<UsableKey | null> {
  const row = await db
    .selectFrom('api_key')
    .select(['id', 'account_id', 'roles', 'read_only', 'last_used_at'])
    .where('zone_id', '=', zoneId)
    .where('key_sha256', '=', keySha256)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', instant(now))]))
    .executeTakeFirst()
  if (!row) return null
  if (row.last_used_at === null || now - row.last_used_at > lastUsedStepMs)
    await sql`update api_key set last_used_at = ${at(now)} where zone_id = ${zoneId} and id = ${row.id}`.execute(db)
  return { accountId: row.account_id, roles: row.roles, readOnly: row.read_only }
}
