import type { Db } from '@tingzhou/db'
import { findParties } from '@tingzhou/parties'
import type { PartyRef } from './fields.ts'

/** Names of parties by id. One statement. */
export async function readNames(
  db: Db,
  zoneId: string,
  ids: readonly (string | null)[],
): Promise<(id: string) => PartyRef> {
  const wanted = [...new Set(ids.filter((id): id is string => id !== null))]
  const names = new Map((await findParties(db, zoneId, wanted)).map(({ id, name }) => [id, name]))
  return (id) => ({ id, name: names.get(id) ?? '–' })
}
