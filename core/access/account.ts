import { sql } from 'kysely'
import type { EpochMs, Result } from '@tingzhou/kernel'
import { err, ok } from '@tingzhou/kernel'
import { at, expectRevision, newId, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import { appendHistory } from '@tingzhou/audit'
import {
  changeParty,
  createParty,
  findParties,
  setRoles,
  type Actor,
  type Lang,
  type RoleGrant,
} from '@tingzhou/parties'

/** What a new account says of itself. */
export type NewAccount = {
  readonly username: string
  readonly name: string
  /** Already hashed; absent: no password yet. */
  readonly passwordHash?: string
  readonly email?: string
  readonly kind: 'person' | 'machine'
  readonly lang: Lang
  readonly roles: readonly RoleGrant[]
  readonly synthetic: boolean
  readonly demo: boolean
}

export type AccountChange = {
  readonly rev: number
  readonly name?: string
  readonly email?: string | null
  readonly lang?: Lang
  readonly state?: 'open' | 'closed'
  readonly roles?: readonly RoleGrant[]
}

export type UsernameTaken = { readonly kind: 'username_taken'; readonly username: string }
export type EmailTaken = { readonly kind: 'email_taken'; readonly email: string }
export type NoSuchParty = { readonly kind: 'no_such_party'; readonly partyId: string }
export type RoleNeedsParty = { readonly kind: 'role_needs_party'; readonly role: string }
export type LastAdmin = { readonly kind: 'last_admin' }
export type NoSuchAccount = { readonly kind: 'no_such_account'; readonly accountId: string }
export type CreateError = UsernameTaken | EmailTaken | NoSuchParty | RoleNeedsParty
export type ChangeError = EmailTaken | NoSuchParty | RoleNeedsParty | LastAdmin | NoSuchAccount | StaleRevision

/** Who acts, as history names them. */
export type By = Pick<Actor, 'accountId' | 'name'>

/** What stands in for a missing address: better-auth asks for one, `.invalid` never resolves. RFC 2606. */
export const noAddress = (id: string): string => `${id}@account.invalid`

/** How user names are compared. */
export const foldUsername = (username: string): string => username.trim().normalize('NFKC').toLowerCase()

/** The open account of a person by its user name, however it is typed; null: none. One statement. */
export async function findPersonAccount(db: Db | Tx, zoneId: string, username: string): Promise<string | null> {
  const row = await db
    .selectFrom('account')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('username', '=', foldUsername(username))
    .where('kind', '=', 'person')
    .where('state', '=', 'open')
    .executeTakeFirst()
  return row?.id ?? null
}

/** Creates an account, its person party, its password and its roles. @returns its id */
export async function createAccount(
  tx: Tx,
  zoneId: string,
  wish: NewAccount,
  by: By,
  now: EpochMs,
): Promise<Result<string, CreateError>> {
  const id = newId()
  const username = foldUsername(wish.username)
  const email = wish.email?.toLowerCase()
  const refusal =
    (await findTaken(tx, zoneId, { username, email, except: null })) ?? (await checkGrants(tx, zoneId, wish.roles))
  if (refusal) return err(refusal)
  await createParty(tx, zoneId, { id, kind: 'person', name: wish.name, synthetic: wish.synthetic }, now)
  const stamp = { zone_id: zoneId, created_at: at(now), updated_at: at(now) }
  await tx
    .insertInto('account')
    .values({
      ...stamp,
      id,
      kind: wish.kind,
      username,
      name: wish.name,
      email: email ?? noAddress(id),
      email_verified: email !== undefined,
      image: null,
      lang: wish.lang,
      synthetic: wish.synthetic,
      demo: wish.demo,
    })
    .execute()
  if (wish.passwordHash !== undefined) await savePassword(tx, zoneId, id, wish.passwordHash, now)
  await setRoles(tx, zoneId, id, wish.roles, by.accountId, now)
  await record(tx, zoneId, id, 'create', by, now, { username, kind: wish.kind, roles: wish.roles.map(plain) })
  return ok(id)
}

/** Changes an account if nobody else did since `rev`. The zone keeps an administrator. */
export async function changeAccount(
  tx: Tx,
  zoneId: string,
  id: string,
  change: AccountChange,
  by: By,
  now: EpochMs,
): Promise<Result<null, ChangeError>> {
  const held = await tx
    .selectFrom('account')
    .select(['rev', 'state', 'name'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!held) return err({ kind: 'no_such_account', accountId: id })
  const fits = expectRevision(held.rev, change.rev)
  if (!fits.ok) return err(fits.error)
  // One after the other, or two administrators could close each other at once.
  await sql`select pg_advisory_xact_lock(hashtext(${`access.admin ${zoneId}`}))`.execute(tx)
  const hadAdmin = await hasAdmin(tx, zoneId)
  const { rev: _rev, roles, email, ...plainChange } = change
  const address =
    email === undefined ? {} : { email: email?.toLowerCase() ?? noAddress(id), email_verified: email !== null }
  const refusal =
    (await findTaken(tx, zoneId, { email: email?.toLowerCase(), except: id })) ??
    (await checkGrants(tx, zoneId, roles ?? []))
  if (refusal && refusal.kind !== 'username_taken') return err(refusal)
  await tx
    .updateTable('account')
    .set((eb) => ({ ...plainChange, ...address, rev: eb('rev', '+', 1), updated_at: at(now) }))
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()
  if (change.name !== undefined && change.name !== held.name)
    await changeParty(tx, zoneId, id, { name: change.name }, now)
  if (roles) await setRoles(tx, zoneId, id, roles, by.accountId, now)
  if (change.state === 'closed') await endSessions(tx, zoneId, id)
  if (hadAdmin && !(await hasAdmin(tx, zoneId))) return err({ kind: 'last_admin' })
  await record(tx, zoneId, id, 'change', by, now, { ...plainChange, ...(roles ? { roles: roles.map(plain) } : {}) })
  return ok(null)
}

const plain = ({ role, partyId }: RoleGrant) => ({ role, partyId })

async function record(
  tx: Tx,
  zoneId: string,
  id: string,
  verb: string,
  by: By,
  now: EpochMs,
  data: Record<string, string | readonly { role: string; partyId: string | null }[]>,
): Promise<void> {
  const entry = {
    objectKind: 'account',
    objectId: id,
    at: now,
    verb,
    actorId: by.accountId,
    actorName: by.name,
    public: false,
    data,
  }
  await appendHistory(tx, zoneId, [entry])
}

async function findTaken(
  tx: Tx,
  zoneId: string,
  wish: { readonly username?: string; readonly email?: string | undefined; readonly except: string | null },
): Promise<UsernameTaken | EmailTaken | null> {
  const rows = await tx
    .selectFrom('account')
    .select(['id', 'username', 'email'])
    .where('zone_id', '=', zoneId)
    .where((eb) => eb.or([eb('username', '=', wish.username ?? ''), eb('email', '=', wish.email ?? '')]))
    .execute()
  const others = rows.filter((row) => row.id !== wish.except)
  if (wish.username !== undefined && others.some((row) => row.username === wish.username))
    return { kind: 'username_taken', username: wish.username }
  if (wish.email !== undefined && others.length > 0) return { kind: 'email_taken', email: wish.email }
  return null
}

// Roles that mean nothing without the party they are held for.
const roleOfParty: ReadonlySet<string> = new Set([
  'enterprise',
  'area_lead',
  'dept_head',
  'dept_officer',
  'weighbridge_clerk',
])

/** Whether the roles can be held: those that need a party have one, and every party exists. */
export async function checkGrants(
  tx: Tx | Db,
  zoneId: string,
  grants: readonly RoleGrant[],
): Promise<NoSuchParty | RoleNeedsParty | null> {
  const bare = grants.find(({ role, partyId }) => partyId === null && roleOfParty.has(role))
  if (bare) return { kind: 'role_needs_party', role: bare.role }
  const ids = [...new Set(grants.flatMap(({ partyId }) => partyId ?? []))]
  const found = new Set((await findParties(tx, zoneId, ids)).map((party) => party.id))
  const missing = ids.find((id) => !found.has(id))
  return missing === undefined ? null : { kind: 'no_such_party', partyId: missing }
}

/** Whether someone can administer the zone: a person, open, with the role admin. */
export async function hasAdmin(tx: Tx | Db, zoneId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('membership')
    .innerJoin('account', (join) =>
      join.onRef('account.id', '=', 'membership.account_id').onRef('account.zone_id', '=', 'membership.zone_id'),
    )
    .select('account.id')
    .where('membership.zone_id', '=', zoneId)
    .where('membership.role', '=', 'admin')
    .where('membership.until', 'is', null)
    .where('account.state', '=', 'open')
    .where('account.kind', '=', 'person')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Sets an account's password, already hashed. */
export async function savePassword(
  tx: Tx | Db,
  zoneId: string,
  accountId: string,
  hash: string,
  now: EpochMs,
): Promise<void> {
  await tx
    .insertInto('account_credential')
    .values({
      zone_id: zoneId,
      id: newId(),
      account_id: accountId,
      provider_id: 'credential',
      user_id: accountId,
      password: hash,
      created_at: at(now),
      updated_at: at(now),
    })
    .onConflict((oc) =>
      oc.columns(['zone_id', 'provider_id', 'account_id']).doUpdateSet({ password: hash, updated_at: at(now) }),
    )
    .execute()
}

/** The account's password hash, or null. */
export async function findPassword(tx: Tx | Db, zoneId: string, accountId: string): Promise<string | null> {
  const row = await tx
    .selectFrom('account_credential')
    .select('password')
    .where('zone_id', '=', zoneId)
    .where('provider_id', '=', 'credential')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return row?.password ?? null
}

/** Ends an account's sessions. @param except  token of the one that stays */
export async function endSessions(tx: Tx | Db, zoneId: string, accountId: string, except?: string): Promise<void> {
  let query = tx.deleteFrom('account_session').where('zone_id', '=', zoneId).where('user_id', '=', accountId)
  if (except !== undefined) query = query.where('token', '!=', except)
  await query.execute()
}

/** Takes the one-time-code app away from an account. */
export async function removeTotp(tx: Tx, zoneId: string, accountId: string, by: By, now: EpochMs): Promise<void> {
  await sql`delete from account_totp where user_id = ${accountId}`.execute(tx)
  await tx
    .updateTable('account')
    .set((eb) => ({ two_factor_enabled: false, rev: eb('rev', '+', 1), updated_at: at(now) }))
    .where('zone_id', '=', zoneId)
    .where('id', '=', accountId)
    .execute()
  await record(tx, zoneId, accountId, 'remove_totp', by, now, {})
}
