/** A score sheet as the interface gives it. */
export type Sheet = {
  readonly sections: readonly {
    readonly items: readonly { readonly key: string; readonly kind: string; readonly maxCenti?: number }[]
  }[]
}

/** Full marks: every point, every question answered with yes, nothing deducted, no veto. */
export const fullMarks = (sheet: Sheet): Readonly<Record<string, number>> =>
  Object.fromEntries(
    sheet.sections
      .flatMap(({ items }) => items)
      .map(({ key, kind, maxCenti = 0 }) => [key, kind === 'points' ? maxCenti : kind === 'yes_no' ? 1 : 0]),
  )
