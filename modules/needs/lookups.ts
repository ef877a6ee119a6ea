import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { MoveError } from './move-spec.ts'

/** The departments among the ids, all of which must exist and be open. One query. */
export async function checkDepartments(
  tx: Tx | Db,
  zoneId: string,
  field: string,
  ids: readonly string[],
): Promise<Result<void, MoveError>> {
  if (ids.length === 0) return ok(undefined)
  const rows = await tx
    .selectFrom('party')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('id', 'in', [...ids])
    .where('kind', '=', 'department')
    .where('state', '=', 'open')
    .execute()
  const known = new Set(rows.map((row) => row.id))
  const missing = ids.find((id) => !known.has(id))
  return missing === undefined
    ? ok(undefined)
    : err({ kind: 'unknown_party', field, value: missing, rule: 'open department of the zone' })
}

/** The area must be one that is open. */
export async function checkArea(tx: Tx | Db, zoneId: string, areaId: string): Promise<Result<void, MoveError>> {
  const row = await tx
    .selectFrom('party')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('id', '=', areaId)
    .where('kind', '=', 'area')
    .where('state', '=', 'open')
    .executeTakeFirst()
  return row
    ? ok(undefined)
    : err({ kind: 'unknown_area', field: 'areaId', value: areaId, rule: 'open area of the zone' })
}

/** The category must be an L2 code that is not retired. */
export async function checkCategory(
  tx: Tx | Db,
  zoneId: string,
  code: string,
  field = 'category',
): Promise<Result<void, MoveError>> {
  const row = await tx
    .selectFrom('need_category')
    .select('code')
    .where('zone_id', '=', zoneId)
    .where('code', '=', code)
    .where('parent', 'is not', null)
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  return row
    ? ok(undefined)
    : err({ kind: 'unknown_category', field, value: code, rule: 'second-level category in use' })
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
