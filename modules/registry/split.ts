import { sql } from 'kysely'
import { at, jsonb, newId, type CommandDeps, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import { epochMs, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { decideDuplicate } from './duplicate.ts'
import { addEnterprise, lockEditable, type FactsError, type Redirected } from './enterprise-command.ts'
import { lockStored } from './enterprise-rows.ts'
import { saveChanged } from './enterprise-save.ts'
import { mergeInto } from './merge.ts'
import { undoMs } from './merge-rules.ts'
import { oneOf } from './one-of.ts'
import { announce, type By } from './record.ts'
import type { Split, SplitTakes } from './split-contract.ts'
import { splitHook, type SplitScene } from './split-hooks.ts'
import {
  checkSplitUndo,
  countMoved,
  splitFacts,
  unsplitFacts,
  type SplitFacts,
  type SplitFault,
  type SplitMoved,
  type SplitUndoError,
} from './split-rules.ts'
import './tables.ts'

type NotFound = { readonly kind: 'not_found' }
type NotThere<Kind extends string, Field extends string> = {
  readonly kind: Kind
  readonly field: Field
  readonly value: string
  readonly rule: string
}
export type TakesError =
  | NotThere<'unknown_contact', 'takes.contactIds'>
  | NotThere<'unknown_figure', 'takes.figureIds'>
  | NotThere<'unknown_part', 'takes.parts'>
/** The area of the entry, in which the new one would stand, is closed. */
type EntryAreaClosed = { readonly kind: 'entry_area_closed'; readonly field: 'areaId'; readonly value: string }
export type SplitError = NotFound | StaleRevision | Redirected | FactsError | EntryAreaClosed | SplitFault | TakesError

export type SplitAsked = Omit<SplitFacts, 'aliases'> & {
  readonly id: string
  readonly rev: number
  readonly takes: SplitTakes
  readonly why: string
}

/** Takes an enterprise out of the entry that stood for two: a new entry, to which goes what is chosen. */
export async function splitEnterprise(
  tx: Tx,
  deps: CommandDeps,
  actor: Actor,
  { id, rev, takes, why, ...said }: SplitAsked,
): Promise<Result<{ id: string; enterpriseId: string; undoUntil: EpochMs }, SplitError>> {
  const locked = await lockEditable(tx, deps, id, rev)
  if (!locked.ok) return locked
  const { facts: before, synthetic } = locked.value
  const facts = splitFacts(before, { ...said, aliases: takes.aliases })
  if (!facts.ok) return facts
  const { own, rest, taken } = facts.value
  const enterpriseId = newId()
  const beside = [{ field: 'splitFrom', from: null, to: before.name }]
  const added = await addEnterprise(
    tx,
    deps,
    actor,
    { id: enterpriseId, facts: own, synthetic, beside },
    'split_off',
    why,
  )
  if (!added.ok && added.error.kind === 'area_closed' && said.areaId === undefined)
    return err({ ...added.error, kind: 'entry_area_closed' })
  if (!added.ok) return added
  const left = { id, before, after: rest, synthetic, beside: [{ field: 'splitInto', from: null, to: own.name }] }
  await saveChanged(tx, deps, actor, [left], 'split', why)
  // Somebody has just said that they are two.
  await decideDuplicate(tx, deps, actor, { id, otherId: enterpriseId, why }, 'dismissed')
  const now = deps.clock()
  const scene = { zoneId: deps.zoneId, fromId: id, intoId: enterpriseId, actorId: actor.accountId, actor, now }
  const went = await handOver(tx, scene, takes)
  if (!went.ok) return went
  const splitId = newId()
  await tx
    .insertInto('enterprise_split')
    .values({
      zone_id: deps.zoneId,
      id: splitId,
      from_id: id,
      into_id: enterpriseId,
      why,
      moved: jsonb({ aliases: { before: before.aliases, taken }, ...went.value }),
      at: at(now),
      by: actor.accountId,
      by_name: actor.name,
    })
    .execute()
  const change = { objectKind: 'enterprise' as const, objectId: id, verb: 'split', changes: [] }
  const data = { splitId, fromId: id, intoId: enterpriseId }
  await announce(tx, deps, change, 'registry.enterprise_split', [id, enterpriseId], data)
  return ok({ id: splitId, enterpriseId, undoUntil: epochMs(now + undoMs) })
}

/** Hands over what is chosen; what the entry does not have refuses the whole. */
async function handOver(
  tx: Tx,
  scene: SplitScene,
  { contactIds, figureIds, parts }: SplitTakes,
): Promise<Result<Omit<SplitMoved, 'aliases'>, TakesError>> {
  const { contacts, mainContact } = await moveContacts(tx, scene, contactIds)
  const noContact = contactIds.find((id) => !contacts.includes(id))
  if (noContact !== undefined) return notOfIt('unknown_contact', 'takes.contactIds', noContact)
  const figures = await moveFigures(tx, scene, figureIds)
  const noFigure = figureIds.find((id) => !figures.includes(id))
  if (noFigure !== undefined) return notOfIt('unknown_figure', 'takes.figureIds', noFigure)
  const asked = new Map<string, Set<string>>()
  for (const { module, id } of parts) asked.set(module, (asked.get(module) ?? new Set()).add(id))
  const moved: Record<string, readonly string[]> = {}
  // Modules with parts are few.
  for (const [module, wanted] of asked) {
    const ids = [...wanted]
    const gone = (await splitHook(module)?.move(tx, scene, ids)) ?? []
    const missing = ids.find((id) => !gone.includes(id))
    if (missing !== undefined) return notOfIt('unknown_part', 'takes.parts', `${module} ${missing}`)
    moved[module] = gone
  }
  return ok({ contacts, mainContact, figures, parts: moved })
}

const notOfIt = <Kind extends string, Field extends string>(kind: Kind, field: Field, value: string) =>
  err({ kind, field, value, rule: 'of the entry' })

/** Contacts go with their marks; where the main one stays behind, the first of those that went is the new entry’s main one. */
async function moveContacts(tx: Tx, { zoneId, fromId, intoId, now }: SplitScene, ids: readonly string[]) {
  if (ids.length === 0) return { contacts: [], mainContact: null }
  const rows = await tx
    .updateTable('enterprise_contact')
    .set((eb) => ({ enterprise_id: intoId, rev: eb('rev', '+', 1), updated_at: at(now) }))
    .where('zone_id', '=', zoneId)
    .where('id', '=', oneOf(ids))
    .where('enterprise_id', '=', fromId)
    .returning(['id', 'main'])
    .execute()
  const mainContact = rows.find(({ main }) => main)?.id ?? null
  if (mainContact === null)
    await sql`update enterprise_contact set main = true where zone_id = ${zoneId} and id = (
      select id from enterprise_contact where zone_id = ${zoneId} and enterprise_id = ${intoId} and state = 'active'
      order by name, id limit 1)`.execute(tx)
  return { contacts: rows.map(({ id }) => id), mainContact }
}

async function moveFigures(
  tx: Tx,
  { zoneId, fromId, intoId, now }: SplitScene,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (ids.length === 0) return []
  const rows = await tx
    .updateTable('enterprise_figure')
    .set((eb) => ({ enterprise_id: intoId, rev: eb('rev', '+', 1), updated_at: at(now) }))
    .where('zone_id', '=', zoneId)
    .where('id', '=', oneOf(ids))
    .where('enterprise_id', '=', fromId)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/**
 * Takes a split back within 30 days. It is a merge of the new entry into the one it came from, but for the facts: only the names come back
 * that went. A merge takes along whatever the new entry has by then, also what nobody knew of at the split, such as accounts and appeals; it
 * leaves no id that answers for nothing, and can be undone itself. What each module would have to put back is what it moves in a merge anyway.
 */
export async function undoSplit(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  input: { readonly id: string; readonly why?: string | undefined },
): Promise<Result<{ id: string }, NotFound | SplitUndoError>> {
  const split = await tx
    .selectFrom('enterprise_split')
    .select(['from_id', 'into_id', 'moved', 'at', 'undone_at'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst()
  if (!split) return err({ kind: 'not_found' })
  const locked = await lockStored(tx, deps.zoneId, [split.from_id, split.into_id])
  const [entry, gone] = [locked.get(split.from_id), locked.get(split.into_id)]
  if (!entry || !gone) return err({ kind: 'not_found' })
  const now = deps.clock()
  const may = checkSplitUndo({ at: split.at, undoneAt: split.undone_at }, [entry, gone], now)
  if (!may.ok) return may
  const after = unsplitFacts(entry.facts, gone.facts, split.moved.aliases)
  const merge = { from: gone, into: entry, after, verb: 'split_undone', why: input.why } as const
  await mergeInto(tx, deps, by, merge)
  await putMainBack(tx, deps, entry.id, split.moved.mainContact)
  await tx
    .updateTable('enterprise_split')
    .set({ undone_at: at(now), undone_by: by.accountId, undone_by_name: by.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  return ok({ id: input.id })
}

/** The contact that was the main one is it again, unless another became it since. */
const putMainBack = (tx: Tx, { zoneId }: CommandDeps, enterpriseId: string, contactId: string | null) =>
  sql`update enterprise_contact set main = true
    where zone_id = ${zoneId} and id = ${contactId} and enterprise_id = ${enterpriseId} and state = 'active' and not exists (
      select from enterprise_contact o where o.zone_id = ${zoneId} and o.enterprise_id = ${enterpriseId} and o.main)`.execute(
    tx,
  )

/** The splits that an entry was part of, newest first. At most 200. */
export async function listSplits(db: Db | Tx, zoneId: string, enterpriseId: string): Promise<readonly Split[]> {
  const rows = await db
    .selectFrom('enterprise_split as s')
    .innerJoin('enterprise as f', (join) => join.onRef('f.zone_id', '=', 's.zone_id').onRef('f.id', '=', 's.from_id'))
    .innerJoin('enterprise as i', (join) => join.onRef('i.zone_id', '=', 's.zone_id').onRef('i.id', '=', 's.into_id'))
    .select(['s.id', 's.from_id', 's.into_id', 's.moved', 'f.name as fromName', 'i.name as intoName'])
    .select(['s.why', 's.at', 's.by_name', 's.undone_at', 's.undone_by_name'])
    .where('s.zone_id', '=', zoneId)
    .where((eb) => eb.or([eb('s.from_id', '=', enterpriseId), eb('s.into_id', '=', enterpriseId)]))
    .orderBy('s.at', 'desc')
    .orderBy('s.id', 'desc')
    .limit(200)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    from: { id: row.from_id, name: row.fromName },
    into: { id: row.into_id, name: row.intoName },
    taken: countMoved(row.moved),
    why: row.why,
    at: row.at,
    byName: row.by_name,
    undoUntil: row.at + undoMs,
    undone: row.undone_at === null ? null : { at: row.undone_at, byName: row.undone_by_name ?? '' },
  }))
}
