import * as z from 'zod'

/**
 * Score sheet 评分表: sections of items that three levels fill in the same way. Points are whole hundredths, so that sums
 * and comparisons are exact.
 */
export const Centi = z.int().min(0).max(100_000).describe('Points in hundredths: 8760 is 87.60.')

const key = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'lower-case letters, digits and _')
const label = { key, name: z.string().trim().min(1).max(60), nameEn: z.string().trim().min(1).max(120) }

/** What is marked: points up to a maximum, findings that each cost, yes or no, or what rules a team out. */
export const SheetItem = z.discriminatedUnion('kind', [
  z.object({ ...label, kind: z.literal('points'), maxCenti: Centi }),
  z.object({ ...label, kind: z.literal('deduct'), maxCenti: Centi, eachCenti: Centi.min(1) }),
  z.object({ ...label, kind: z.literal('yes_no'), maxCenti: Centi }),
  z.object({ ...label, kind: z.literal('veto') }),
])
export type SheetItem = z.infer<typeof SheetItem>

export const SheetSection = z.object({ ...label, items: z.array(SheetItem).min(1).max(40) })
export type SheetSection = z.infer<typeof SheetSection>

export const ScoreSheet = z.object({ sections: z.array(SheetSection).min(2).max(20) })
export type ScoreSheet = z.infer<typeof ScoreSheet>

/** One mark an item: hundredths for points, the number of findings for a deduction, 1 or 0 for yes and no. */
export const Marks = z.record(key, z.int().min(-1_000_000).max(1_000_000))
export type Marks = z.infer<typeof Marks>

/** The items of a sheet in order. O(items). */
export const itemsOf = (sheet: ScoreSheet): readonly SheetItem[] => sheet.sections.flatMap(({ items }) => items)

/** The most an item can give, in hundredths; nothing for a veto. */
export const maxOf = (item: SheetItem): number => (item.kind === 'veto' ? 0 : item.maxCenti)

/** The most a sheet can give, in hundredths. O(items). */
export const sheetMax = (sheet: ScoreSheet): number => itemsOf(sheet).reduce((sum, item) => sum + maxOf(item), 0)

/** What a mark may be. */
export const markRange = (item: SheetItem): { readonly min: number; readonly max: number } => {
  switch (item.kind) {
    case 'points':
      return { min: 0, max: item.maxCenti }
    case 'deduct':
      return { min: 0, max: 999 }
    case 'yes_no':
    case 'veto':
      return { min: 0, max: 1 }
  }
}

/** Why a sheet cannot be used; null when it can: keys are unique and the sum is what 100 points are. Pure. O(items). */
export function sheetFault(
  sheet: ScoreSheet,
): { readonly kind: 'sheet_key_repeated' | 'sheet_sum'; readonly field: string; readonly value: unknown } | null {
  const keys = [...sheet.sections, ...itemsOf(sheet)].map((one) => one.key)
  const repeated = keys.find((one, index) => keys.indexOf(one) !== index)
  if (repeated !== undefined) return { kind: 'sheet_key_repeated', field: 'rules.sheet', value: repeated }
  const sum = sheetMax(sheet)
  return sum === fullCenti ? null : { kind: 'sheet_sum', field: 'rules.sheet', value: sum / 100 }
}

/** A sheet gives 100 points, so that weights and thresholds mean the same in every year. */
export const fullCenti = 10_000
