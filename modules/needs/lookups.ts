import { sql, type RawBuilder } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { MoveError } from './move-spec.ts'

/** The open departments among the ids, an expression inside a larger query. */
export const openDepartments = (zoneId: string, ids: readonly string[]): RawBuilder<string[]> =>
  sql<string[]>`array(select p.id from party p where p.zone_id = ${zoneId} and p.id = any(${[...ids]}::text[])
    and p.kind = 'department' and p.state = 'open')`

/** The departments among the ids, all of which must exist and be open. One query, unless they were `read` along. */
export async function checkDepartments(
  tx: Tx | Db,
  zoneId: string,
  field: string,
  ids: readonly string[],
  read?: NamedDepartments | null,
): Promise<Result<void, MoveError>> {
  if (ids.length === 0) return ok(undefined)
  const known = new Set(
    read && ids.every((id) => read.asked.includes(id)) ? read.open : await findOpen(tx, zoneId, ids),
  )
  const missing = ids.find((id) => !known.has(id))
  return missing === undefined
    ? ok(undefined)
    : err({ kind: 'unknown_party', field, value: missing, rule: 'open department of the zone' })
}

/** Departments that were asked for, and those of them that are open. */
export type NamedDepartments = { readonly asked: readonly string[]; readonly open: readonly string[] }

async function findOpen(tx: Tx | Db, zoneId: string, ids: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql<{ open: string[] }>`select ${openDepartments(zoneId, ids)} as open`.execute(tx)
  return rows[0]?.open ?? []
}

/** The area must be one that is open. */
export const checkArea = async (tx: Tx | Db, zoneId: string, areaId: string): Promise<Result<void, MoveError>> =>
  areaMustBe(await holds(tx, isOpenArea(zoneId, areaId)), areaId)

/** Whether an area is one that is open, an expression inside a larger query. */
export const isOpenArea = (zoneId: string, areaId: string | null): RawBuilder<boolean> =>
  sql<boolean>`exists (select from party p where p.zone_id = ${zoneId} and p.id = ${areaId}::text
    and p.kind = 'area' and p.state = 'open')`

/** Refuses an area that is not open. Pure. */
export const areaMustBe = (open: boolean, areaId: string): Result<void, MoveError> =>
  open ? ok(undefined) : err({ kind: 'unknown_area', field: 'areaId', value: areaId, rule: 'open area of the zone' })

/** The category must be an L2 code that is not retired. */
export async function checkCategory(
  tx: Tx | Db,
  zoneId: string,
  code: string,
  field = 'category',
): Promise<Result<void, MoveError>> {
  return categoryMustBe(await holds(tx, isUsedCategory(zoneId, code)), code, field)
}

/** Whether a category is an L2 code that is not retired, an expression inside a larger query. */
export const isUsedCategory = (zoneId: string, code: string | null): RawBuilder<boolean> =>
  sql<boolean>`exists (select from need_category c where c.zone_id = ${zoneId} and c.code = ${code}::text
    and c.parent is not null and c.retired_at is null)`

/** Refuses a category that is not in use. Pure. */
export const categoryMustBe = (used: boolean, code: string, field = 'category'): Result<void, MoveError> =>
  used ? ok(undefined) : err({ kind: 'unknown_category', field, value: code, rule: 'second-level category in use' })

async function holds(tx: Tx | Db, condition: RawBuilder<boolean>): Promise<boolean> {
  const { rows } = await sql<{ holds: boolean }>`select ${condition} as holds`.execute(tx)
  return rows[0]?.holds ?? false
}

/** Whether the account is an open member of the department. */
export async function isMember(tx: Tx | Db, zoneId: string, accountId: string, departmentId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('membership')
    .select(sql<number>`1`.as('one'))
    .where('zone_id', '=', zoneId)
    .where('account_id', '=', accountId)
    .where('party_id', '=', departmentId)
    .where('role', 'in', ['dept_head', 'dept_officer'])
    .where('until', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}
