import { sql } from 'kysely'
import { endMemberships, changeParty, grantRoles, listMemberships, type Role } from '@tingzhou/parties'
import {
  at,
  expectRevision,
  jsonb,
  newId,
  type CommandDeps,
  type Db,
  type Json,
  type StaleRevision,
  type Tx,
} from '@tingzhou/db'
import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { EnterpriseFacts, Merge } from './enterprise-contract.ts'
import { readContacts } from './contact.ts'
import { changesOf } from './enterprise.ts'
import { registerFigureMerge } from './figure/figure-merge.ts'
import { checkFacts, type FactsError } from './enterprise-command.ts'
import { lockStored, type StoredEnterprise } from './enterprise-rows.ts'
import { indexEnterprises, saveChanged, unindexEnterprise } from './enterprise-save.ts'
import { moveReferences, onEnterpriseMerged, restoreReferences, type MergeScene } from './merge-hooks.ts'
import {
  checkMerge,
  checkUndo,
  mergeFacts,
  undoMs,
  unmergeFacts,
  type MergeError,
  type UndoError,
} from './merge-rules.ts'
import { oneOf } from './one-of.ts'
import { announce, recordChanges, type By } from './record.ts'
import './tables.ts'

type NotFound = { readonly kind: 'not_found' }

/** Merges one entry into another; its id goes on answering, for the other. */
export async function mergeEnterprises(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  input: {
    readonly id: string
    readonly into: string
    readonly rev: number
    readonly intoRev: number
    readonly why: string
  },
): Promise<Result<{ id: string; undoUntil: EpochMs }, NotFound | StaleRevision | MergeError>> {
  const locked = await lockStored(tx, deps.zoneId, [input.id, input.into])
  const [from, into] = [locked.get(input.id), locked.get(input.into)]
  if (!from || !into) return err({ kind: 'not_found' })
  const may = checkMerge(from, into)
  if (!may.ok) return may
  for (const fresh of [expectRevision(from.rev, input.rev), expectRevision(into.rev, input.intoRev)])
    if (!fresh.ok) return fresh
  const after = mergeFacts(into.facts, from.facts)
  return ok(await mergeInto(tx, deps, by, { from, into, after, verb: 'merged_in', why: input.why }))
}

/** What a merge that may be does with two entries, both locked. */
export async function mergeInto(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  merge: {
    readonly from: StoredEnterprise
    readonly into: StoredEnterprise
    /** What is known of `into` from now on. */
    readonly after: EnterpriseFacts
    readonly verb: 'merged_in' | 'split_undone'
    readonly why: string | undefined
  },
): Promise<{ id: string; undoUntil: EpochMs }> {
  const { from, into, after, verb, why } = merge
  const now = deps.clock()
  const scene = { zoneId: deps.zoneId, fromId: from.id, intoId: into.id, actorId: by.accountId, now }
  // The entry that goes gives its code up first: a code belongs to one entry.
  await redirect(tx, deps, by, from, into.id)
  await saveChanged(tx, deps, by, [{ id: into.id, before: into.facts, after, synthetic: into.synthetic }], verb, why)
  const hooks = await moveReferences(tx, scene)
  const id = newId()
  await tx
    .insertInto('enterprise_merge')
    .values({
      zone_id: deps.zoneId,
      id,
      from_id: from.id,
      into_id: into.id,
      why: why ?? '',
      moved: jsonb({ before: into.facts, after, hooks }),
      at: at(now),
      by: by.accountId,
      by_name: by.name,
    })
    .execute()
  await tell(tx, deps, by, scene, { id, verb: 'merged', why, to: into.id })
  return { id, undoUntil: epochMs(now + undoMs) }
}

