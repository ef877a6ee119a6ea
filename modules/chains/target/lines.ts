import { sql } from 'kysely'
import { at, jsonb, type CommandDeps, type Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import { shownLine, type ReckonedLine } from './reckoned.ts'
import './tables.ts'

/** The key of a line: the same in every run, and part of an address, where a dot would be a file's. Pure. O(1). */
export const lineKey = ({
  chain,
  segment,
  product,
  list,
}: Pick<ReckonedLine, 'chain' | 'segment' | 'product' | 'list'>) => `${chain}_${segment}_${product}_${list}`

const batchRows = 500

/**
 * Keeps the lists of a run. A line that was there before keeps its key and gets its new numbers; one that the run no longer has is
 * marked as gone, with its targets. Only what may be shown is written: see `shownLine`.
 * @param lines  each key once
 * @param kMin  of the zone's settings
 * Source: own. Two statements a 500 lines, in the order of their keys, and two more.
 */
export async function saveLines(
  tx: Tx,
  deps: Pick<CommandDeps, 'zoneId' | 'clock'>,
  runId: string,
  lines: readonly ReckonedLine[],
  kMin: number,
): Promise<void> {
  const { zoneId } = deps
  const now = deps.clock()
  const rows = lines.map((line) => rowOf(line, kMin)).toSorted((a, b) => (a.key < b.key ? -1 : 1))
  for (let i = 0; i < rows.length; i += batchRows) {
    const some = jsonb(rows.slice(i, i + batchRows))
    await sql`
      insert into chain_line (zone_id, key, chain_code, segment_key, product_code, list, value_fen, is_rounded, parts, units, weaknesses,
        from_code, inputs, buyer_ids, buyers_volume, candidates, weights, k_min, run_id, first_at, reckoned_at)
      select ${zoneId}, r.key, r.chain, r.segment, r.product, r.list, r.value, r."isRounded", r.parts, r.units,
        array(select jsonb_array_elements_text(r.weaknesses)), r."from", r.inputs, array(select jsonb_array_elements_text(r.buyers)),
        r."buyersVolume", r.candidates, r.weights, ${kMin}::integer, ${runId}::uuid, ${at(now)}::timestamptz, ${at(now)}::timestamptz
      from jsonb_to_recordset(${some}::jsonb) as r(key text, chain text, segment text, product text, list text, value bigint,
        "isRounded" boolean, parts jsonb, units double precision, weaknesses jsonb, "from" text, inputs jsonb, buyers jsonb,
        "buyersVolume" double precision, candidates jsonb, weights jsonb)
      order by r.key
      on conflict (zone_id, key) do update set value_fen = excluded.value_fen, is_rounded = excluded.is_rounded, parts = excluded.parts,
        units = excluded.units, weaknesses = excluded.weaknesses, from_code = excluded.from_code, inputs = excluded.inputs,
        buyer_ids = excluded.buyer_ids, buyers_volume = excluded.buyers_volume, candidates = excluded.candidates,
        weights = excluded.weights, k_min = excluded.k_min, run_id = excluded.run_id, reckoned_at = excluded.reckoned_at, gone_at = null`.execute(
      tx,
    )
    await sql`
      insert into chain_line_value (zone_id, key, reckoned_at, run_id, value_fen)
      select ${zoneId}, r.key, ${at(now)}::timestamptz, ${runId}::uuid, r.value
      from jsonb_to_recordset(${some}::jsonb) as r(key text, value bigint)
      on conflict (zone_id, key, reckoned_at) do update set run_id = excluded.run_id, value_fen = excluded.value_fen`.execute(
      tx,
    )
  }
  await sql`update chain_line set gone_at = ${at(now)}::timestamptz
    where zone_id = ${zoneId} and run_id <> ${runId}::uuid and gone_at is null`.execute(tx)
  await addToOutbox(tx, zoneId, [
    { type: 'chains.lines_saved', objectKind: 'chain_run', objectId: runId, to: [], at: now },
  ])
}

function rowOf(line: ReckonedLine, kMin: number) {
  const { chain, segment, product, list, weaknesses, from, buyers, candidates, weights } = line
  return {
    ...shownLine(line, kMin),
    key: lineKey(line),
    chain,
    segment,
    product,
    list,
    weaknesses,
    from,
    buyers: buyers.map(({ firm }) => firm),
    candidates,
    weights,
  }
}
