const dayMs = 86_400_000
// Serial 0 of the 1900 system is 1899-12-30 for every day after the leap day that 1900 did not have.
const epoch1900Ms = -25_569 * dayMs
const epoch1904Ms = epoch1900Ms + 1_462 * dayMs
const builtInDateFormats = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47])

/**
 * A number as a person would read it: the 15 digits that Excel keeps, without exponent where it can be.
 * @param raw  as the file says, such as `0.30000000000000004` or `1.39E10`
 * @returns the text as it stands when it is not a number
 */
export function numberText(raw: string): string {
  if (/^(?:0|-?[1-9]\d{0,14})$/.test(raw)) return raw
  const value = Number(raw)
  return raw.trim() === '' || !Number.isFinite(value) ? raw : String(Number(value.toPrecision(15)))
}

/**
 * A serial day number as text.
 * @param raw      days since the epoch of the workbook, with a fraction for the time
 * @param date1904 whether the workbook counts from 1904
 * @returns `YYYY-MM-DD`, `YYYY-MM-DD HH:MM:SS`, or `HH:MM:SS` for a time alone; the number when no date can be meant
 * Source: ECMA-376-1:2016, 18.17.4. O(1).
 */
export function dateText(raw: string, date1904: boolean): string {
  const serial = Number(raw)
  // 2 958 465 is 9999-12-31.
  if (raw.trim() === '' || !(serial >= 0 && serial < 2_958_466)) return numberText(raw)
  const early = !date1904 && serial >= 1 && serial < 60 ? 1 : 0
  const ms = (date1904 ? epoch1904Ms : epoch1900Ms) + Math.round((serial + early) * 86_400) * 1_000
  const [date = '', time = ''] = new Date(ms).toISOString().split(/[T.]/)
  if (serial < 1) return time
  return time === '00:00:00' ? date : `${date} ${time}`
}

/**
 * Whether a number format shows a date or a time.
 * @param id    numFmtId; those of East Asian versions (27–36, 50–58) are dates
 * @param code  the format's own text, for ids from 164
 * Source: ECMA-376-1:2016, 18.8.30. O(length).
 */
export function isDateFormat(id: number, code: string | null): boolean {
  if (builtInDateFormats.has(id) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return true
  if (code === null || id < 164) return false
  const plain = code.replaceAll(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
  return /[ymdhs]/i.test(plain.replaceAll(/general|e[+-]/gi, ''))
}
