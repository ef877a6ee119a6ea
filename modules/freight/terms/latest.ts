import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import '../tables.ts'
import type { Measure } from '../words.ts'

/** A version of the rules of settlement. */
export type TermsVersion = {
  readonly id: string
  readonly version: number
  readonly name: string
  /** What the carrier is paid for: a ton, a cubic metre or a truck. */
  readonly unit: Measure
}

/** The latest version of each set of rules of settlement, by name, at most 50. One statement. */
export async function latestTerms(db: Db | Tx, zoneId: string): Promise<readonly TermsVersion[]> {
  const { rows } = await sql<TermsVersion>`
    select distinct on (name, id) id, version, name, rules #>> '{carrier,basis,unit}' as unit from freight_terms where zone_id = ${zoneId}
    order by name, id, version desc limit 50`.execute(db)
  return rows
}
