import { findParties, grantRoles, endMemberships, listMemberships, type Role } from '@tingzhou/parties'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { CommandDeps, Tx } from '@tingzhou/db'

export type UnknownAccount = { readonly kind: 'unknown_account'; readonly field: string; readonly value: string }

/** Refuses accounts that do not exist. @param accounts  account id by the field that names it */
export async function checkAccounts(
  tx: Tx,
  zoneId: string,
  accounts: readonly (readonly [field: string, id: string | null])[],
): Promise<Result<void, UnknownAccount>> {
  const named = accounts.flatMap(([field, id]) => (id === null ? [] : [{ field, id }]))
  const known = await findParties(tx, zoneId, [...new Set(named.map(({ id }) => id))])
  const persons = new Set(known.filter((party) => party.kind === 'person').map((party) => party.id))
  const wrong = named.find(({ id }) => !persons.has(id))
  return wrong ? err({ kind: 'unknown_account', field: wrong.field, value: wrong.id }) : ok(undefined)
}

/** Whoever heads a party holds its role; who no longer does loses it. Roles that were given otherwise stay. */
export async function changeHeads(
  tx: Tx,
  deps: CommandDeps,
  party: { readonly id: string; readonly role: Role },
  before: readonly (string | null)[],
  after: readonly (string | null)[],
  by: string,
): Promise<void> {
  const gone = before.filter((id) => id !== null && !after.includes(id))
  const come = after.filter((id) => id !== null && !before.includes(id))
  const now = deps.clock()
  if (gone.length > 0) {
    const held = await listMemberships(tx, deps.zoneId, { partyId: party.id, roles: [party.role] })
    const ended = held.filter(({ accountId }) => gone.includes(accountId)).map(({ id }) => id)
    await endMemberships(tx, deps.zoneId, ended, by, now)
  }
  // At most twenty heads (contract).
  for (const accountId of come)
    if (accountId) await grantRoles(tx, deps.zoneId, accountId, [{ role: party.role, partyId: party.id }], by, now)
}
