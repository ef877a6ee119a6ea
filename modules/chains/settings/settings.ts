import type { ChainSettings } from '@tingzhou/chain-model'
import type { Db, Tx } from '@tingzhou/db'
import { err } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { readNumbers, setNumbers, type NumbersNow, type RecordDeps, type ZoneNumbers } from '@tingzhou/records'
import { note, type ChainKind } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import '../tables.ts'
import { chainBounds, modelSettings, type ChainNumber, type ChainNumbers } from './words.ts'

const kept: ZoneNumbers<ChainNumber, ChainKind> = {
  table: 'chain_settings',
  bounds: chainBounds,
  rule: 'chain_range',
  note,
}

/** What the zone's chains are reckoned with now. One statement, by the primary key. */
export const chainNumbers = (db: Db | Tx, zoneId: string): Promise<NumbersNow<ChainNumber>> =>
  readNumbers(db, zoneId, kept)

/** The same as the model takes it, and how many firms must stand behind a sum that is shown. */
export async function chainSettings(
  db: Db | Tx,
  zoneId: string,
): Promise<{ readonly settings: ChainSettings; readonly kMin: number }> {
  const { numbers } = await chainNumbers(db, zoneId)
  return { settings: modelSettings(numbers), kMin: numbers.kMin }
}

/** Sets them; the five weights of candidates sum to one. */
export async function setChainNumbers(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: { readonly rev: number; readonly numbers: ChainNumbers; readonly why: string },
) {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_permitted' } as const)
  const { numbers } = input
  const weights = numbers.rankLinkBp + numbers.rankProductBp + numbers.rankSizeBp + numbers.rankExpansionBp
  const sum = weights + numbers.rankInputsBp
  if (sum !== 10_000)
    return err({
      kind: 'field_refused',
      field: 'numbers.rankInputsBp',
      value: `${sum / 100} %`,
      rule: 'weights_sum',
    } as const)
  return setNumbers(tx, deps, actor, kept, input)
}
