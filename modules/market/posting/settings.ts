import type { Db, Tx } from '@tingzhou/db'
import { readNumbers, setNumbers, type RecordDeps, type ZoneNumbers } from '@tingzhou/records'
import { err } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { defaultWeights, type Weights } from '@tingzhou/text'
import { note, type MarketKind } from '../record.ts'
import { keepingRoles } from '../roles.ts'
import '../tables.ts'
import { matchBounds, type MatchNumber } from './settings-bounds.ts'

const kept: ZoneNumbers<MatchNumber, MarketKind> = {
  table: 'market_settings',
  note,
  bounds: matchBounds,
  rule: 'match_range',
}

/** What the zone matches with now. One statement. */
export const matchSettings = (db: Db | Tx, zoneId: string) => readNumbers(db, zoneId, kept)

/** The points of a match. Pure. */
export const weightsOf = (numbers: Readonly<Record<MatchNumber, number>>): Weights => ({
  product: numbers.product,
  spec: numbers.spec,
  cost: numbers.cost,
  quantity: numbers.quantity,
  lead: numbers.lead,
  record: numbers.record,
  local: numbers.local,
})

/** Points of a perfect match. */
const perfect = Object.values(defaultWeights).reduce((sum, points) => sum + points, 0)

/** Sets what the zone matches with; the points of a perfect match stay a hundred. Four statements. */
export async function setMatchSettings(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: { readonly rev: number; readonly numbers: Readonly<Record<MatchNumber, number>>; readonly why: string },
) {
  if (!hasRole(actor, ...keepingRoles)) return err({ kind: 'not_permitted' } as const)
  const sum = Object.values(weightsOf(input.numbers)).reduce((points, one) => points + one, 0)
  if (sum !== perfect)
    return err({
      kind: 'field_refused',
      field: 'numbers.product',
      value: String(sum),
      rule: `sum_is ${perfect}`,
    } as const)
  return setNumbers(tx, deps, actor, kept, input)
}
