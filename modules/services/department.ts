import type { Db, Tx } from '@tingzhou/db'
import { seedDepartments } from './departments.ts'

/** A department of a one-thing: its code there, and the zone's department of the same code, if there is one. */
export type KnownDepartment = { readonly code: string; readonly id: string | null; readonly name: string }

/** The zone's open departments by code. One statement. */
export async function departmentsByCode(
  tx: Tx | Db,
  zoneId: string,
  codes: readonly string[],
): Promise<ReadonlyMap<string, KnownDepartment>> {
  const wanted = [...new Set(codes)]
  const rows = await tx
    .selectFrom('department')
    .select(['id', 'code', 'name'])
    .where('zone_id', '=', zoneId)
    .where('state', '=', 'open')
    .where('code', 'in', wanted.length > 0 ? wanted : [''])
    .execute()
  const found = new Map(rows.map((row) => [row.code, row]))
  return new Map(
    wanted.map((code) => {
      const row = found.get(code)
      return [code, { code, id: row?.id ?? null, name: row?.name ?? nameOf(code) }]
    }),
  )
}

const nameOf = (code: string): string => seedDepartments.find((seed) => seed.code === code)?.zh ?? code

/** One of them; a code that nobody has is a department without people. */
export const departmentOf = (known: ReadonlyMap<string, KnownDepartment>, code: string): KnownDepartment =>
  known.get(code) ?? { code, id: null, name: nameOf(code) }
