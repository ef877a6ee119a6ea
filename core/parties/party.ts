import { sql } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'
import { at, containing, jsonb, newId, type Db, type Tx } from '@tingzhou/db'
import type { PartyKind } from './tables.ts'

export type Party = {
  readonly id: string
  readonly kind: PartyKind
  readonly name: string
  readonly parentId: string | null
  readonly state: 'open' | 'closed'
  readonly synthetic: boolean
  readonly rev: number
}

/** What a new party says of itself; the id is the caller's when another row shares it. */
export type NewParty = {
  readonly id?: string
  readonly kind: PartyKind
  readonly name: string
  readonly parentId?: string | null
  readonly synthetic?: boolean
}

/** Adds a party. One statement. */
export const createParty = async (tx: Tx | Db, zoneId: string, party: NewParty, now: EpochMs): Promise<string> =>
  (await createParties(tx, zoneId, [party], now))[0] ?? ''

/** Adds parties. One statement a 5,000 parties. @returns their ids in order */
export async function createParties(
  tx: Tx | Db,
  zoneId: string,
  parties: readonly NewParty[],
  now: EpochMs,
): Promise<readonly string[]> {
  const rows = parties.map((party) => ({
    id: party.id ?? newId(),
    kind: party.kind,
    name: party.name,
    parent_id: party.parentId ?? null,
    synthetic: party.synthetic ?? false,
  }))
  for (let i = 0; i < rows.length; i += 5_000)
    await sql`insert into party (zone_id, id, kind, name, parent_id, synthetic, created_at, updated_at)
      select ${zoneId}, p.id, p.kind, p.name, p.parent_id, p.synthetic, ${at(now)}::timestamptz, ${at(now)}::timestamptz
      from jsonb_to_recordset(${jsonb(rows.slice(i, i + 5_000))}::jsonb)
        as p(id text, kind text, name text, parent_id text, synthetic boolean)`.execute(tx)
  return rows.map((row) => row.id)
}

const columns = ['id', 'kind', 'name', 'parent_id as parentId', 'state', 'synthetic', 'rev'] as const

/** The party, or null. */
export async function findParty(tx: Tx | Db, zoneId: string, id: string): Promise<Party | null> {
  const [party] = await findParties(tx, zoneId, [id])
  return party ?? null
}

/** The parties that exist among the ids, in no order. One statement. */
export async function findParties(tx: Tx | Db, zoneId: string, ids: readonly string[]): Promise<readonly Party[]> {
  if (ids.length === 0) return []
  return tx.selectFrom('party').select(columns).where('zone_id', '=', zoneId).where('id', 'in', ids).execute()
}

/**
 * Parties of a kind by name, at most 200.
 * @param filter  text: part of the name; after: the last party of the page before
 */
export async function listParties(
  tx: Tx | Db,
  zoneId: string,
  filter: {
    readonly kind: PartyKind
    readonly text?: string
    readonly parentId?: string
    readonly limit?: number
    readonly after?: { readonly name: string; readonly id: string }
  },
): Promise<readonly Party[]> {
  let query = tx
    .selectFrom('party')
    .select(columns)
    .where('zone_id', '=', zoneId)
    .where('kind', '=', filter.kind)
    .orderBy('name')
    .orderBy('id')
    .limit(Math.min(filter.limit ?? 200, 200))
  const { text, parentId, after } = filter
  if (text) query = query.where('name', 'ilike', containing(text))
  if (parentId) query = query.where('parent_id', '=', parentId)
  if (after)
    query = query.where((eb) =>
      eb.or([eb('name', '>', after.name), eb.and([eb('name', '=', after.name), eb('id', '>', after.id)])]),
    )
  return query.execute()
}

/** Renames, moves, opens or closes a party; its revision grows. @returns false when it does not exist */
export async function changeParty(
  tx: Tx | Db,
  zoneId: string,
  id: string,
  change: { readonly name?: string; readonly parentId?: string | null; readonly state?: 'open' | 'closed' },
  now: EpochMs,
): Promise<boolean> {
  const { parentId, ...rest } = change
  const result = await tx
    .updateTable('party')
    .set((eb) => ({
      ...rest,
      ...(parentId === undefined ? {} : { parent_id: parentId }),
      rev: eb('rev', '+', 1),
      updated_at: at(now),
    }))
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
