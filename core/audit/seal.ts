import { sql } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'
import { at, type Db, type Tx } from '@tingzhou/db'

// A seal names at most this many chains, so that its row and its locks stay small.
const chainsPerSealMax = 5_000

/**
 * Writes one seal over the ends of the chains that moved since they were last sealed. What is sealed cannot lose its
 * tail, or vanish as a whole, unnoticed. Call it every hour, again while it gives the full number.
 * @returns chains sealed, 0 when nothing moved
 * Source: own; SHA-256 over the sorted ends and the seal before. O(chains).
 */
export async function sealHistory(
  tx: Tx | Db,
  zoneId: string,
  now: EpochMs,
  limit = chainsPerSealMax,
): Promise<number> {
  const answer = await sql<{
    chains: number
  }>`select seal_history(${zoneId}, ${at(now)}::timestamptz, ${limit}::int) as chains`.execute(tx)
  return answer.rows[0]?.chains ?? 0
}

/**
 * Seals everything that moved; given no transaction, one a seal.
 * @returns chains sealed
 * Source: own. O(chains).
 */
export async function sealAllHistory(db: Tx | Db, zoneId: string, now: EpochMs): Promise<number> {
  for (let total = 0; ;) {
    const chains = await sealHistory(db, zoneId, now)
    total += chains
    if (chains < chainsPerSealMax) return total
  }
}
