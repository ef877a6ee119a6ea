import { newId } from '@tingzhou/db'

/** Rows with ids that stand in the order of the rows, which those of one millisecond need not do by themselves. O(rows log rows). */
export function numbered<Row extends object>(rows: readonly Row[]): readonly (Row & { readonly id: string })[] {
  const ids = rows.map(() => newId()).toSorted()
  return rows.map((row, i) => ({ ...row, id: ids[i] ?? newId() }))
}
