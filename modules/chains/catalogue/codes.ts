import type { Tx } from '@tingzhou/db'
import '../tables.ts'

/** Whether a product or a chain has this code: histories are kept by it, so it means one thing. Two statements at most. */
export async function isCodeTaken(tx: Tx, zoneId: string, code: string): Promise<boolean> {
  const product = await tx
    .selectFrom('chain_product')
    .select('code')
    .where('zone_id', '=', zoneId)
    .where('code', '=', code)
    .executeTakeFirst()
  if (product) return true
  const chain = await tx
    .selectFrom('chain')
    .select('code')
    .where('zone_id', '=', zoneId)
    .where('code', '=', code)
    .executeTakeFirst()
  return chain !== undefined
}