/** Takes a merge back within 30 days: both entries stand as before, and what moved goes back. */
export async function undoMerge(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  input: { readonly id: string; readonly why?: string | undefined },
): Promise<Result<{ id: string }, NotFound | UndoError | FactsError>> {
  const merge = await tx
    .selectFrom('enterprise_merge')
    .select(['from_id', 'into_id', 'moved', 'at', 'undone_at'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst()
  if (!merge) return err({ kind: 'not_found' })
  const locked = await lockStored(tx, deps.zoneId, [merge.from_id, merge.into_id])
  const [from, into] = [locked.get(merge.from_id), locked.get(merge.into_id)]
  if (!from || !into) return err({ kind: 'not_found' })
  const now = deps.clock()
  const may = checkUndo({ at: merge.at, undoneAt: merge.undone_at }, into, now)
  if (!may.ok) return may
  const scene = { zoneId: deps.zoneId, fromId: from.id, intoId: into.id, actorId: by.accountId, now }
  const back = unmergeFacts(into.facts, merge.moved.after, merge.moved.before)
  await restoreReferences(tx, scene, merge.moved.hooks)
  const changed = { id: into.id, before: into.facts, after: back, synthetic: into.synthetic }
  await saveChanged(tx, deps, by, [changed], 'merge_undone', input.why)
  // Its code may have gone to a third entry meanwhile.
  const free = await checkFacts(tx, deps, from.id, from.facts, from.facts)
  if (!free.ok) return free
  await redirect(tx, deps, by, from, null)
  await indexEnterprises(tx, deps, [from])
  await tx
    .updateTable('enterprise_merge')
    .set({ undone_at: at(now), undone_by: by.accountId, undone_by_name: by.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await tell(tx, deps, by, scene, { id: input.id, verb: 'unmerged', why: input.why, to: null })
  return ok({ id: input.id })
}

/** Lets an entry answer for another, or for itself again. */
async function redirect(tx: Tx, deps: CommandDeps, by: By, from: StoredEnterprise, mergedInto: string | null) {
  await tx
    .updateTable('enterprise')
    .set({ merged_into: mergedInto, rev: from.rev + 1, updated_at: at(deps.clock()), updated_by: by.accountId })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', from.id)
    .execute()
  await changeParty(tx, deps.zoneId, from.id, { state: mergedInto === null ? 'open' : 'closed' }, deps.clock())
  if (mergedInto !== null) await unindexEnterprise(tx, deps, from.id)
}

type Told = {
  readonly id: string
  readonly verb: 'merged' | 'unmerged'
  readonly why: string | undefined
  readonly to: string | null
}

async function tell(tx: Tx, deps: CommandDeps, by: By, { fromId, intoId }: MergeScene, told: Told): Promise<void> {
  const changes = changesOf<{ mergedInto: string | null }>(
    { mergedInto: told.to === null ? intoId : null },
    { mergedInto: told.to },
  )
  const change = { objectKind: 'enterprise' as const, objectId: fromId, verb: told.verb, changes, why: told.why }
  await recordChanges(tx, deps, by, [change])
  const data = { mergeId: told.id, fromId, intoId }
  await announce(tx, deps, change, `registry.enterprise_${told.verb}`, [fromId, intoId], data)
}

/** The merges that an entry was part of, newest first. At most 200. */
export async function listMerges(db: Db | Tx, zoneId: string, enterpriseId: string): Promise<readonly Merge[]> {
  const rows = await db
    .selectFrom('enterprise_merge as m')
    .innerJoin('enterprise as f', (join) => join.onRef('f.zone_id', '=', 'm.zone_id').onRef('f.id', '=', 'm.from_id'))
    .innerJoin('enterprise as i', (join) => join.onRef('i.zone_id', '=', 'm.zone_id').onRef('i.id', '=', 'm.into_id'))
    .select(['m.id', 'm.from_id', 'm.into_id', 'f.name as fromName', 'i.name as intoName'])
    .select(['m.why', 'm.at', 'm.by_name', 'm.undone_at', 'm.undone_by_name'])
    .where('m.zone_id', '=', zoneId)
    .where((eb) => eb.or([eb('m.from_id', '=', enterpriseId), eb('m.into_id', '=', enterpriseId)]))
    .orderBy('m.at', 'desc')
    .orderBy('m.id', 'desc')
    .limit(200)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    from: { id: row.from_id, name: row.fromName },
    into: { id: row.into_id, name: row.intoName },
    why: row.why,
    at: row.at,
    byName: row.by_name,
    undoUntil: row.at + undoMs,
    undone: row.undone_at === null ? null : { at: row.undone_at, byName: row.undone_by_name ?? '' },
  }))
}

/** What a merge moves within the core and this module. */
type OwnMoved = {
  readonly contacts: readonly string[]
  readonly mainContact: string | null
  readonly memberships: readonly { readonly accountId: string; readonly role: Role; readonly newHere: boolean }[]
  readonly reach: readonly {
    readonly kind: string
    readonly object: string
    readonly relation: string
    readonly newHere: boolean
  }[]
}

/** Contacts, figures, the accounts of the enterprise and all they reach go over with it. */
export function registerOwnMerge(): void {
  registerFigureMerge()
  onEnterpriseMerged({
    name: 'registry',
    move: async (tx, scene) => {
      const moved: OwnMoved = {
        ...(await moveContacts(tx, scene)),
        memberships: await moveMemberships(tx, scene),
        reach: await moveReach(tx, scene),
      }
      // Made of texts and truth values only.
      return moved as unknown as Json
    },
    restore: async (tx, scene, moved) => restoreOwn(tx, scene, moved as unknown as OwnMoved),
  })
}

async function moveContacts(tx: Tx, scene: MergeScene): Promise<Pick<OwnMoved, 'contacts' | 'mainContact'>> {
  const { zoneId, fromId, intoId, now } = scene
  const contacts = await readContacts(tx, zoneId, [fromId])
  await tx
    .updateTable('enterprise_contact')
    .set((eb) => ({ enterprise_id: intoId, main: false, rev: eb('rev', '+', 1), updated_at: at(now) }))
    .where('zone_id', '=', zoneId)
    .where('enterprise_id', '=', fromId)
    .execute()
  return { contacts: contacts.map(({ id }) => id), mainContact: contacts.find(({ main }) => main)?.id ?? null }
}

async function moveMemberships(tx: Tx, scene: MergeScene): Promise<OwnMoved['memberships']> {
  const { zoneId, fromId, intoId, actorId, now } = scene
  const held = await listMemberships(tx, zoneId, { partyId: fromId })
  const there = await listMemberships(tx, zoneId, { partyId: intoId })
  const ids = held.map(({ id }) => id)
  await endMemberships(tx, zoneId, ids, actorId, now)
  const moved = held.map(({ accountId, role }) => ({
    accountId,
    role,
    newHere: !there.some((other) => other.accountId === accountId && other.role === role),
  }))
  // The accounts of one enterprise are few.
  for (const { accountId, role } of moved)
    await grantRoles(tx, zoneId, accountId, [{ role, partyId: intoId }], actorId, now)
  return moved
}

async function moveReach(tx: Tx, { zoneId, fromId, intoId }: MergeScene): Promise<OwnMoved['reach']> {
  const rows = await sql<{ kind: string; object: string; relation: string; newHere: boolean }>`
    with gone as (
      delete from reach where zone_id = ${zoneId} and party_id = ${fromId} returning object_kind, object_id, relation
    ), come as (
      insert into reach (zone_id, object_kind, object_id, party_id, relation)
      select ${zoneId}, object_kind, object_id, ${intoId}, relation from gone
      on conflict do nothing returning object_kind, object_id, relation
    )
    select g.object_kind as kind, g.object_id as object, g.relation, c.object_id is not null as "newHere"
    from gone g left join come c using (object_kind, object_id, relation)`.execute(tx)
  return rows.rows
}

async function restoreOwn(tx: Tx, scene: MergeScene, moved: OwnMoved): Promise<void> {
  const { zoneId, fromId, intoId, actorId, now } = scene
  await tx
    .updateTable('enterprise_contact')
    .set((eb) => ({
      enterprise_id: fromId,
      main: sql<boolean>`id = ${moved.mainContact ?? ''}`,
      rev: eb('rev', '+', 1),
      updated_at: at(now),
    }))
    .where('zone_id', '=', zoneId)
    .where('id', '=', oneOf(moved.contacts))
    .where('enterprise_id', '=', intoId)
    .execute()
  const there = await listMemberships(tx, zoneId, { partyId: intoId })
  const borrowed = moved.memberships.filter(({ newHere }) => newHere)
  const ended = there.filter((held) =>
    borrowed.some(({ accountId, role }) => held.accountId === accountId && held.role === role),
  )
  const ids = ended.map(({ id }) => id)
  await endMemberships(tx, zoneId, ids, actorId, now)
  for (const { accountId, role } of moved.memberships)
    await grantRoles(tx, zoneId, accountId, [{ role, partyId: fromId }], actorId, now)
  // What went on to a third enterprise meanwhile, as in a split, is no longer its own to give back.
  await sql`with back as (
      select b.* from jsonb_to_recordset(${jsonb(moved.reach)}::jsonb) as b(kind text, object text, relation text, "newHere" boolean)
      join reach r on r.zone_id = ${zoneId} and r.party_id = ${intoId} and r.object_kind = b.kind and r.object_id = b.object
        and r.relation = b.relation
    ), gone as (
      delete from reach r using back b where r.zone_id = ${zoneId} and r.party_id = ${intoId} and b."newHere"
        and r.object_kind = b.kind and r.object_id = b.object and r.relation = b.relation
    )
    insert into reach (zone_id, object_kind, object_id, party_id, relation)
    select ${zoneId}, kind, object, ${fromId}, relation from back on conflict do nothing`.execute(tx)
}
