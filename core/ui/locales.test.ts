import { describe, expect, it } from 'vitest'
import { screenTexts } from './testing.ts'

const texts = screenTexts(new URL('.', import.meta.url))

describe('texts of the kit', () => {
  it('are complete in both languages, with the same values to fill in', () => expect(texts.unequal).toEqual([]))

  it('hold every key that the kit names', () => {
    expect(texts.named).toContain('unit.')
    expect(texts.lacking(texts.named)).toEqual([])
  })
})
