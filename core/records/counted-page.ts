import { sql, type SelectQueryBuilder } from 'kysely'
import type { Db } from '@tingzhou/db'
import { keysetPage, type SortColumn } from '@tingzhou/http'

/** Rows are counted so far; beyond it a list says no total. */
const totalMax = 1_000

/** How many rows there are, counted to 1,001: that many tell of more than a thousand. One statement. */
export async function countRows<DB, TB extends keyof DB, Row>(
  db: Db,
  query: SelectQueryBuilder<DB, TB, Row>,
): Promise<number> {
  const some = query
    .clearSelect()
    .select(sql<number>`1`.as('one'))
    .limit(totalMax + 1)
  const counted = await db
    .selectFrom(some.as('some'))
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .executeTakeFirst()
  return counted?.n ?? 0
}

/**
 * A page of a list, and how many rows there are under the same filters, counted to 1,000: a count without an end costs more than the page.
 * @returns `total` null: more than a thousand
 * Source: own. Two statements.
 */
export async function countedPage<DB, TB extends keyof DB, Row>(
  db: Db,
  query: SelectQueryBuilder<DB, TB, Row>,
  order: readonly SortColumn<Row>[],
  wish: { readonly cursor?: string | undefined; readonly limit: number },
) {
  const page = await keysetPage(query, order, wish)
  const total = await countRows(db, query)
  return { rows: page.rows, next: page.next, total: total > totalMax ? null : total }
}
