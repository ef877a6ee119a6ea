import { sql, type SelectQueryBuilder } from 'kysely'
import { keysetPage } from '@tingzhou/http'
import type { Needs } from './paper-rule.ts'
import { paperShelf, type Reader } from './papers-view.ts'
import type { Stand, State } from './words.ts'

/** What every list of the register can be asked. */
export type Wish = {
  readonly state?: State | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/**
 * A page of a list, each row with how its papers stand.
 * @param query  the rows under all filters
 * @param alias  of their table in the query
 * @param nameColumn  by which the list is ordered
 * Four statements.
 */
export async function listWithStands<DB, TB extends keyof DB, Row extends { readonly id: string }>(
  reader: Reader,
  query: SelectQueryBuilder<DB, TB, Row>,
  [alias, nameColumn]: readonly [alias: string, nameColumn: string & keyof Row],
  wish: Wish,
  needsOf: (row: Row) => Needs,
): Promise<{
  readonly rows: readonly { readonly row: Row; readonly stand: Stand }[]
  readonly next: string | null
  readonly total: number
}> {
  const page = await keysetPage(
    query,
    [
      {
        ref: sql.ref(`${alias}.${nameColumn}`),
        order: 'asc',
        kind: 'string',
        read: (row) => String(row[nameColumn]),
      },
      { ref: sql.ref(`${alias}.id`), order: 'asc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  const [counted] = await query
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('n'))
    // Kysely does not work out the one column of a query whose tables are a parameter.
    .$castTo<{ readonly n: number }>()
    .execute()
  const shelf = await paperShelf(
    reader,
    page.rows.map(({ id }) => id),
  )
  return {
    rows: page.rows.map((row) => ({ row, stand: shelf.stand(row.id, needsOf(row)).stand })),
    next: page.next,
    total: counted?.n ?? 0,
  }
}
