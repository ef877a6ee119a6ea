import { firmsById } from '@tingzhou/chains'
import type { Db, Tx } from '@tingzhou/db'
import { findParties } from '@tingzhou/parties'
import { findEnterprises } from '@tingzhou/registry'

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

/** The enterprises among these ids that are open: neither closed in the register nor merged into another. Two statements. */
export async function openEnterprises(db: Db | Tx, zoneId: string, ids: readonly string[]) {
  const entries = await findEnterprises(db, zoneId, ids)
  const parties = await findParties(db, zoneId, ids)
  return new Map(
    parties.flatMap(({ id, kind, state, name, synthetic }) => {
      const facts = entries.get(id)?.facts
      const isOpen = kind === 'enterprise' && state === 'open' && facts?.status !== 'closed'
      return isOpen ? [[id, { name, synthetic, point: facts?.point ?? null, address: facts?.address ?? '' }]] : []
    }),
  )
}
