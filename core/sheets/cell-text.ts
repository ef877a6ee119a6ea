// Characters that neither XML nor a database column keeps, and halves of characters.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const unwanted = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFFFE\uFFFF\u200B\uFEFF]|\p{Surrogate}/gu

// Few cells hold any of them or a line end: one look tells.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const suspicious = /[\u0000-\u001F\u007F\uD800-\uDFFF\uFFFE\uFFFF\u200B\uFEFF]/

/** A cell as text: line ends unified, control characters and invisible marks removed, spaces at both ends cut. O(length). */
export function cleanText(text: string): string {
  const clean = suspicious.test(text) ? text.replaceAll(/\r\n?/g, '\n').replaceAll(unwanted, '') : text
  return clean.trim()
}

/**
 * The name of a column as spreadsheet programs write it.
 * @param index  0 for A
 */
export function columnName(index: number): string {
  const rest = Math.floor(index / 26) - 1
  return (rest >= 0 ? columnName(rest) : '') + String.fromCodePoint(65 + (index % 26))
}
