import { sql } from 'kysely'
import { at, expectRevision, jsonb, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { changesBetween, type RecordDeps, type Saved } from '@tingzhou/records'
import type { ChainsError } from '../problems.ts'
import { note } from '../record.ts'
import '../tables.ts'
import type { Basis } from '../words.ts'
import { holdCatalogue, revOfAll } from './hold.ts'
import { numbered } from './numbered.ts'

/** A cluster 产业集群 of a list. */
export type ClusterFields = {
  readonly code: string
  readonly zh: string
  readonly en: string
  readonly basis: Basis
  readonly source: string
}

/** The list as a whole is what has a history. */
export const clusterList = 'chain-clusters'

/**
 * Begins a new list of clusters on a day: what is as it was stays, the rest of the old list ends the day before. What began on that very day is
 * mended in place.
 */
export async function replaceClusters(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  input: {
    readonly from: string
    readonly rev: number
    readonly why: string
    readonly rows: readonly ClusterFields[]
  },
): Promise<Result<Saved, ChainsError>> {
  const held = await holdCatalogue(tx, deps, actor)
  if (!held.ok) return held
  const { from, rows } = input
  const all = await tx.selectFrom('chain_cluster').selectAll().where('zone_id', '=', deps.zoneId).forUpdate().execute()
  const fresh = expectRevision(revOfAll(all), input.rev)
  if (!fresh.ok) return fresh
  const twin = rows.findIndex(({ code }, i) => rows.findIndex((one) => one.code === code) < i)
  if (twin >= 0)
    return err({
      kind: 'field_refused',
      field: `rows.${twin}.code`,
      value: rows[twin]?.code ?? '',
      rule: 'one_code',
    })
  const listed = all.filter((row) => row.valid_to === null)
  const wanted = new Map(rows.map((row) => [row.code, row]))
  const kept = listed.filter((row) => isSame(row, wanted.get(row.code)))
  const mended = listed.filter((row) => !kept.includes(row) && row.valid_from === from && wanted.has(row.code))
  const ended = listed.filter((row) => !kept.includes(row) && !mended.includes(row))
  const late = ended.find((row) => row.valid_from >= from)
  if (late) return err({ kind: 'field_refused', field: 'from', value: from, rule: `later_than ${late.valid_from}` })
  const used = await usedBeside(tx, deps.zoneId, [...wanted.keys()])
  if (used) return err({ kind: 'field_refused', field: 'rows', value: used, rule: 'chains_stand_in_it' })
  const stays = new Set([...kept, ...mended].map(({ code }) => code))
  const begun = rows.filter(({ code }) => !stays.has(code))
  await write(tx, deps, actor, {
    from,
    mended: mended.flatMap(({ id, code }) => ({ id, ...wanted.get(code) })),
    ended: ended.map(({ id }) => id),
    begun,
  })
  const was = shown(listed)
  const none = Object.fromEntries(Object.keys(was).map((code) => [code, '']))
  await note(tx, deps, actor, {
    objectKind: 'chain_cluster',
    objectId: clusterList,
    verb: 'change',
    why: input.why,
    data: changesBetween({ ...was, from: null }, { from, ...none, ...shown(rows) }),
  })
  return ok({ id: clusterList, rev: revOfAll(all) + mended.length + ended.length + begun.length })
}

const isSame = (row: ClusterFields, other: ClusterFields | undefined): boolean =>
  other !== undefined && (['zh', 'en', 'basis', 'source'] as const).every((key) => row[key] === other[key])

const shown = (rows: readonly ClusterFields[]): Readonly<Record<string, string>> =>
  Object.fromEntries(rows.map(({ code, zh, en, basis }) => [code, `${zh} / ${en} (${basis})`]))

/** A cluster that open chains stand in although the list has not got it. One statement. */
async function usedBeside(tx: Tx, zoneId: string, codes: readonly string[]): Promise<string | null> {
  const row = await tx
    .selectFrom('chain')
    .select(['code', 'cluster_code'])
    .where('zone_id', '=', zoneId)
    .where('state', '=', 'open')
    .where(sql<boolean>`not (cluster_code = any(${[...codes]}::text[]))`)
    .orderBy('code')
    .limit(1)
    .executeTakeFirst()
  return row ? `${row.cluster_code} (${row.code})` : null
}

/** Three statements. */
async function write(
  tx: Tx,
  { zoneId, clock }: RecordDeps,
  actor: Actor,
  change: {
    readonly from: string
    readonly mended: readonly object[]
    readonly ended: readonly string[]
    readonly begun: readonly ClusterFields[]
  },
): Promise<void> {
  const { from, mended, ended, begun } = change
  const [when, by] = [at(clock()), actor.name]
  await sql`update chain_cluster c set zh = r.zh, en = r.en, basis = r.basis, source = r.source, rev = rev + 1,
      updated_at = ${when}::timestamptz, updated_by = ${by}
    from jsonb_to_recordset(${jsonb(mended)}::jsonb) as r(id uuid, zh text, en text, basis text, source text)
    where c.zone_id = ${zoneId} and c.id = r.id`.execute(tx)
  await sql`update chain_cluster set valid_to = ${from}::date - 1, rev = rev + 1, updated_at = ${when}::timestamptz, updated_by = ${by}
    where zone_id = ${zoneId} and id = any(${ended}::uuid[])`.execute(tx)
  await sql`insert into chain_cluster (zone_id, id, code, zh, en, basis, source, valid_from, created_at, created_by, updated_at, updated_by)
    select ${zoneId}, r.id, r.code, r.zh, r.en, r.basis, r.source, ${from}::date, ${when}::timestamptz, ${by}, ${when}::timestamptz, ${by}
    from jsonb_to_recordset(${jsonb(numbered(begun))}::jsonb)
      as r(id uuid, code text, zh text, en text, basis text, source text)`.execute(tx)
}
