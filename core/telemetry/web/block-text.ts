// Tab, comma, semicolon, and the comma of Chinese keyboards.
const separators = ['\t', ',', ';', '\uFF0C'] as const

/**
 * The cells of what was copied from a spreadsheet or a text of separated values; quoted cells may hold the separator and line
 * breaks. Lines without anything in them are left out.
 * @returns rows of trimmed cells, each as long as its line was
 * Source: RFC 4180; what spreadsheets put on the clipboard is the same with tabs. O(characters).
 */
export function readBlock(text: string): readonly (readonly string[])[] {
  const separator = separatorOf(text)
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let isQuoted = false
  const endCell = () => {
    row.push(cell.trim())
    cell = ''
  }
  const endRow = () => {
    endCell()
    if (row.some((one) => one !== '')) rows.push(row)
    row = []
  }
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (isQuoted) {
      if (character !== '"') cell += character
      else if (text.charAt(at + 1) === '"') cell += text.charAt(++at)
      else isQuoted = false
    } else if (character === '"' && cell.trim() === '') {
      isQuoted = true
      cell = ''
    } else if (character === separator) endCell()
    else if (character === '\n') endRow()
    else if (character !== '\r' && character !== '\uFEFF') cell += character
  }
  endRow()
  return rows
}

/** Whether a text is more than what belongs into one cell. */
export const isBlock = (text: string): boolean => /\t|\n./.test(text.trim())

/** Tab wherever there is one, otherwise what the first line has most of. */
function separatorOf(text: string): string {
  if (text.includes('\t')) return '\t'
  const [first = ''] = text.trimStart().split('\n', 1)
  const counts = separators.map((separator) => ({ separator, count: first.split(separator).length }))
  return counts.toSorted((a, b) => b.count - a.count)[0]?.separator ?? ','
}
