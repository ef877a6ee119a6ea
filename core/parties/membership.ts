import { sql } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'
import { at, newId, type Db, type Tx } from '@tingzhou/db'
import type { Role } from './actor.ts'

/** A role that an account holds or held. */
export type Membership = {
  readonly id: string
  readonly accountId: string
  readonly role: Role
  readonly partyId: string | null
  readonly since: EpochMs
  readonly until: EpochMs | null
}

export type RoleGrant = { readonly role: Role; readonly partyId: string | null }

/** Gives an account roles; those it holds already stay as they are. One statement. */
export async function grantRoles(
  tx: Tx | Db,
  zoneId: string,
  accountId: string,
  grants: readonly RoleGrant[],
  by: string,
  now: EpochMs,
): Promise<void> {
  if (grants.length === 0) return
  const rows = grants.map((grant) => ({
    zone_id: zoneId,
    id: newId(),
    account_id: accountId,
    role: grant.role,
    party_id: grant.partyId,
    since: at(now),
    granted_by: by,
  }))
  await tx
    .insertInto('membership')
    .values(rows)
    // The index membership_held: one open membership an account, role and party.
    .onConflict((oc) =>
      oc
        .expression(sql`zone_id, account_id, role, coalesce(party_id, '')`)
        .where('until', 'is', null)
        .doNothing(),
    )
    .execute()
}

/** Ends memberships; they stay as history. */
export async function endMemberships(
  tx: Tx | Db,
  zoneId: string,
  ids: readonly string[],
  by: string,
  now: EpochMs,
): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('membership')
    .set({ until: sql<Date>`greatest(since, ${at(now)}::timestamptz)`, ended_by: by })
    .where('zone_id', '=', zoneId)
    .where('id', 'in', ids)
    .where('until', 'is', null)
    .execute()
}

/**
 * Makes the account's open roles exactly these: grants what is missing, ends what is no longer wanted.
 * @returns whether anything changed
 */
export async function setRoles(
  tx: Tx | Db,
  zoneId: string,
  accountId: string,
  wanted: readonly RoleGrant[],
  by: string,
  now: EpochMs,
): Promise<boolean> {
  const held = await listMemberships(tx, zoneId, { accountId })
  const same = (a: RoleGrant, b: RoleGrant) => a.role === b.role && a.partyId === b.partyId
  const ended = held.filter((one) => !wanted.some((want) => same(one, want)))
  const missing = wanted.filter((want) => !held.some((one) => same(one, want)))
  await endMemberships(
    tx,
    zoneId,
    ended.map((one) => one.id),
    by,
    now,
  )
  await grantRoles(tx, zoneId, accountId, missing, by, now)
  return ended.length + missing.length > 0
}

/** Open memberships of an account, of a party, or of a role; name at least one. At most 10,000. */
export async function listMemberships(
  tx: Tx | Db,
  zoneId: string,
  filter: {
    readonly accountId?: string
    readonly accountIds?: readonly string[]
    readonly partyId?: string
    readonly roles?: readonly Role[]
  },
): Promise<readonly Membership[]> {
  if (filter.accountIds?.length === 0) return []
  let query = tx
    .selectFrom('membership')
    .select(['id', 'account_id as accountId', 'role', 'party_id as partyId', 'since', 'until'])
    .where('zone_id', '=', zoneId)
    .where('until', 'is', null)
    .orderBy('since')
    .orderBy('id')
    .limit(10_000)
  if (filter.accountId !== undefined) query = query.where('account_id', '=', filter.accountId)
  if (filter.accountIds !== undefined) query = query.where('account_id', 'in', filter.accountIds)
  if (filter.partyId !== undefined) query = query.where('party_id', '=', filter.partyId)
  if (filter.roles !== undefined) query = query.where('role', 'in', filter.roles)
  return query.execute()
}

/** Accounts that hold one of the roles for the party (null: for the whole zone), such as whom to notify. */
export async function accountsWithRole(
  tx: Tx | Db,
  zoneId: string,
  roles: readonly Role[],
  partyId: string | null,
): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('membership')
    .select('account_id')
    .distinct()
    .where('zone_id', '=', zoneId)
    .where('until', 'is', null)
    .where('role', 'in', roles)
    .where('party_id', partyId === null ? 'is' : '=', partyId)
    .execute()
  return rows.map((row) => row.account_id)
}
