import type { Db, Tx } from '@tingzhou/db'
import type { Actor } from '@tingzhou/parties'
import type { FreightDeps } from '../record.ts'
import { readNumbers, type NumbersNow } from '@tingzhou/records'
import { freightNumbers, setNumbers } from '../zone-numbers.ts'
import './tables.ts'
import { chainBounds, type ChainNumber, type ChainNumbers } from './words.ts'

export type ChainSettings = Omit<NumbersNow<ChainNumber>, 'flag'> & { readonly driversChoose: boolean }

const kept = freightNumbers<ChainNumber>({
  table: 'freight_chain_settings',
  bounds: chainBounds,
  rule: 'chain_range',
  flag: { column: 'drivers_choose', field: 'driversChoose' },
})

/** What the zone reckons with now; at first drivers wish for assigned loads. One statement. */
export async function chainSettings(db: Db | Tx, zoneId: string): Promise<ChainSettings> {
  const { flag: driversChoose, ...now } = await readNumbers(db, zoneId, kept)
  return { ...now, driversChoose }
}

/** Sets what the zone reckons with. As `setNumbers`. */
export const setChainSettings = (
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: {
    readonly rev: number
    readonly driversChoose: boolean
    readonly numbers: ChainNumbers
    readonly why: string
  },
) => setNumbers(tx, deps, actor, kept, { ...input, flag: input.driversChoose })
