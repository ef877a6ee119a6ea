import { createHash } from 'node:crypto'
import { at, type Db, type Tx } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'

/** A picture, sound or film as a device calls it: a terminal counts its media anew, so their time and bytes belong to the name. */
export type MediumName = {
  readonly deviceId: string
  readonly mediaId: number
  /** When it was taken, as the device says; null when it does not. */
  readonly takenAt: number | null
  readonly bytes: Uint8Array
}

const rowOf = (zoneId: string, { deviceId, mediaId, takenAt, bytes }: MediumName) => ({
  zone_id: zoneId,
  device_id: deviceId,
  media_id: mediaId,
  taken_at: at(epochMs(takenAt ?? 0)),
  sha256: createHash('sha256').update(bytes).digest('hex'),
})

/** Whether a medium was kept before. One statement. */
export async function isMediumKept(db: Db, zoneId: string, medium: MediumName): Promise<boolean> {
  const { taken_at: takenAt, ...row } = rowOf(zoneId, medium)
  const found = await db
    .selectFrom('telemetry_medium')
    .select('taken_at')
    .where('zone_id', '=', zoneId)
    .where('device_id', '=', row.device_id)
    .where('media_id', '=', row.media_id)
    .where('sha256', '=', row.sha256)
    .execute()
  return found.some((one) => one.taken_at === takenAt.getTime())
}

/**
 * Notes that a medium is kept, in the transaction that keeps it.
 * @returns false when somebody kept it before: then it is not kept again
 * Source: own. One statement.
 */
export async function noteMedium(tx: Tx, zoneId: string, medium: MediumName, now: EpochMs): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('telemetry_medium')
    .values({ ...rowOf(zoneId, medium), kept_at: at(now) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}
