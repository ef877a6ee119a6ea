import { sql } from 'kysely'
import type { Db } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'

/** A picture, sound or film that a device sent. */
export type DeviceMedium = {
  readonly id: string
  readonly name: string
  readonly mediaType: string
  readonly size: number
  readonly thumbnail: boolean
  readonly at: EpochMs
}

const shownMax = 60

/** What a device sent last, newest first. Source: own. One statement by the index on the object. */
export async function listMedia(db: Db, zoneId: string, deviceId: string): Promise<readonly DeviceMedium[]> {
  const { rows } = await sql<DeviceMedium>`
    select f.id, f.name, f.media_type as "mediaType", f.size_bytes as size, f.thumbnail_sha256 is not null as thumbnail,
      l.linked_at as at
    from file_link l join file f on f.zone_id = l.zone_id and f.id = l.file_id
    where l.zone_id = ${zoneId} and l.object_kind = 'device' and l.object_id = ${deviceId}
    order by l.linked_at desc, f.id desc limit ${shownMax}`.execute(db)
  return rows
}
