import { describe, expect, it } from 'vitest'
import { cleanText, columnName } from './cell-text.ts'

describe('cleanText', () => {
  it('removes what no column keeps and unifies line ends', () => {
    expect(cleanText(' a\u0000b\u200Bc\uFEFF\r\nd\re\tf\uD800 ')).toBe('abc\nd\ne\tf')
    expect(cleanText('天山𠮷')).toBe('天山𠮷')
  })
})

describe('columnName', () => {
  it.each([
    [0, 'A'],
    [25, 'Z'],
    [26, 'AA'],
    [701, 'ZZ'],
    [702, 'AAA'],
    [16_383, 'XFD'],
  ])('%i is %s', (index, name) => {
    expect(columnName(index)).toBe(name)
  })
})
