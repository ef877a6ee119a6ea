import { err, ok, type Result } from '@tingzhou/kernel'
import { itemsOf, markRange, type Marks, type ScoreSheet, type SheetItem } from './score-sheet.ts'

/** What marks on a sheet come to. */
export type Score = {
  readonly totalCenti: number
  /** Hundredths of each section, in the order of the sheet. */
  readonly sectionsCenti: readonly number[]
  /** Keys of the vetoes that were marked. */
  readonly vetoes: readonly string[]
}

export type MarkError =
  | { readonly kind: 'mark_missing'; readonly field: string; readonly value: null; readonly item: string }
  | { readonly kind: 'mark_unknown'; readonly field: string; readonly value: number; readonly item: string }
  | {
      readonly kind: 'mark_out_of_range'
      readonly field: string
      readonly value: number
      readonly item: string
      readonly min: number
      readonly max: number
    }

/**
 * Adds marks up. Every item of the sheet is marked, nothing else is, and each mark lies in its range.
 * @returns the score, or the first mark that breaks a rule. Pure. O(items).
 */
export function scoreMarks(sheet: ScoreSheet, marks: Marks): Result<Score, MarkError> {
  const items = itemsOf(sheet)
  const known = new Set(items.map(({ key }) => key))
  for (const [item, value] of Object.entries(marks))
    if (!known.has(item)) return err({ kind: 'mark_unknown', field: `marks.${item}`, value, item })
  for (const item of items) {
    const refused = refuseMark(item, marks[item.key])
    if (refused) return err(refused)
  }
  const centi = (item: SheetItem) => pointsOf(item, marks[item.key] ?? 0)
  const sectionsCenti = sheet.sections.map((section) => section.items.reduce((sum, item) => sum + centi(item), 0))
  return ok({
    totalCenti: sectionsCenti.reduce((sum, one) => sum + one, 0),
    sectionsCenti,
    vetoes: items.filter((item) => item.kind === 'veto' && marks[item.key] === 1).map(({ key }) => key),
  })
}

function refuseMark(item: SheetItem, value: number | undefined): MarkError | null {
  const field = `marks.${item.key}`
  if (value === undefined) return { kind: 'mark_missing', field, value: null, item: item.name }
  const { min, max } = markRange(item)
  if (Number.isSafeInteger(value) && value >= min && value <= max) return null
  // Points are told as they are written on the sheet.
  const unit = item.kind === 'points' ? 100 : 1
  return { kind: 'mark_out_of_range', field, value: value / unit, item: item.name, min: min / unit, max: max / unit }
}

/** Hundredths that a mark gives; a deduction ends at nothing. Pure. O(1). */
export function pointsOf(item: SheetItem, mark: number): number {
  switch (item.kind) {
    case 'points':
      return mark
    case 'deduct':
      return Math.max(0, item.maxCenti - mark * item.eachCenti)
    case 'yes_no':
      return mark === 1 ? item.maxCenti : 0
    case 'veto':
      return 0
  }
}

/** Items whose mark differs from the team's own without a reason. Pure. O(items). */
export const unexplained = (
  sheet: ScoreSheet,
  self: Marks,
  marks: Marks,
  reasons: Readonly<Record<string, string>>,
): readonly SheetItem[] =>
  itemsOf(sheet).filter(({ key }) => marks[key] !== self[key] && (reasons[key] ?? '').trim() === '')
