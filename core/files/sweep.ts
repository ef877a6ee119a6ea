import { sql } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'
import { at, type Db, type Tx } from '@tingzhou/db'
import type { FileStore } from './store.ts'

// A form may stay open over a working day; after that an upload that belongs to nothing is forgotten.
const orphanMs = 24 * 3_600_000
const rowsMax = 500

/**
 * Forgets uploads that were never attached; their bytes go with `sweepBytes`.
 * @returns rows removed, at most 500
 * Source: own. O(rows removed).
 */
export async function sweepOrphans(tx: Tx | Db, zoneId: string, now: EpochMs): Promise<number> {
  const answer = await sql`delete from file where (zone_id, id) in (
    select f.zone_id, f.id from file f
    where f.zone_id = ${zoneId} and f.uploaded_at < ${at(now)}::timestamptz - ${orphanMs}::float8 * interval '1 millisecond'
      and not exists (select from file_link l where l.zone_id = f.zone_id and l.file_id = f.id)
    order by f.uploaded_at limit ${rowsMax} for update skip locked)`.execute(tx)
  return Number(answer.numAffectedRows ?? 0)
}

/**
 * Removes bytes that no row names and nobody wrote within a day: rows that were forgotten, uploads that broke off.
 * @param before  real time, not the zone's clock: disks know only that
 * @returns files removed
 * Source: own. 256 statements; O(files).
 */
export async function sweepBytes(db: Db, files: FileStore, before: number = Date.now() - orphanMs): Promise<number> {
  let removed = 0
  for (let folder = 0; folder < 256; folder++) {
    const old = await files.listOld(folder.toString(16).padStart(2, '0'), before)
    if (old.length === 0) continue
    const named = await sql<{ sha256: string }>`
      select h as sha256 from unnest(${[...old]}::text[]) h
      where exists (select from file f where f.sha256 = h) or exists (select from file f where f.thumbnail_sha256 = h)
        or exists (select from file f where f.original_sha256 = h)`.execute(db)
    const keep = new Set(named.rows.map((row) => row.sha256))
    for (const sha256 of old) {
      if (keep.has(sha256)) continue
      await files.remove(sha256)
      removed++
    }
  }
  await files.removeOldDrafts(before)
  return removed
}
