import { sql } from 'kysely'
import { grantReach, revokeReach, type ReachRow } from '@tingzhou/access'
import { createParties } from '@tingzhou/parties'
import { indexObjects, removeObjects } from '@tingzhou/search'
import { jsonb, type CommandDeps, type Tx } from '@tingzhou/db'
import { blankFacts, changesOf, type FieldChange } from './enterprise.ts'
import type { EnterpriseFacts } from './enterprise-contract.ts'
import { insertStored, updateStored, type Stamp, type WrittenEnterprise } from './enterprise-rows.ts'
import { inTurn, type Write } from './in-turn.ts'
import { recordChanges, recordNew, type By } from './record.ts'

/** An entry that changes. */
export type ChangedEnterprise = {
  readonly id: string
  readonly before: EnterpriseFacts
  readonly after: EnterpriseFacts
  readonly synthetic: boolean
  /** What changed beside the entry itself, such as its contact. */
  readonly beside?: readonly FieldChange[]
}
export type NewEnterprise = WrittenEnterprise & { readonly beside?: readonly FieldChange[] }

const stampOf = (deps: CommandDeps, by: By): Stamp => ({
  zoneId: deps.zoneId,
  actorId: by.accountId,
  now: deps.clock(),
})

/** Adds entries with all that hangs on them: party, history, search, reach. A constant number of statements. */
export const saveNew = (
  tx: Tx,
  deps: CommandDeps,
  by: By,
  entries: readonly NewEnterprise[],
  verb: 'created' | 'imported' | 'split_off',
  why?: string,
): Promise<void> => inTurn(writesOfNew(tx, deps, by, entries, verb, why))

/** The same as writes, for a caller that has more to write; the longest to make come behind the longest to write. */
export function writesOfNew(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  entries: readonly NewEnterprise[],
  verb: 'created' | 'imported' | 'split_off',
  why?: string,
): readonly Write[] {
  if (entries.length === 0) return []
  const partyOf = ({ id, facts, synthetic }: NewEnterprise) => ({
    id,
    kind: 'enterprise' as const,
    name: facts.name,
    synthetic,
  })
  const changeOf = ({ id, facts, beside = [] }: NewEnterprise) => ({
    objectKind: 'enterprise' as const,
    objectId: id,
    verb,
    changes: [...changesOf(blankFacts, facts), ...beside],
    why,
  })
  return [
    async () => createParties(tx, deps.zoneId, entries.map(partyOf), deps.clock()),
    async () => insertStored(tx, entries, stampOf(deps, by)),
    async () => recordNew(tx, deps, by, entries.map(changeOf)),
    async () => indexEnterprises(tx, deps, entries),
    async () =>
      grantReach(
        tx,
        deps.zoneId,
        entries.flatMap(({ id, facts }) => reachOf(id, facts)),
      ),
  ]
}

/** Writes changed entries with all that hangs on them. A constant number of statements. */
export async function saveChanged(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  entries: readonly ChangedEnterprise[],
  verb: 'changed' | 'imported' | 'merged_in' | 'merge_undone' | 'split' | 'split_undone',
  why?: string,
): Promise<void> {
  if (entries.length === 0) return
  const written = entries.map(({ id, after, synthetic }) => ({ id, facts: after, synthetic }))
  await updateStored(tx, written, stampOf(deps, by))
  await renameParties(tx, deps, entries)
  await moveReach(tx, deps, entries)
  await indexEnterprises(tx, deps, written)
  await recordChanges(
    tx,
    deps,
    by,
    entries.map(({ id, before, after, beside = [] }) => ({
      objectKind: 'enterprise',
      objectId: id,
      verb,
      changes: [...changesOf(before, after), ...beside],
      why,
    })),
  )
}

/** Who reaches an enterprise: itself, the lead of its area, its guide. Officers read all of them by role. */
const reachOf = (id: string, facts: Pick<EnterpriseFacts, 'areaId' | 'guideAccountId'>): readonly ReachRow[] => [
  { objectKind: 'enterprise', objectId: id, partyId: id, relation: 'enterprise' },
  ...(facts.areaId === null
    ? []
    : [{ objectKind: 'enterprise', objectId: id, partyId: facts.areaId, relation: 'area' } as const]),
  ...(facts.guideAccountId === null
    ? []
    : [{ objectKind: 'enterprise', objectId: id, partyId: facts.guideAccountId, relation: 'person' } as const]),
]

async function moveReach(tx: Tx, deps: CommandDeps, entries: readonly ChangedEnterprise[]): Promise<void> {
  const moved = entries.filter(
    ({ before, after }) => before.areaId !== after.areaId || before.guideAccountId !== after.guideAccountId,
  )
  if (moved.length === 0) return
  await revokeReach(
    tx,
    deps.zoneId,
    moved.flatMap(({ id, before }) => reachOf(id, before)),
  )
  await grantReach(
    tx,
    deps.zoneId,
    moved.flatMap(({ id, after }) => reachOf(id, after)),
  )
}

async function renameParties(tx: Tx, deps: CommandDeps, entries: readonly ChangedEnterprise[]): Promise<void> {
  const renamed = entries.filter(({ before, after }) => before.name !== after.name)
  if (renamed.length === 0) return
  const rows = renamed.map(({ id, after }) => ({ id, name: after.name }))
  await sql`update party p set name = n.name, rev = p.rev + 1
    from jsonb_to_recordset(${jsonb(rows)}::jsonb) as n(id text, name text)
    where p.zone_id = ${deps.zoneId} and p.id = n.id`.execute(tx)
}

/** Makes entries findable by name, former names and code. */
export const indexEnterprises = (tx: Tx, deps: CommandDeps, entries: readonly WrittenEnterprise[]): Promise<void> =>
  indexObjects(
    tx,
    deps.zoneId,
    entries.map(({ id, facts }) => ({
      objectKind: 'enterprise',
      objectId: id,
      title: facts.name,
      subtitle: facts.address,
      words: facts.aliases,
      updatedAt: deps.clock(),
      ...(facts.uscc === null ? {} : { number: facts.uscc }),
    })),
  )

/** Takes an entry out of the search: another answers for it. */
export const unindexEnterprise = (tx: Tx, deps: CommandDeps, id: string): Promise<void> =>
  removeObjects(tx, deps.zoneId, 'enterprise', [id])
