import { sql, type SelectQueryBuilder } from 'kysely'
import { at, jsonb, type Db, type Tables, type Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { readCode } from './enterprise.ts'
import type { EnterpriseFacts, UsccStatus } from './enterprise-contract.ts'
import { coreOf } from './name-cores.ts'
import { oneOf } from './one-of.ts'
import './tables.ts'

/** An entry as it stands: the facts, and what belongs to the row. */
export type StoredEnterprise = {
  readonly id: string
  readonly facts: EnterpriseFacts
  readonly usccStatus: UsccStatus
  readonly usccConfirmed: { readonly by: string; readonly at: EpochMs } | null
  readonly synthetic: boolean
  readonly mergedInto: string | null
  readonly rev: number
  readonly createdAt: EpochMs
  readonly createdBy: string
  readonly updatedAt: EpochMs
  readonly updatedBy: string
}

const columns = [
  'enterprise.id',
  'enterprise.uscc',
  'enterprise.uscc_status',
  'enterprise.uscc_confirmed_by',
  'enterprise.uscc_confirmed_at',
  'enterprise.name',
  'enterprise.aliases',
  'enterprise.area_id',
  'enterprise.address',
  'enterprise.lon',
  'enterprise.lat',
  'enterprise.industry',
  'enterprise.other_industries',
  'enterprise.founded',
  'enterprise.size',
  'enterprise.above_scale_years',
  'enterprise.ownership',
  'enterprise.status',
  'enterprise.source',
  'enterprise.as_of',
  'enterprise.tags',
  'enterprise.chains',
  'enterprise.leader_account_id',
  'enterprise.guide_account_id',
  'enterprise.synthetic',
  'enterprise.merged_into',
  'enterprise.rev',
  'enterprise.created_at',
  'enterprise.created_by',
  'enterprise.updated_at',
  'enterprise.updated_by',
] as const

const selectEnterprise = (db: Db | Tx) => db.selectFrom('enterprise').select(columns)
type Row = Awaited<ReturnType<ReturnType<typeof selectEnterprise>['execute']>>[number]

function storedOf(row: Row): StoredEnterprise {
  const { uscc_confirmed_by: by, uscc_confirmed_at: confirmedAt } = row
  return {
    id: row.id,
    facts: {
      uscc: row.uscc,
      name: row.name,
      aliases: row.aliases,
      areaId: row.area_id,
      address: row.address,
      point: row.lon === null || row.lat === null ? null : { lon: row.lon, lat: row.lat },
      industry: row.industry,
      otherIndustries: row.other_industries,
      founded: row.founded,
      size: row.size,
      aboveScaleYears: row.above_scale_years,
      ownership: row.ownership,
      status: row.status,
      source: row.source,
      asOf: row.as_of,
      tags: row.tags,
      chains: row.chains,
      leaderAccountId: row.leader_account_id,
      guideAccountId: row.guide_account_id,
    },
    usccStatus: row.uscc_status,
    usccConfirmed: by === null || confirmedAt === null ? null : { by, at: confirmedAt },
    synthetic: row.synthetic,
    mergedInto: row.merged_into,
    rev: row.rev,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }
}

/** The entries that exist among the ids, merged ones included. At most 2,000 ids. */
export async function findStored(
  db: Db | Tx,
  zoneId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StoredEnterprise>> {
  return byId(await inZone(selectEnterprise(db), zoneId, ids).execute())
}

/** The same, locked until the transaction ends, in one order so that two lockers never wait in a circle. */
export async function lockStored(
  tx: Tx,
  zoneId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StoredEnterprise>> {
  return byId(await inZone(selectEnterprise(tx), zoneId, ids).orderBy('enterprise.id').forUpdate().execute())
}

const inZone = <O>(query: SelectQueryBuilder<Tables, 'enterprise', O>, zoneId: string, ids: readonly string[]) =>
  query.where('enterprise.zone_id', '=', zoneId).where('enterprise.id', '=', oneOf(ids))

const byId = (rows: readonly Row[]): ReadonlyMap<string, StoredEnterprise> =>
  new Map(rows.map((row) => [row.id, storedOf(row)]))

/** What the index enterprise_uscc covers, in its own words: as parameters a prepared plan could not tell that it applies. */
export const hasIdentifyingCode = sql<boolean>`(enterprise.uscc_status in ('ok', 'legacy') and enterprise.merged_into is null)`

/** What rows of an import may mean: entries with one of the identifying codes, and entries of one of the names. */
export async function findMatching(
  tx: Db | Tx,
  zoneId: string,
  wanted: { readonly codes: readonly string[]; readonly names: readonly string[]; readonly lock: boolean },
): Promise<readonly StoredEnterprise[]> {
  const standing = selectEnterprise(tx)
    .where('enterprise.zone_id', '=', zoneId)
    .where('enterprise.merged_into', 'is', null)
    .orderBy('enterprise.id')
  const found = wanted.lock ? standing.forUpdate() : standing
  // Two statements, each by its own index: enterprise_uscc, and enterprise_name in the order of code points.
  const byCode = found.where(hasIdentifyingCode).where('enterprise.uscc', '=', oneOf(wanted.codes))
  const byName = found.where(sql<boolean>`enterprise.name collate "C" = ${oneOf(wanted.names)}`)
  const rows = [
    ...(wanted.codes.length === 0 ? [] : await byCode.execute()),
    ...(wanted.names.length === 0 ? [] : await byName.execute()),
  ]
  return [...byId(rows).values()]
}

/** Follows redirects to the entry that answers for an id today. */
export async function resolveId(db: Db | Tx, zoneId: string, id: string): Promise<string | null> {
  const found = await sql<{ id: string }>`
    with recursive way as (
      select id, merged_into from enterprise where zone_id = ${zoneId} and id = ${id}
      union all
      select e.id, e.merged_into from enterprise e join way w on e.id = w.merged_into where e.zone_id = ${zoneId}
    )
    select id from way where merged_into is null`.execute(db)
  return found.rows[0]?.id ?? null
}

/** Facts on their way into the table. */
export type WrittenEnterprise = Pick<StoredEnterprise, 'id' | 'facts' | 'synthetic'>

export type Stamp = { readonly zoneId: string; readonly actorId: string; readonly now: EpochMs }

const recordType = `id text, uscc text, uscc_status text, name text, name_core text, aliases text[], area_id text, address text,
  lon float8, lat float8, industry text, other_industries text[], founded date, size text, above_scale_years int[],
  ownership text, status text, source text, as_of date, tags text[], chains text[], leader_account_id text,
  guide_account_id text, synthetic boolean`
const factColumns = `uscc, uscc_status, name, name_core, aliases, area_id, address, lon, lat, industry, other_industries, founded,
  size, above_scale_years, ownership, status, source, as_of, tags, chains, leader_account_id, guide_account_id`

// What is not known is left out: the record set reads it as null, and most of a register's fields are empty.
const recordOf = ({ id, facts, synthetic }: WrittenEnterprise) => ({
  id,
  uscc: facts.uscc ?? undefined,
  uscc_status: readCode(facts.uscc).usccStatus,
  name: facts.name,
  name_core: coreOf(facts.name),
  aliases: facts.aliases,
  area_id: facts.areaId ?? undefined,
  address: facts.address,
  lon: facts.point?.lon,
  lat: facts.point?.lat,
  industry: facts.industry ?? undefined,
  other_industries: facts.otherIndustries,
  founded: facts.founded ?? undefined,
  size: facts.size ?? undefined,
  above_scale_years: facts.aboveScaleYears,
  ownership: facts.ownership ?? undefined,
  status: facts.status,
  source: facts.source,
  as_of: facts.asOf ?? undefined,
  tags: facts.tags,
  chains: facts.chains,
  leader_account_id: facts.leaderAccountId ?? undefined,
  guide_account_id: facts.guideAccountId ?? undefined,
  synthetic,
})

/** Adds entries; their parties exist already. One statement. */
export async function insertStored(tx: Tx, entries: readonly WrittenEnterprise[], stamp: Stamp): Promise<void> {
  await sql`insert into enterprise (zone_id, id, synthetic, ${sql.raw(factColumns)},
      created_at, created_by, updated_at, updated_by)
    select ${stamp.zoneId}, id, synthetic, ${sql.raw(factColumns)},
      ${at(stamp.now)}::timestamptz, ${stamp.actorId}, ${at(stamp.now)}::timestamptz, ${stamp.actorId}
    from jsonb_to_recordset(${jsonb(entries.map(recordOf))}::jsonb) as e(${sql.raw(recordType)})`.execute(tx)
}

/** Writes changed entries, raising their revisions; a new code is unconfirmed again. One statement. */
export async function updateStored(tx: Tx, entries: readonly WrittenEnterprise[], stamp: Stamp): Promise<void> {
  const assignments = factColumns
    .split(',')
    .map((column) => column.trim())
    .map((column) => `${column} = n.${column}`)
    .join(', ')
  await sql`update enterprise e set ${sql.raw(assignments)}, rev = e.rev + 1,
      uscc_confirmed_by = case when e.uscc is not distinct from n.uscc then e.uscc_confirmed_by end,
      uscc_confirmed_at = case when e.uscc is not distinct from n.uscc then e.uscc_confirmed_at end,
      updated_at = ${at(stamp.now)}::timestamptz, updated_by = ${stamp.actorId}
    from jsonb_to_recordset(${jsonb(entries.map(recordOf))}::jsonb) as n(${sql.raw(recordType)})
    where e.zone_id = ${stamp.zoneId} and e.id = n.id`.execute(tx)
}
