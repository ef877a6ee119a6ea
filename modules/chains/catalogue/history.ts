import { readHistory } from '@tingzhou/audit'
import { historyOf, nowhere } from '@tingzhou/records'
import type { ChainKind } from '../record.ts'
import type { Reader } from '../room.ts'

/**
 * The history of what the start catalogue may have brought: empty until somebody changes it.
 * @param isThere  whether the reader reaches the object
 * @throws ProblemError 404
 * Three statements at most.
 */
export async function historySinceStart(reader: Reader, kind: ChainKind, id: string, isThere: boolean) {
  if (!isThere) return nowhere(id)
  const some = await readHistory(reader.deps.db, reader.deps.zoneId, id, { limit: 1 })
  return some.length === 0 ? { rows: [] } : historyOf(reader, kind, id)
}
