import { sql } from 'kysely'
import { changeParty, createParty } from '@tingzhou/parties'
import {
  at,
  containing,
  expectRevision,
  jsonb,
  newId,
  type CommandDeps,
  type Db,
  type StaleRevision,
  type Tx,
} from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { changesOf } from './enterprise.ts'
import type { Changed } from './shared-contract.ts'
import { changeHeads, checkAccounts, type UnknownAccount } from './heads.ts'
import { announce, recordChanges, type By, type Change } from './record.ts'
import './tables.ts'
import type { Area, AreaFacts, AreaChange, AreaInput } from './zone-contract.ts'
import { checkPolygon, type NotAPolygon } from './zone-rules.ts'

export type CodeTaken = { readonly kind: 'code_taken'; readonly field: 'code'; readonly value: string }
export type AreaError = { readonly kind: 'not_found' } | StaleRevision | CodeTaken | NotAPolygon | UnknownAccount

const blank: AreaFacts = {
  code: '',
  name: '',
  polygon: null,
  leadAccountId: null,
  deputyAccountId: null,
  partyBranch: '',
  state: 'open',
}

/** Adds an area and its party; its lead and deputy get the role. */
export async function createArea(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  input: AreaInput & { readonly synthetic?: boolean | undefined },
): Promise<Result<Changed, AreaError>> {
  const { synthetic = false, ...entered } = input
  const facts = withInput(blank, entered)
  const id = newId()
  const checked = await checkArea(tx, deps, id, facts)
  if (!checked.ok) return checked
  const now = at(deps.clock())
  await createParty(tx, deps.zoneId, { id, kind: 'area', name: facts.name, synthetic }, deps.clock())
  await tx
    .insertInto('area')
    .values({
      zone_id: deps.zoneId,
      id,
      ...rowOf(facts),
      synthetic,
      created_at: now,
      created_by: by.accountId,
      updated_at: now,
      updated_by: by.accountId,
    })
    .execute()
  await changeHeads(tx, deps, { id, role: 'area_lead' }, [], headsOf(facts), by.accountId)
  await tell(tx, deps, by, {
    objectKind: 'area',
    objectId: id,
    verb: 'created',
    changes: changesOf(blank, facts),
    isNew: true,
  })
  return ok({ id, rev: 1 })
}

/** Changes an area. */
export async function changeArea(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  input: AreaChange & { readonly id: string; readonly rev: number; readonly why?: string | undefined },
): Promise<Result<Changed, AreaError>> {
  const { id, rev, why, ...entered } = input
  const stored = await selectArea(tx, deps.zoneId).where('area.id', '=', id).forUpdate().executeTakeFirst()
  if (!stored) return err({ kind: 'not_found' })
  const fresh = expectRevision(stored.rev, rev)
  if (!fresh.ok) return fresh
  const before = factsOf(stored)
  const after = withInput(before, entered)
  const changes = changesOf(before, after)
  if (changes.length === 0) return ok({ id, rev })
  const checked = await checkArea(tx, deps, id, after)
  if (!checked.ok) return checked
  await tx
    .updateTable('area')
    .set({ ...rowOf(after), rev: rev + 1, updated_at: at(deps.clock()), updated_by: by.accountId })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  await changeParty(tx, deps.zoneId, id, { name: after.name, state: after.state }, deps.clock())
  await changeHeads(tx, deps, { id, role: 'area_lead' }, headsOf(before), headsOf(after), by.accountId)
  await tell(tx, deps, by, { objectKind: 'area', objectId: id, verb: 'changed', changes, why })
  return ok({ id, rev: rev + 1 })
}

async function tell(tx: Tx, deps: CommandDeps, by: By, change: Change): Promise<void> {
  await recordChanges(tx, deps, by, [change])
  await announce(tx, deps, change, 'registry.area_changed', [change.objectId])
}

