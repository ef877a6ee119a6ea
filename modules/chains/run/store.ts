import { sql, type RawBuilder } from 'kysely'
import { at, jsonb, type Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import type { Reckoned } from './reckon.ts'
import type { RunNumbers } from './tables.ts'
import { runsKept } from './words.ts'

export type RunHead = {
  readonly zoneId: string
  readonly id: string
  readonly year: number
  readonly numbers: RunNumbers
  readonly now: EpochMs
  readonly by: string
  readonly readMs: number
  readonly solveMs: number
}

/** Rows a statement. */
const batchRows = 5_000

/** Stores a run. Statements: its rows / 5,000. */
export async function storeRun(tx: Tx, head: RunHead, reckoned: Reckoned): Promise<void> {
  const { zoneId, id, now } = head
  await tx
    .insertInto('chain_run')
    .values({
      zone_id: zoneId,
      id,
      year: head.year,
      input_version: reckoned.version,
      numbers: jsonb(head.numbers),
      made_at: at(now),
      made_by: head.by,
      checked_at: at(now),
      counts: jsonb(reckoned.counts),
      followed: reckoned.followed,
      pivots: reckoned.pivots,
      is_exact: reckoned.isExact,
      read_ms: head.readMs,
      solve_ms: head.solveMs,
    })
    .execute()
  const { figures, flows, risks, hidden, critical, network } = reckoned
  const rows = (list: RawBuilder<unknown>) =>
    sql`${zoneId}::text, ${id}::uuid, r.* from jsonb_to_recordset(${list}::jsonb) as r`
  await inBatches(
    tx,
    figures,
    (list) => sql`
    insert into chain_figure (zone_id, run_id, kind, code, firm_id, name, value, parts, band, sellers, buyers)
    select ${rows(list)} (kind text, code text, firm text, name text, value double precision, parts jsonb, band text, sellers integer,
      buyers integer)`,
  )
  await inBatches(
    tx,
    flows,
    (list) => sql`
    insert into chain_flow (zone_id, run_id, chain_code, level, from_key, to_key, from_outside, value_fen, kg, sellers, buyers)
    select ${rows(list)} (chain text, level text, "from" text, "to" text, "fromOutside" boolean, "valueFen" bigint,
      kg double precision, sellers integer, buyers integer)`,
  )
  await inBatches(
    tx,
    risks,
    (list) => sql`
    insert into chain_risk (zone_id, run_id, buyer_id, product_code, supplier_id, risk, share, dependence, alternative, volume,
      dependent_fen)
    select ${rows(list)} (buyer text, product text, supplier text, risk double precision, share double precision,
      dependence double precision, alternative double precision, volume double precision, "dependentFen" bigint)`,
  )
  await inBatches(
    tx,
    hidden,
    (list) => sql`
    insert into chain_hidden (zone_id, run_id, buyer_id, product_code, input_code, source_id, concentration, direct, followed, suppliers,
      sources, source_share)
    select ${rows(list)} (buyer text, product text, input text, source text, concentration double precision, direct double precision,
      followed double precision, suppliers integer, sources integer, "sourceShare" double precision)`,
  )
  const placed = critical.map((row, place) => ({ ...row, place: place + 1 }))
  await inBatches(
    tx,
    placed,
    (list) => sql`
    insert into chain_critical (zone_id, run_id, place, firm_id, value)
    select ${rows(list)} (place integer, firm text, value double precision)`,
  )
  await tx
    .insertInto('chain_network')
    .values({ zone_id: zoneId, run_id: id, body: jsonb(network) })
    .execute()
}

async function inBatches<Row extends object>(
  tx: Tx,
  rows: readonly Row[],
  insert: (list: RawBuilder<unknown>) => RawBuilder<unknown>,
): Promise<void> {
  for (let from = 0; from < rows.length; from += batchRows)
    await insert(sql`${jsonb(rows.slice(from, from + batchRows))}`).execute(tx)
}

/** Lets old runs go but the last of each month and year. One statement. */
export async function sweepRuns(tx: Tx, zoneId: string): Promise<void> {
  await sql`
    delete from chain_run where zone_id = ${zoneId} and id in (
      select id from (
        select id, row_number() over (order by made_at desc, id desc) as place,
          row_number() over (partition by year, date_trunc('month', made_at at time zone 'Asia/Shanghai') order by made_at desc, id desc) as of_month
        from chain_run where zone_id = ${zoneId}) as kept
      where place > ${runsKept} and of_month > 1)`.execute(tx)
}
