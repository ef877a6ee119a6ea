import { sql } from 'kysely'
import { assert, err, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Tx } from '@tingzhou/db'
import { createAccount, type By } from './account.ts'
import { createApiKey, type ApiKeyError } from './api-key.ts'
import { instant } from './instant.ts'

/** What an enterprise asks of a new key. */
export type NewFirmKey = {
  readonly id: string
  readonly partyId: string
  /** Where it is used; history names what is done with it by this. */
  readonly name: string
  readonly readOnly: boolean
  readonly expiresAt: EpochMs
}

export type TooManyKeys = { readonly kind: 'too_many_keys'; readonly partyId: string; readonly most: number }

/** Keys in use that one enterprise may have. */
export const firmKeysMax = 20

/**
 * Makes a key of an enterprise, with an account of its own that acts for this enterprise and for nobody else, so that a key
 * outlives whoever made it and history tells the system from the person.
 * @returns the key; it is kept nowhere
 */
export async function createFirmKey(
  tx: Tx,
  zoneId: string,
  wish: NewFirmKey,
  by: By,
  now: EpochMs,
): Promise<Result<string, ApiKeyError | TooManyKeys>> {
  const { id, partyId, name, readOnly, expiresAt } = wish
  await sql`select pg_advisory_xact_lock(hashtext(${`access.firm_key ${zoneId} ${partyId}`}))`.execute(tx)
  if (await isKnown(tx, zoneId, id)) return err({ kind: 'command_reused', commandId: id })
  if (expiresAt <= now) return err({ kind: 'expired_already', expiresAt })
  if ((await countInUse(tx, zoneId, partyId, now)) >= firmKeysMax)
    return err({ kind: 'too_many_keys', partyId, most: firmKeysMax })
  const account = await createAccount(
    tx,
    zoneId,
    {
      username: `key-${id}`,
      name,
      kind: 'machine',
      lang: 'zh-CN',
      roles: [{ role: 'enterprise', partyId }],
      synthetic: false,
      demo: false,
    },
    by,
    now,
  )
  assert(account.ok, 'a name made of an id is free, and the party is the one that the maker belongs to')
  const plain = { id, accountId: account.value, name, roles: null, expiresAt }
  return createApiKey(tx, zoneId, { ...plain, partyId, readOnly }, by.accountId, now)
}

async function isKnown(tx: Tx, zoneId: string, id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('api_key')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}

async function countInUse(tx: Tx, zoneId: string, partyId: string, now: EpochMs): Promise<number> {
  const row = await tx
    .selectFrom('api_key')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('zone_id', '=', zoneId)
    .where('party_id', '=', partyId)
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', instant(now))]))
    .executeTakeFirstOrThrow()
  return Number(row.n)
}
