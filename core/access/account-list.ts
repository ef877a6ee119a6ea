import { sql } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'
import { containing, type Db, type Tx } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { findParties, listMemberships, type ActorMembership, type Role } from '@tingzhou/parties'
import type { Account } from './contract.ts'
import { lockedUntil } from './sign-in-guard.ts'

export type AccountFilter = {
  readonly cursor?: string | undefined
  readonly limit: number
  readonly q?: string | undefined
  readonly role?: Role | undefined
  readonly partyId?: string | undefined
  readonly state?: 'open' | 'closed' | undefined
  readonly kind?: 'person' | 'machine' | undefined
}
type NamedMembership = ActorMembership & { readonly partyName: string | null }

const columns = [
  'account.id',
  'account.username',
  'account.name',
  'account.email',
  'account.kind',
  'account.lang',
  'account.state',
  'account.two_factor_enabled as totpEnabled',
  'account.synthetic',
  'account.rev',
  'account.created_at as createdAt',
] as const

/** Accounts by name with their roles. Four statements. */
export async function listAccounts(db: Db, zoneId: string, filter: AccountFilter, now: EpochMs) {
  const query = within(db, zoneId, filter)
  const sort = [
    { ref: sql.ref('account.name'), order: 'asc', kind: 'string', read: (row: { name: string }) => row.name },
    { ref: sql.ref('account.id'), order: 'asc', kind: 'string', read: (row: { id: string }) => row.id },
  ] as const
  const { rows, next } = await keysetPage(query.select(columns), sort, filter)
  const counted = await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirst()
  return { rows: await complete(db, zoneId, rows, now), next, total: counted?.total ?? 0 }
}

function within(db: Db, zoneId: string, filter: AccountFilter) {
  let query = db.selectFrom('account').where('account.zone_id', '=', zoneId)
  const { q, role, partyId, state, kind } = filter
  if (state) query = query.where('account.state', '=', state)
  if (kind) query = query.where('account.kind', '=', kind)
  if (q) {
    const like = containing(q)
    query = query.where((eb) => eb.or([eb('account.name', 'ilike', like), eb('account.username', 'ilike', like)]))
  }
  if (role !== undefined || partyId !== undefined)
    query = query.where('account.id', 'in', (eb) => {
      let held = eb
        .selectFrom('membership')
        .select('account_id')
        .where('zone_id', '=', zoneId)
        .where('until', 'is', null)
      if (role !== undefined) held = held.where('role', '=', role)
      if (partyId !== undefined) held = held.where('party_id', '=', partyId)
      return held
    })
  return query
}

/** One account with its roles, or null. */
export async function findAccount(db: Db | Tx, zoneId: string, id: string, now: EpochMs): Promise<Account | null> {
  const rows = await db
    .selectFrom('account')
    .select(columns)
    .where('account.zone_id', '=', zoneId)
    .where('account.id', '=', id)
    .execute()
  const [account] = await complete(db, zoneId, rows, now)
  return account ?? null
}

type Row = Omit<Account, 'memberships' | 'lockedUntil' | 'email'> & { readonly email: string }

async function complete(db: Db | Tx, zoneId: string, rows: readonly Row[], now: EpochMs): Promise<Account[]> {
  const roles = await namedRoles(
    db,
    zoneId,
    rows.map((row) => row.id),
  )
  const locks = await lockedUntil(
    db,
    zoneId,
    rows.map((row) => `name:${row.username}`),
    now,
  )
  return rows.map((row) => ({
    ...row,
    email: row.email.endsWith('@account.invalid') ? null : row.email,
    memberships: [...(roles.get(row.id) ?? [])],
    lockedUntil: locks.get(`name:${row.username}`) ?? null,
  }))
}

/** The open roles of accounts with the names of their parties. Two statements. */
export async function namedRoles(
  db: Db | Tx,
  zoneId: string,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, readonly NamedMembership[]>> {
  const held = await listMemberships(db, zoneId, { accountIds })
  const ids = [...new Set(held.flatMap(({ partyId }) => partyId ?? []))]
  const names = new Map((await findParties(db, zoneId, ids)).map((party) => [party.id, party.name]))
  const byAccount = new Map<string, NamedMembership[]>()
  for (const { accountId, role, partyId } of held) {
    const partyName = partyId === null ? null : (names.get(partyId) ?? null)
    const list = byAccount.get(accountId) ?? []
    byAccount.set(accountId, [...list, { role, partyId, partyName }])
  }
  return byAccount
}
