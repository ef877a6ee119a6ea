import { readHistory } from '@tingzhou/audit'
import type { Db } from '@tingzhou/db'

// Few objects of this module are touched more often.
const linesMax = 200

/** The history of an object as its readers may see it: the enterprise only what is public. */
export async function readTrail(db: Db, zoneId: string, objectId: string, publicOnly: boolean) {
  const rows = await readHistory(db, zoneId, objectId, { limit: linesMax, publicOnly })
  const text = (data: unknown, key: string) => {
    const value = typeof data === 'object' && data !== null ? Object.entries(data).find(([name]) => name === key) : null
    return typeof value?.[1] === 'string' ? value[1] : null
  }
  return {
    rows: rows.map((row) => ({
      seq: row.seq,
      at: row.at,
      verb: row.verb,
      actor: row.actorName,
      reason: row.reason,
      from: text(row.data, 'from'),
      to: text(row.data, 'to'),
      hash: row.hash,
    })),
  }
}
