import fc from 'fast-check'
import { expect, it } from 'vitest'
import { keptWords } from './kept-words.ts'

it('keeps somebody else’s words without what could pass for a command, and no more than fit', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 6_000 }), (text) => {
      const kept = keptWords(text)
      expect(kept).not.toMatch(/\p{C}/u)
      expect([...kept].length).toBeLessThanOrEqual(500)
    }),
  )
  expect(keptWords(' 字段\u0000不符\r\n ')).toBe('字段 不符')
})
