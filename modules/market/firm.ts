import { firmsById } from '@tingzhou/chains'
import type { Db, Tx } from '@tingzhou/db'
import { findParties } from '@tingzhou/parties'

/** A firm as rows of the market name it. */
export type FirmRef = { readonly id: string; readonly isOutside: boolean }

/** Names of firms, of the zone and outside; who is nowhere any more is left out. Two statements at most. */
export async function firmNames(
  db: Db | Tx,
  zoneId: string,
  firms: readonly FirmRef[],
): Promise<ReadonlyMap<string, string>> {
  const idsOf = (isOutside: boolean) => [
    ...new Set(firms.filter((firm) => firm.isOutside === isOutside).map(({ id }) => id)),
  ]
  const here = idsOf(false)
  const parties = here.length === 0 ? [] : await findParties(db, zoneId, here)
  const outside = await firmsById(db, zoneId, idsOf(true))
  return new Map([...parties, ...outside.values()].map(({ id, name }) => [id, name]))
}
