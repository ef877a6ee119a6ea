import { sql } from 'kysely'
import type { SortColumn } from '@tingzhou/http'

/** What every list can be asked. */
export type Wish = {
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** The latest first: ids begin with the time when they were made. */
export const latest = <Row extends { readonly id: string }>(alias: string): readonly SortColumn<Row>[] => [
  { ref: sql.ref(`${alias}.id`), order: 'desc', kind: 'string', read: (row) => row.id },
]
