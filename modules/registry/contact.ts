import { sql } from 'kysely'
import { at, expectRevision, jsonb, newId, type CommandDeps, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { changesOf, type FieldChange } from './enterprise.ts'
import type { Contact, ContactFacts, ContactChange, ContactInput } from './enterprise-contract.ts'
import type { Changed } from './shared-contract.ts'
import { checkAccounts, type UnknownAccount } from './heads.ts'
import { maskEmail, maskPhone } from './mask.ts'
import { oneOf } from './one-of.ts'
import { recordChanges, type By } from './record.ts'
import './tables.ts'

export type StoredFacts = ContactFacts & { readonly state: 'active' | 'left' }
export type ContactError = { readonly kind: 'not_found' } | StaleRevision | UnknownAccount

export const blankContact: StoredFacts = {
  name: '',
  role: '',
  phone: '',
  email: '',
  accountId: null,
  main: false,
  state: 'active',
}

/** What history keeps of a change: numbers and addresses masked, since history is never removed. */
export const maskedChanges = (changes: readonly FieldChange[]): readonly FieldChange[] =>
  changes.map((change) => {
    const mask = change.field === 'phone' ? maskPhone : change.field === 'email' ? maskEmail : null
    if (!mask) return change
    return { field: change.field, from: mask(String(change.from ?? '')), to: mask(String(change.to ?? '')) }
  })

/** Adds a contact to an enterprise that the caller has locked. The first one is the main one. */
export async function createContact(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  enterpriseId: string,
  input: ContactInput,
): Promise<Result<Changed, ContactError>> {
  const facts: StoredFacts = { ...blankContact, ...defined(input) }
  const accounts = await checkAccounts(tx, deps.zoneId, [['accountId', facts.accountId]])
  if (!accounts.ok) return accounts
  const others = await readContacts(tx, deps.zoneId, [enterpriseId])
  const main = facts.main || !others.some((other) => other.main && other.state === 'active')
  const id = newId()
  const added = { ...facts, main }
  await insertContacts(tx, deps, by, [{ id, enterpriseId, facts: added }])
  if (main) await yieldMain(tx, deps, by, enterpriseId, id)
  const changes = maskedChanges(changesOf(blankContact, added))
  await recordChanges(tx, deps, by, [
    { objectKind: 'enterprise', objectId: enterpriseId, verb: 'contact_added', changes },
  ])
  return ok({ id, rev: 1 })
}

/** Changes a contact; who has left stays as one who left. */
export async function changeContact(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  input: ContactChange & {
    readonly enterpriseId: string
    readonly id: string
    readonly rev: number
    readonly state?: 'active' | 'left' | undefined
    readonly why?: string | undefined
  },
): Promise<Result<Changed, ContactError>> {
  const { enterpriseId, id, rev, why, ...entered } = input
  const all = await readContacts(tx, deps.zoneId, [enterpriseId])
  const stored = all.find((contact) => contact.id === id)
  if (!stored) return err({ kind: 'not_found' })
  const fresh = expectRevision(stored.rev, rev)
  if (!fresh.ok) return fresh
  const before: StoredFacts = contactFacts(stored)
  const wanted: StoredFacts = { ...before, ...defined(entered) }
  const after = { ...wanted, main: wanted.main && wanted.state === 'active' }
  const changes = changesOf(before, after)
  if (changes.length === 0) return ok({ id, rev })
  const accounts = await checkAccounts(tx, deps.zoneId, [['accountId', after.accountId]])
  if (!accounts.ok) return accounts
  await tx
    .updateTable('enterprise_contact')
    .set({ ...rowOf(after), rev: rev + 1, updated_at: at(deps.clock()), updated_by: by.accountId })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  if (after.main && !before.main) await yieldMain(tx, deps, by, enterpriseId, id)
  await recordChanges(tx, deps, by, [
    { objectKind: 'enterprise', objectId: enterpriseId, verb: 'contact_changed', changes: maskedChanges(changes), why },
  ])
  return ok({ id, rev: rev + 1 })
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }
/** Without the fields that were not entered. */
const defined = <T extends object>(input: T): Defined<T> =>
  // Dropping undefined values is exactly what Defined says.
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as Defined<T>

/** One main contact an enterprise. */
const yieldMain = (tx: Tx, deps: CommandDeps, by: By, enterpriseId: string, mainId: string) =>
  tx
    .updateTable('enterprise_contact')
    .set((eb) => ({ main: false, rev: eb('rev', '+', 1), updated_at: at(deps.clock()), updated_by: by.accountId }))
    .where('zone_id', '=', deps.zoneId)
    .where('enterprise_id', '=', enterpriseId)
    .where('id', '<>', mainId)
    .where('main', '=', true)
    .execute()

/** Adds contacts. One statement. */
export async function insertContacts(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  contacts: readonly { readonly id: string; readonly enterpriseId: string; readonly facts: StoredFacts }[],
): Promise<void> {
  if (contacts.length === 0) return
  const rows = contacts.map(({ id, enterpriseId, facts }) => ({ id, enterprise_id: enterpriseId, ...rowOf(facts) }))
  await sql`insert into enterprise_contact (zone_id, id, enterprise_id, name, role, phone, email, account_id, main, state,
      created_at, created_by, updated_at, updated_by)
    select ${deps.zoneId}, id, enterprise_id, name, role, phone, email, account_id, main, state,
      ${at(deps.clock())}::timestamptz, ${by.accountId}, ${at(deps.clock())}::timestamptz, ${by.accountId}
    from jsonb_to_recordset(${jsonb(rows)}::jsonb) as c(id text, enterprise_id text, name text, role text, phone text,
      email text, account_id text, main boolean, state text)`.execute(tx)
}

const rowOf = (facts: StoredFacts) => ({
  name: facts.name,
  role: facts.role,
  phone: facts.phone,
  email: facts.email,
  account_id: facts.accountId,
  main: facts.main,
  state: facts.state,
})

export const contactFacts = (contact: StoredContact): StoredFacts => ({
  name: contact.name,
  role: contact.role,
  phone: contact.phone,
  email: contact.email,
  accountId: contact.accountId,
  main: contact.main,
  state: contact.state,
})

export type StoredContact = Omit<Contact, 'masked'>

/** The contacts of enterprises, the main one first, unmasked: whoever shows them masks them. At most 10,000, of these names. */
export async function readContacts(
  db: Db | Tx,
  zoneId: string,
  enterpriseIds: readonly string[],
  names?: readonly string[],
): Promise<readonly StoredContact[]> {
  let query = db
    .selectFrom('enterprise_contact')
    .select([
      'id',
      'enterprise_id as enterpriseId',
      'name',
      'role',
      'phone',
      'email',
      'account_id as accountId',
      'main',
      'state',
      'rev',
      'updated_at as updatedAt',
    ])
    .where('zone_id', '=', zoneId)
    .where('enterprise_id', '=', oneOf(enterpriseIds))
  if (names) query = query.where('name', '=', oneOf(names))
  return query.orderBy('state').orderBy('main', 'desc').orderBy('name').orderBy('id').limit(10_000).execute()
}

/** Changes the facts of contacts. One statement. */
export async function updateContacts(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  contacts: readonly { readonly id: string; readonly facts: StoredFacts }[],
): Promise<void> {
  if (contacts.length === 0) return
  const rows = contacts.map(({ id, facts }) => ({ id, ...rowOf(facts) }))
  await sql`update enterprise_contact c set role = n.role, phone = n.phone, email = n.email, state = n.state, rev = c.rev + 1,
      updated_at = ${at(deps.clock())}::timestamptz, updated_by = ${by.accountId}
    from jsonb_to_recordset(${jsonb(rows)}::jsonb) as n(id text, role text, phone text, email text, state text)
    where c.zone_id = ${deps.zoneId} and c.id = n.id`.execute(tx)
}

/** A contact as the reader may see it. */
export const shownContact = (contact: StoredContact, open: boolean): Contact =>
  open
    ? { ...contact, masked: false }
    : { ...contact, phone: maskPhone(contact.phone), email: maskEmail(contact.email), masked: true }
