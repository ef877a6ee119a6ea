import { sql } from 'kysely'
import { changeParty, createParty } from '@tingzhou/parties'
import {
  at,
  containing,
  expectRevision,
  newId,
  type CommandDeps,
  type Db,
  type StaleRevision,
  type Tx,
} from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { CodeTaken } from './area.ts'
import { changesOf } from './enterprise.ts'
import type { Changed } from './shared-contract.ts'
import { changeHeads, checkAccounts, type UnknownAccount } from './heads.ts'
import { announce, recordChanges, type By, type Change } from './record.ts'
import './tables.ts'
import type { Department, DepartmentFacts, DepartmentChange, DepartmentInput } from './zone-contract.ts'
import { checkCircle, type Circle } from './zone-rules.ts'

export type UnknownDepartment = {
  readonly kind: 'unknown_department'
  readonly field: 'parentId' | 'fallbackDepartmentId'
  readonly value: string
}
export type DepartmentError =
  | { readonly kind: 'not_found' }
  | StaleRevision
  | CodeTaken
  | UnknownAccount
  | UnknownDepartment
  | Circle

const blank: DepartmentFacts = {
  code: '',
  name: '',
  parentId: null,
  headAccountIds: [],
  dutyPhone: '',
  dutyHours: '',
  fallbackDepartmentId: null,
  state: 'open',
}

/** Adds a department and its party; its heads get the role. */
export async function createDepartment(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  input: DepartmentInput & { readonly synthetic?: boolean | undefined },
): Promise<Result<Changed, DepartmentError>> {
  const { synthetic = false, ...entered } = input
  const facts = withInput(blank, entered)
  const id = newId()
  const checked = await checkDepartment(tx, deps, id, facts)
  if (!checked.ok) return checked
  const now = at(deps.clock())
  const party = { id, kind: 'department' as const, name: facts.name, parentId: facts.parentId, synthetic }
  await createParty(tx, deps.zoneId, party, deps.clock())
  await tx
    .insertInto('department')
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
  await changeHeads(tx, deps, { id, role: 'dept_head' }, [], facts.headAccountIds, by.accountId)
  await tell(tx, deps, by, {
    objectKind: 'department',
    objectId: id,
    verb: 'created',
    changes: changesOf(blank, facts),
    isNew: true,
  })
  return ok({ id, rev: 1 })
}

/** Changes a department. Closing it is a state, never a removal. */
export async function changeDepartment(
  tx: Tx,
  deps: CommandDeps,
  by: By,
  input: DepartmentChange & { readonly id: string; readonly rev: number; readonly why?: string | undefined },
): Promise<Result<Changed, DepartmentError>> {
  const { id, rev, why, ...entered } = input
  const stored = await selectDepartment(tx, deps.zoneId).where('department.id', '=', id).forUpdate().executeTakeFirst()
  if (!stored) return err({ kind: 'not_found' })
  const fresh = expectRevision(stored.rev, rev)
  if (!fresh.ok) return fresh
  const before = factsOf(stored)
  const after = withInput(before, entered)
  const changes = changesOf(before, after)
  if (changes.length === 0) return ok({ id, rev })
  const checked = await checkDepartment(tx, deps, id, after)
  if (!checked.ok) return checked
  await tx
    .updateTable('department')
    .set({ ...rowOf(after), rev: rev + 1, updated_at: at(deps.clock()), updated_by: by.accountId })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  const { name, parentId, state } = after
  await changeParty(tx, deps.zoneId, id, { name, parentId, state }, deps.clock())
  await changeHeads(tx, deps, { id, role: 'dept_head' }, before.headAccountIds, after.headAccountIds, by.accountId)
  await tell(tx, deps, by, { objectKind: 'department', objectId: id, verb: 'changed', changes, why })
  return ok({ id, rev: rev + 1 })
}

async function tell(tx: Tx, deps: CommandDeps, by: By, change: Change): Promise<void> {
  await recordChanges(tx, deps, by, [change])
  await announce(tx, deps, change, 'registry.department_changed', [change.objectId])
}

