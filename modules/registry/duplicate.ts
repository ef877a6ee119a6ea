import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { at, jsonb, type CommandDeps, type Db, type Tx } from '@tingzhou/db'
import { isIdentifying, readCode } from './enterprise.ts'
import { hasIdentifyingCode } from './enterprise-rows.ts'
import type { EnterpriseFacts } from './enterprise-contract.ts'
import { likenessMin, nameStoreOf, type NamedEntry, type NameStore } from './name-store.ts'
import { coreOf } from './name-cores.ts'
import { oneOf } from './one-of.ts'
import type { By } from './record.ts'
import './tables.ts'

export type DuplicateReason = 'same_uscc' | 'similar_name' | 'same_area' | 'same_address' | 'same_phone'

/** What is compared of an entry beside its name. */
export type Likeness = {
  readonly uscc: string | null
  readonly areaId: string | null
  readonly address: string
  readonly phones: readonly string[]
}

// More than this many entries of one likeness are a chain of shops, not one enterprise written often.
const suggestionsMax = 5

/** Why two entries with similar names may be one enterprise. Pure. */
export function reasonsOf(a: Likeness, b: Likeness): readonly DuplicateReason[] {
  const sameUscc = a.uscc !== null && a.uscc === b.uscc
  const sameArea = a.areaId !== null && a.areaId === b.areaId
  const address = plainAddress(a.address)
  const sameAddress = address !== '' && address === plainAddress(b.address)
  const samePhone = a.phones.some(
    (phone) => plainPhone(phone) !== '' && b.phones.map(plainPhone).includes(plainPhone(phone)),
  )
  return [
    ...(sameUscc ? (['same_uscc'] as const) : []),
    'similar_name',
    ...(sameArea ? (['same_area'] as const) : []),
    ...(sameAddress ? (['same_address'] as const) : []),
    ...(samePhone ? (['same_phone'] as const) : []),
  ]
}

const plainAddress = (address: string): string =>
  address
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')
const plainPhone = (phone: string): string => phone.replace(/\D+/g, '').replace(/^86(?=1\d{10}$)/, '')

/** What a person is typing, or a row about to be added. */
export type Typed = Pick<EnterpriseFacts, 'name' | 'uscc' | 'areaId' | 'address'>

/** Whether two entries, of which both have an identifying code, are known to be two. */
const knownApart = (a: string | null, b: string | null): boolean =>
  a !== null && b !== null && a !== b && [a, b].every((code) => isIdentifying(readCode(code).usccStatus))

export type Hint = { readonly id: string; readonly score: number; readonly reasons: readonly DuplicateReason[] }

/** Entries that resemble what is typed, best first; an entry of the same identifying code comes first of all. */
export async function findHints(db: Db | Tx, deps: CommandDeps, typed: Typed): Promise<readonly Hint[]> {
  const { uscc, usccStatus } = readCode(typed.uscc)
  const names = await nameStoreOf(deps.db, db, deps.zoneId)
  const core = coreOf(typed.name)
  const hits = typed.name.trim() === '' ? [] : names.lookup({ core, usccStatus }, { threshold: likenessMin, limit: 10 })
  const likenesses = await readLikenesses(
    db,
    deps.zoneId,
    hits.map((hit) => hit.id),
  )
  const own: Likeness = { uscc, areaId: typed.areaId, address: typed.address, phones: [] }
  const similar = hits.flatMap(({ id, score }) => {
    const other = likenesses.get(id)
    return other ? [{ id, score, reasons: reasonsOf(own, other) }] : []
  })
  const same = isIdentifying(usccStatus) && uscc !== null ? await findByCode(db, deps.zoneId, uscc) : null
  if (same === null) return similar
  return [{ id: same, score: 1, reasons: ['same_uscc'] }, ...similar.filter(({ id }) => id !== same)]
}

/** A row about to be added that resembles an entry. */
export type RowHint = {
  readonly row: number
  readonly name: string
  readonly like: { readonly id: string; readonly name: string }
  readonly score: number
}

// Look-ups between two breaths of the event loop: about 20 ms.
const breathRows = 200

/** The first rows that resemble an entry, with the one they resemble most. */
export async function findHintsFor(
  db: Db | Tx,
  deps: CommandDeps,
  rows: readonly { readonly row: number; readonly typed: Typed }[],
  limit: number,
): Promise<readonly RowHint[]> {
  const names = await nameStoreOf(deps.db, db, deps.zoneId)
  const hits: { row: number; typed: Typed; id: string; score: number }[] = []
  for (const [i, { row, typed }] of rows.entries()) {
    if (names.size() === 0 || hits.length >= limit * 2) break
    if (i % breathRows === breathRows - 1) await setImmediate()
    const core = coreOf(typed.name)
    const [hit] = names.lookup(
      { core, usccStatus: readCode(typed.uscc).usccStatus },
      { threshold: likenessMin, limit: 1 },
    )
    if (hit) hits.push({ row, typed, id: hit.id, score: hit.score })
  }
  const ids = [...new Set(hits.map(({ id }) => id))]
  const others = await readLikenesses(db, deps.zoneId, ids)
  return hits
    .flatMap(({ row, typed, id, score }) => {
      const other = others.get(id)
      if (!other || knownApart(typed.uscc, other.uscc)) return []
      return [{ row, name: typed.name, like: { id, name: other.name }, score }]
    })
    .slice(0, limit)
}

