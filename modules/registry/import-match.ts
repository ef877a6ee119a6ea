import { newId, type CommandDeps, type Db, type Tx } from '@tingzhou/db'
import {
  blankContact,
  contactFacts,
  maskedChanges,
  readContacts,
  type StoredContact,
  type StoredFacts,
} from './contact.ts'
import { applyInput, blankFacts, changesOf, isIdentifying, readCode, type FieldChange } from './enterprise.ts'
import type { EnterpriseChange } from './enterprise-contract.ts'
import { findMatching, type StoredEnterprise } from './enterprise-rows.ts'
import type { ChangedEnterprise, NewEnterprise } from './enterprise-save.ts'
import type { PlannedContact, PlannedRow } from './import-plan.ts'
import type { RowOutcome, StoredFault } from './import-report.ts'

/** What a row does to the register. */
export type RowEffect = {
  readonly row: number
  readonly outcome: RowOutcome
  readonly name: string
  readonly added: NewEnterprise | null
  readonly changed: ChangedEnterprise | null
  readonly newContact: { readonly id: string; readonly enterpriseId: string; readonly facts: StoredFacts } | null
  readonly changedContact: { readonly id: string; readonly facts: StoredFacts } | null
  /** Of an entry that stays: what its contact changed. */
  readonly beside: { readonly enterpriseId: string; readonly changes: readonly FieldChange[] } | null
}

export type Matched = { readonly effects: readonly RowEffect[]; readonly faults: readonly StoredFault[] }

/** Finds out what rows do: by code an entry is the same, by name only where the row has no code. */
export async function matchRows(
  tx: Db | Tx,
  deps: CommandDeps,
  rows: readonly PlannedRow[],
  options: { readonly synthetic: boolean; readonly lock: boolean; readonly nameHead: string },
): Promise<Matched> {
  const codes = rows.flatMap(({ code }) => (code === null ? [] : [code]))
  const names = rows.flatMap(({ code, name }) => (code === null ? [name] : []))
  const entries = await findMatching(tx, deps.zoneId, { codes, names, lock: options.lock })
  const known = indexEntries(entries)
  const contacts = await contactsOf(tx, deps, rows, entries)
  const taken = new Map<string, number>()
  const effects: RowEffect[] = []
  const faults: StoredFault[] = []
  for (const row of rows) {
    const found =
      row.code === null
        ? (known.byName.get(row.name) ?? [])
        : [known.byCode.get(row.code)].filter((e) => e !== undefined)
    const [entry] = found
    const before = entry && taken.get(entry.id)
    const rule = found.length > 1 ? `ambiguous_name ${found.length}` : before ? `repeated_in_file ${before}` : null
    if (rule !== null) faults.push({ row: row.row, column: options.nameHead, value: row.name, rule })
    if (rule !== null) continue
    if (entry) taken.set(entry.id, row.row)
    effects.push(entry ? effectOn(row, entry, contacts) : effectOfNew(row, options.synthetic))
  }
  return { effects, faults }
}

function indexEntries(entries: readonly StoredEnterprise[]) {
  const byCode = new Map<string, StoredEnterprise>()
  const byName = new Map<string, StoredEnterprise[]>()
  for (const entry of entries) {
    const { uscc, name } = entry.facts
    if (uscc !== null && isIdentifying(entry.usccStatus)) byCode.set(uscc, entry)
    byName.set(name, [...(byName.get(name) ?? []), entry])
  }
  return { byCode, byName }
}

async function contactsOf(
  tx: Db | Tx,
  deps: CommandDeps,
  rows: readonly PlannedRow[],
  entries: readonly StoredEnterprise[],
): Promise<ReadonlyMap<string, StoredContact>> {
  const names = rows.flatMap(({ contact }) => (contact ? [contact.name] : []))
  if (names.length === 0 || entries.length === 0) return new Map()
  const ids = entries.map(({ id }) => id)
  const stored = await readContacts(tx, deps.zoneId, ids, [...new Set(names)])
  return new Map(stored.toReversed().map((contact) => [`${contact.enterpriseId} ${contact.name}`, contact]))
}

const nothing = { added: null, changed: null, newContact: null, changedContact: null, beside: null }

function effectOfNew(row: PlannedRow, synthetic: boolean): RowEffect {
  const id = newId()
  const newContact = row.contact
    ? { id: newId(), enterpriseId: id, facts: { ...factsFrom(row.contact), main: true } }
    : null
  const beside = newContact ? contactChange(null, newContact.facts) : []
  const added = { id, facts: applyInput(blankFacts, row.input), synthetic, beside }
  return { ...nothing, row: row.row, name: row.name, outcome: 'added', added, newContact }
}

function effectOn(row: PlannedRow, entry: StoredEnterprise, contacts: ReadonlyMap<string, StoredContact>): RowEffect {
  const after = applyInput(entry.facts, keepCode(row.input, entry))
  const contact = effectOnContact(row.contact, entry.id, contacts)
  const changes = changesOf(entry.facts, after)
  const told = { row: row.row, name: row.name, newContact: contact.newContact, changedContact: contact.changedContact }
  if (changes.length > 0) {
    const changed = { id: entry.id, before: entry.facts, after, synthetic: entry.synthetic, beside: contact.changes }
    return { ...nothing, ...told, outcome: 'updated', changed }
  }
  const beside = contact.changes.length > 0 ? { enterpriseId: entry.id, changes: contact.changes } : null
  return { ...nothing, ...told, outcome: beside ? 'updated' : 'unchanged', beside }
}

/** A code that names nobody never replaces one that does. */
function keepCode(input: EnterpriseChange, entry: StoredEnterprise): EnterpriseChange {
  const { uscc, ...others } = input
  const weaker = isIdentifying(entry.usccStatus) && !isIdentifying(readCode(uscc ?? null).usccStatus)
  return weaker || uscc === undefined ? others : input
}

function effectOnContact(
  contact: PlannedContact | null,
  enterpriseId: string,
  contacts: ReadonlyMap<string, StoredContact>,
) {
  const none = { newContact: null, changedContact: null, changes: [] as readonly FieldChange[] }
  if (contact === null) return none
  const stored = contacts.get(`${enterpriseId} ${contact.name}`)
  if (!stored) {
    const facts = factsFrom(contact)
    return { ...none, newContact: { id: newId(), enterpriseId, facts }, changes: contactChange(null, facts) }
  }
  const before = contactFacts(stored)
  const facts: StoredFacts = { ...before, ...contact, state: 'active' }
  if (changesOf(before, facts).length === 0) return none
  return { ...none, changedContact: { id: stored.id, facts }, changes: contactChange(before, facts) }
}

const factsFrom = (contact: PlannedContact): StoredFacts => ({ ...blankContact, ...contact })

/** A contact's change as one line of the enterprise's history, numbers masked. */
const contactChange = (before: StoredFacts | null, after: StoredFacts): readonly FieldChange[] =>
  maskedChanges(changesOf(before ?? blankContact, after)).map(({ field, from, to }) => ({
    field: `contact.${field}`,
    from,
    to,
  }))