async function checkArea(tx: Tx, deps: CommandDeps, id: string, facts: AreaFacts): Promise<Result<void, AreaError>> {
  const polygon = checkPolygon(facts.polygon)
  if (!polygon.ok) return polygon
  const same = await tx
    .selectFrom('area')
    .select('id')
    .where('zone_id', '=', deps.zoneId)
    .where('code', '=', facts.code)
    .where('id', '<>', id)
    .executeTakeFirst()
  if (same) return err({ kind: 'code_taken', field: 'code', value: facts.code })
  return checkAccounts(tx, deps.zoneId, [
    ['leadAccountId', facts.leadAccountId],
    ['deputyAccountId', facts.deputyAccountId],
  ])
}

const withInput = (before: AreaFacts, input: AreaChange): AreaFacts => ({
  code: input.code ?? before.code,
  name: input.name ?? before.name,
  polygon: input.polygon === undefined ? before.polygon : input.polygon,
  leadAccountId: input.leadAccountId === undefined ? before.leadAccountId : input.leadAccountId,
  deputyAccountId: input.deputyAccountId === undefined ? before.deputyAccountId : input.deputyAccountId,
  partyBranch: input.partyBranch ?? before.partyBranch,
  state: input.state ?? before.state,
})

const headsOf = (facts: AreaFacts) => [facts.leadAccountId, facts.deputyAccountId]

const rowOf = (facts: AreaFacts) => ({
  code: facts.code,
  name: facts.name,
  polygon: facts.polygon === null ? null : jsonb(facts.polygon),
  lead_account_id: facts.leadAccountId,
  deputy_account_id: facts.deputyAccountId,
  party_branch: facts.partyBranch,
  state: facts.state,
})

const selectArea = (db: Db | Tx, zoneId: string) =>
  db
    .selectFrom('area')
    .select([
      'area.id',
      'area.code',
      'area.name',
      'area.polygon',
      'area.lead_account_id',
      'area.deputy_account_id',
      'area.party_branch',
      'area.state',
      'area.synthetic',
      'area.rev',
      'area.updated_at',
    ])
    .where('area.zone_id', '=', zoneId)
type Row = Awaited<ReturnType<ReturnType<typeof selectArea>['execute']>>[number]

const factsOf = (row: Row): AreaFacts => ({
  code: row.code,
  name: row.name,
  polygon: row.polygon,
  leadAccountId: row.lead_account_id,
  deputyAccountId: row.deputy_account_id,
  partyBranch: row.party_branch,
  state: row.state,
})

/** The areas of the zone, by code; a zone has few. At most 200. */
export async function listAreas(
  db: Db | Tx,
  zoneId: string,
  filter: {
    readonly id?: string | undefined
    readonly q?: string | undefined
    readonly state?: 'open' | 'closed' | undefined
  } = {},
): Promise<readonly Area[]> {
  let query = selectArea(db, zoneId)
    .leftJoin('party as lead', (join) =>
      join.onRef('lead.zone_id', '=', 'area.zone_id').onRef('lead.id', '=', 'area.lead_account_id'),
    )
    .leftJoin('party as deputy', (join) =>
      join.onRef('deputy.zone_id', '=', 'area.zone_id').onRef('deputy.id', '=', 'area.deputy_account_id'),
    )
    .select([
      'lead.name as leadName',
      'deputy.name as deputyName',
      sql<number>`(select count(*) from enterprise e
        where e.zone_id = area.zone_id and e.area_id = area.id and e.merged_into is null)`.as('enterprises'),
    ])
  const { id, q, state } = filter
  if (id !== undefined) query = query.where('area.id', '=', id)
  if (state) query = query.where('area.state', '=', state)
  if (q) {
    const like = containing(q)
    query = query.where((eb) => eb.or([eb('area.name', 'ilike', like), eb('area.code', 'ilike', like)]))
  }
  const rows = await query.orderBy('area.code').limit(200).execute()
  return rows.map((row) => ({
    id: row.id,
    ...factsOf(row),
    leadName: row.leadName,
    deputyName: row.deputyName,
    enterprises: row.enterprises,
    synthetic: row.synthetic,
    rev: row.rev,
    updatedAt: row.updated_at,
  }))
}

/** The area, or null. */
export async function findArea(db: Db | Tx, zoneId: string, id: string): Promise<Area | null> {
  const [area] = await listAreas(db, zoneId, { id })
  return area ?? null
}
