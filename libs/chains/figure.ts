/** A number that a screen can show with its formula: what it is made of, and the rows it comes from. */
export type Figure = {
  /** null where the formula has no meaning, such as a share of nothing. */
  readonly value: number | null
  /** Every number of the formula, by its name there. */
  readonly parts: Readonly<Record<string, number>>
  /** Links and firms that contributed, by number. */
  readonly links: Int32Array
  readonly firms: Int32Array
}

const none = new Int32Array(0)

/** A figure. Not a number counts as no value. */
export const figureOf = (
  value: number,
  parts: Figure['parts'],
  links: Int32Array = none,
  firms: Int32Array = none,
): Figure => ({ value: Number.isFinite(value) ? value : null, parts, links, firms })
