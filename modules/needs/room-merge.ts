import { sql } from 'kysely'
import type { Json, Tx } from '@tingzhou/db'
import { onEnterpriseMerged } from '@tingzhou/registry'

type Moved = { readonly [kind in Kind]?: readonly string[] }
type Kind = 'visit' | 'mandate' | 'meeting' | 'meeting_item'
const kinds: readonly Kind[] = ['visit', 'mandate', 'meeting', 'meeting_item']

/** Visits, mandates, meetings and their items follow their enterprise when two entries of the register become one, and go back. */
export const registerRoomMerge = (): void =>
  onEnterpriseMerged({
    name: 'needs_rooms',
    move: async (tx, { zoneId, fromId, intoId }) => {
      const moved: Record<string, string[]> = {}
      for (const kind of kinds) moved[kind] = await point(tx, zoneId, kind, null, fromId, intoId)
      return moved
    },
    restore: async (tx, { zoneId, fromId, intoId }, moved: Json) => {
      for (const kind of kinds) await point(tx, zoneId, kind, idsOf(moved, kind), intoId, fromId)
    },
  })

/** Points rows from one enterprise to the other, with their way to be seen. @returns the ids that were moved */
async function point(
  tx: Tx,
  zoneId: string,
  kind: Kind,
  only: readonly string[] | null,
  from: string,
  to: string,
): Promise<string[]> {
  const table = sql.ref(kind)
  const chosen = only === null ? sql`true` : sql`id::text = any(${[...only]}::text[])`
  const answer =
    kind === 'meeting'
      ? await sql<{ id: string }>`update ${table} set enterprise_ids = array_replace(enterprise_ids, ${from}, ${to})
          where zone_id = ${zoneId} and ${from} = any(enterprise_ids) and not ${to} = any(enterprise_ids) and ${chosen} returning id::text`.execute(
          tx,
        )
      : await sql<{ id: string }>`update ${table} set enterprise_id = ${to}
          where zone_id = ${zoneId} and enterprise_id = ${from} and ${chosen} returning id::text`.execute(tx)
  const ids = answer.rows.map((row) => row.id)
  // What both entries reach already stays as it is.
  await sql`update reach r set party_id = ${to}
    where r.zone_id = ${zoneId} and r.object_kind = ${kind} and r.object_id = any(${ids}::text[]) and r.party_id = ${from}
      and r.relation = 'enterprise' and not exists (
        select from reach own where own.zone_id = r.zone_id and own.object_kind = r.object_kind
          and own.object_id = r.object_id and own.party_id = ${to} and own.relation = r.relation)`.execute(tx)
  return ids
}

function idsOf(moved: Json, kind: Kind): readonly string[] {
  if (typeof moved !== 'object' || moved === null || Array.isArray(moved)) return []
  const ids: unknown = (moved as Moved)[kind]
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : []
}
