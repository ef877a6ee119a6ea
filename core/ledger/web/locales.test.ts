import { describe, expect, it } from 'vitest'
import { screenTexts, under } from '@tingzhou/ui/testing'
import { unitCodes, units } from '../unit.ts'

const texts = screenTexts(new URL('.', import.meta.url))
const kinds = ['posted', 'pending', 'settled', 'voided', 'expired']

describe('texts of the screens', () => {
  it('are complete in both languages, with the same values to fill in', () => expect(texts.unequal).toEqual([]))

  it('hold every key that a screen names', () => {
    expect(texts.named.length).toBeGreaterThan(60)
    expect(texts.lacking(texts.named)).toEqual([])
  })

  it('name every unit and kind of line', () => {
    expect([...units.keys()]).toEqual([...unitCodes])
    expect(texts.lacking(under('unit', unitCodes))).toEqual([])
    expect(texts.lacking([...under('kind', kinds), ...under('became', kinds)])).toEqual([])
  })
})
