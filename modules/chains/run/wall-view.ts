import { sql } from 'kysely'
import type { EpochMs } from '@tingzhou/kernel'
import type { Reader } from '../room.ts'
import { isLate } from '../target/rules.ts'
import type { TargetState } from '../target/words.ts'
import { basisOf, chains, headsOf } from './industry-view.ts'
import { runHead } from './run-view.ts'

const [wallChains, weakestMax, wallTargets] = [200, 8, 8]
type WallRow = {
  readonly id: string
  readonly goal: string
  readonly chain_code: string
  readonly zh: string
  readonly en: string
  readonly state: TargetState
  readonly owner: string | null
  readonly deadline: string
  readonly due_at: EpochMs
  readonly closed_at: EpochMs | null
}

/** What the control room shows of all chains. */
export async function findWall(reader: Reader) {
  const { db, zoneId, clock } = reader.deps
  const now = clock()
  const basis = await basisOf(reader)
  const { run, kMin } = basis
  const rows = await chains(reader).where('c.state', '=', 'open').orderBy('c.code').limit(wallChains).execute()
  const open = sql`t.zone_id = ${zoneId} and t.closed_at is null`
  const [heads, weakest, targets, count] = await Promise.all([
    headsOf(reader, rows, basis),
    run ? weakestOf(reader, run.id) : [],
    sql<WallRow>`
      select t.id, t.goal, t.chain_code, c.zh, c.en, t.state, a.name as owner, t.deadline, t.due_at, t.closed_at
      from chain_target t
        join chain c on c.zone_id = t.zone_id and c.code = t.chain_code
        left join account a on a.zone_id = t.zone_id and a.id = t.owner_id
      where ${open} order by t.deadline, t.id limit ${wallTargets}`.execute(db),
    sql<{ n: number }>`select count(*)::int as n from chain_target t where ${open}`.execute(db),
  ])
  return {
    at: now,
    run: run ? runHead(run) : null,
    kMin,
    counts: run ? { firms: run.counts.firms, links: run.counts.links } : null,
    weaknesses: run ? { missing: run.counts.missing, risks: run.counts.risks, hidden: run.counts.hidden } : null,
    chains: heads,
    weakest,
    targets: targets.rows.map(({ id, goal, chain_code, zh, en, owner, ...target }) => ({
      id,
      goal,
      chain: { code: chain_code, zh, en },
      state: target.state,
      owner: owner ?? '',
      deadline: target.deadline,
      isLate: isLate(target, now),
    })),
    openTargets: count.rows[0]?.n ?? 0,
  }
}

/** Required products of open chains that are needed and least sufficient, the weightiest first among equals; each in its first chain. One statement. */
async function weakestOf({ deps: { db, zoneId } }: Reader, runId: string) {
  const { rows } = await sql<{
    code: string
    zh: string
    en: string
    unit: string
    chain: string
    chain_zh: string
    chain_en: string
    value: number
    parts: Readonly<Record<string, number>>
  }>`
    select f.code, p.zh, p.en, p.unit, c.code as chain, c.zh as chain_zh, c.en as chain_en, f.value, f.parts
    from chain_figure f
      join chain_product p on p.zone_id = f.zone_id and p.code = f.code
      join lateral (
        select c.code, c.zh, c.en, s.weight
        from chain_segment_product s join chain c on c.zone_id = s.zone_id and c.code = s.chain_code
        where s.zone_id = f.zone_id and s.product_code = f.code and s.is_required and c.state = 'open'
        order by s.weight desc, c.code limit 1) c on true
    where f.zone_id = ${zoneId} and f.run_id = ${runId} and f.kind = 'product' and f.name = 'sufficiency' and f.value < 1
      and (f.parts->>'need')::float8 > 0
    order by f.value, c.weight desc, f.code limit ${weakestMax}`.execute(db)
  return rows.map((row) => ({
    code: row.code,
    zh: row.zh,
    en: row.en,
    unit: row.unit,
    chain: { code: row.chain, zh: row.chain_zh, en: row.chain_en },
    sufficiency: row.value,
    need: row.parts['need'] ?? 0,
    capacity: row.parts['capacity'] ?? 0,
  }))
}
