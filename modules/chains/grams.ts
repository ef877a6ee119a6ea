import { sql } from 'kysely'
import { containing } from '@tingzhou/db'

/**
 * Whether one of a row's columns contains a text, whatever the case of its letters: name or place of a firm outside, next step of a target.
 * The characters of the text and their pairs lead to the rows that may, by chain_outside_grams and chain_target_grams.
 * @param row  how the statement calls the row
 */
export function holds(q: string, row: 'o' | 't', columns: readonly ('name' | 'place' | 'step')[]) {
  const like = columns.map((column) => sql`${sql.ref(`${row}.${column}`)} ilike ${containing(q)}`)
  return sql<boolean>`(${sql.ref(`${row}.grams`)} @> chain_grams(lower(${q}::text)) and (${sql.join(like, sql` or `)}))`
}