async function checkDepartment(
  tx: Tx,
  deps: CommandDeps,
  id: string,
  facts: DepartmentFacts,
): Promise<Result<void, DepartmentError>> {
  const others = await tx
    .selectFrom('department')
    .select(['id', 'code', 'parent_id', 'fallback_department_id'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '<>', id)
    .limit(5_000)
    .execute()
  if (others.some((other) => other.code === facts.code))
    return err({ kind: 'code_taken', field: 'code', value: facts.code })
  for (const field of ['parentId', 'fallbackDepartmentId'] as const) {
    const value = facts[field]
    if (value !== null && value !== id && !others.some((other) => other.id === value))
      return err({ kind: 'unknown_department', field, value })
  }
  const parents = new Map(others.map((other) => [other.id, other.parent_id]))
  const above = checkCircle(id, facts.parentId, parents, 'parentId')
  if (!above.ok) return above
  const fallbacks = new Map(others.map((other) => [other.id, other.fallback_department_id]))
  const beside = checkCircle(id, facts.fallbackDepartmentId, fallbacks, 'fallbackDepartmentId')
  if (!beside.ok) return beside
  return checkAccounts(
    tx,
    deps.zoneId,
    facts.headAccountIds.map((account) => ['headAccountIds', account] as const),
  )
}

const withInput = (before: DepartmentFacts, input: DepartmentChange): DepartmentFacts => ({
  code: input.code ?? before.code,
  name: input.name ?? before.name,
  parentId: input.parentId === undefined ? before.parentId : input.parentId,
  headAccountIds: [...new Set(input.headAccountIds ?? before.headAccountIds)],
  dutyPhone: input.dutyPhone ?? before.dutyPhone,
  dutyHours: input.dutyHours ?? before.dutyHours,
  fallbackDepartmentId:
    input.fallbackDepartmentId === undefined ? before.fallbackDepartmentId : input.fallbackDepartmentId,
  state: input.state ?? before.state,
})

const rowOf = (facts: DepartmentFacts) => ({
  code: facts.code,
  name: facts.name,
  parent_id: facts.parentId,
  head_account_ids: facts.headAccountIds,
  duty_phone: facts.dutyPhone,
  duty_hours: facts.dutyHours,
  fallback_department_id: facts.fallbackDepartmentId,
  state: facts.state,
})

const selectDepartment = (db: Db | Tx, zoneId: string) =>
  db
    .selectFrom('department')
    .select([
      'department.id',
      'department.code',
      'department.name',
      'department.parent_id',
      'department.head_account_ids',
      'department.duty_phone',
      'department.duty_hours',
      'department.fallback_department_id',
      'department.state',
      'department.synthetic',
      'department.rev',
      'department.updated_at',
    ])
    .where('department.zone_id', '=', zoneId)
type Row = Awaited<ReturnType<ReturnType<typeof selectDepartment>['execute']>>[number]

const factsOf = (row: Row): DepartmentFacts => ({
  code: row.code,
  name: row.name,
  parentId: row.parent_id,
  headAccountIds: row.head_account_ids,
  dutyPhone: row.duty_phone,
  dutyHours: row.duty_hours,
  fallbackDepartmentId: row.fallback_department_id,
  state: row.state,
})

/** The departments of the zone, by code. At most 1,000. */
export async function listDepartments(
  db: Db | Tx,
  zoneId: string,
  filter: {
    readonly id?: string | undefined
    readonly q?: string | undefined
    readonly state?: 'open' | 'closed' | undefined
  } = {},
): Promise<readonly Department[]> {
  let query = selectDepartment(db, zoneId)
    .leftJoin('department as above', (join) =>
      join.onRef('above.zone_id', '=', 'department.zone_id').onRef('above.id', '=', 'department.parent_id'),
    )
    .leftJoin('department as beside', (join) =>
      join
        .onRef('beside.zone_id', '=', 'department.zone_id')
        .onRef('beside.id', '=', 'department.fallback_department_id'),
    )
    .select([
      'above.name as parentName',
      'beside.name as fallbackName',
      sql<{ accountId: string; name: string }[]>`coalesce((
        select jsonb_agg(jsonb_build_object('accountId', p.id, 'name', p.name) order by p.name) from party p
        where p.zone_id = department.zone_id and p.id = any(department.head_account_ids)), '[]')`.as('heads'),
    ])
  const { id, q, state } = filter
  if (id !== undefined) query = query.where('department.id', '=', id)
  if (state) query = query.where('department.state', '=', state)
  if (q) {
    const like = containing(q)
    query = query.where((eb) => eb.or([eb('department.name', 'ilike', like), eb('department.code', 'ilike', like)]))
  }
  const rows = await query.orderBy('department.code').limit(1_000).execute()
  return rows.map((row) => ({
    id: row.id,
    ...factsOf(row),
    parentName: row.parentName,
    heads: row.heads,
    fallbackName: row.fallbackName,
    synthetic: row.synthetic,
    rev: row.rev,
    updatedAt: row.updated_at,
  }))
}

/** The department, or null. */
export async function findDepartment(db: Db | Tx, zoneId: string, id: string): Promise<Department | null> {
  const [department] = await listDepartments(db, zoneId, { id })
  return department ?? null
}
