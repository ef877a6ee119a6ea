import { instantOf } from '@tingzhou/calendar'
import type { Db, Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { Copy } from './application-check.ts'
import type { Planned } from './plan.ts'

export type FileLine = { readonly id: string; readonly name: string; readonly mediaType: string; readonly size: number }

/** Files by id. One statement. */
export async function filesOf(
  db: Db | Tx,
  zoneId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FileLine>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('file')
    .select(['id', 'name', 'media_type', 'size_bytes'])
    .where('zone_id', '=', zoneId)
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(
    rows.map((row) => [
      row.id,
      { id: row.id, name: row.name, mediaType: row.media_type, size: Number(row.size_bytes) },
    ]),
  )
}

const noon = '12:00'

/** Every material of the plan, and how it stands. Pure. */
export const materialViews = (planned: Planned, copies: readonly Copy[], files: ReadonlyMap<string, FileLine>) =>
  planned.materials.map(({ material, way }) => {
    const copy = copies.find(({ code }) => code === material.code)
    const held = planned.held.get(material.code)
    const how: 'handed_in' | 'held' | 'promised' | 'missing' = copy?.how ?? (way === 'asked' ? 'missing' : 'held')
    const asOf: EpochMs | null = held ? instantOf(held.issuedOn, noon) : null
    return {
      code: material.code,
      name: material.name,
      kind: material.kind,
      how,
      source: held?.source ?? null,
      asOf,
      files: (copy?.fileIds ?? []).flatMap((id) => files.get(id) ?? []),
    }
  })
