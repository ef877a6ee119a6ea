import { decodeCursor, problem } from '@tingzhou/http'
import type * as z from 'zod'

/**
 * What a cursor says, once its values are what the columns of the sort hold: ids and days are not text to the database.
 * @param schema  a tuple, one value a column
 * @throws ProblemError 400 `invalid_cursor`
 * Source: own. O(size).
 */
export function readCursor<S extends z.ZodType>(
  cursor: string,
  kinds: readonly ('string' | 'number')[],
  schema: S,
): z.output<S> {
  const read = schema.safeParse(decodeCursor(cursor, kinds))
  if (read.success) return read.data
  throw problem({ kind: 'invalid_cursor', status: 400, field: 'cursor', value: cursor, rule: 'cursor' })
}