/** The entry that holds an identifying code, or null. */
export async function findByCode(db: Db | Tx, zoneId: string, uscc: string): Promise<string | null> {
  const row = await db
    .selectFrom('enterprise')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('uscc', '=', uscc)
    .where(hasIdentifyingCode)
    .executeTakeFirst()
  return row?.id ?? null
}

async function readLikenesses(
  db: Db | Tx,
  zoneId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Likeness & { readonly name: string }>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('enterprise')
    .select(['id', 'name', 'uscc', 'area_id as areaId', 'address'])
    .select(
      sql<string[]>`array(select c.phone from enterprise_contact c where c.zone_id = enterprise.zone_id
        and c.enterprise_id = enterprise.id and c.phone <> '' and c.state = 'active' limit 20)`.as('phones'),
    )
    .where('zone_id', '=', zoneId)
    .where('id', '=', oneOf(ids))
    .where('merged_into', 'is', null)
    .execute()
  return new Map(rows.map(({ id, ...likeness }) => [id, likeness]))
}

type Pair = { readonly a: string; readonly b: string; readonly score: number; readonly reasons: readonly string[] }

/**
 * Looks for what new or changed entries resemble and keeps the suggestions; what a person has dismissed stays dismissed.
 * Entries that have two different valid codes are two enterprises and are not suggested.
 * @param names  of the zone, the entries included
 */
export async function suggestDuplicates(
  tx: Tx,
  deps: CommandDeps,
  names: NameStore,
  entries: readonly NamedEntry[],
  isNew: boolean,
): Promise<void> {
  const found = entries.flatMap(({ id, core, usccStatus }) =>
    names
      .lookup({ core, usccStatus }, { threshold: likenessMin, limit: suggestionsMax + 1 })
      .filter((hit) => hit.id !== id)
      .map((hit) => ({ a: id < hit.id ? id : hit.id, b: id < hit.id ? hit.id : id, score: hit.score })),
  )
  const likenesses = await readLikenesses(tx, deps.zoneId, [...new Set(found.flatMap(({ a, b }) => [a, b]))])
  const pairs = new Map<string, Pair>()
  for (const { a, b, score } of found) {
    const [one, other] = [likenesses.get(a), likenesses.get(b)]
    if (!one || !other || knownApart(one.uscc, other.uscc)) continue
    pairs.set(`${a} ${b}`, { a, b, score, reasons: reasonsOf(one, other) })
  }
  if (!isNew && entries.length > 0)
    await forgetOpen(
      tx,
      deps.zoneId,
      entries.map(({ id }) => id),
    )
  if (pairs.size === 0) return
  await sql`insert into enterprise_duplicate (zone_id, a_id, b_id, score, reasons, state, found_at)
    select ${deps.zoneId}, p.a, p.b, p.score, p.reasons, 'open', ${at(deps.clock())}::timestamptz
    from jsonb_to_recordset(${jsonb([...pairs.values()])}::jsonb) as p(a text, b text, score float8, reasons text[])
    on conflict (zone_id, a_id, b_id) do update set score = excluded.score, reasons = excluded.reasons`.execute(tx)
}

const forgetOpen = (tx: Tx, zoneId: string, ids: readonly string[]) =>
  sql`delete from enterprise_duplicate where zone_id = ${zoneId} and state = 'open'
    and (a_id = ${oneOf(ids)} or b_id = ${oneOf(ids)})`.execute(tx)

/** Marks a suggestion as decided, or open again. @returns whether there was one */
export async function decideDuplicate(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  pair: { readonly id: string; readonly otherId: string; readonly why?: string | undefined },
  state: 'open' | 'dismissed',
): Promise<boolean> {
  const decided = state === 'dismissed'
  const result = await tx
    .updateTable('enterprise_duplicate')
    .set({
      state,
      decided_by: decided ? by.accountId : null,
      decided_at: decided ? at(deps.clock()) : null,
      why: decided ? (pair.why ?? null) : null,
    })
    .where('zone_id', '=', deps.zoneId)
    .where('a_id', '=', pair.id < pair.otherId ? pair.id : pair.otherId)
    .where('b_id', '=', pair.id < pair.otherId ? pair.otherId : pair.id)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
