import { describe, expect, it } from 'vitest'
import { screenTexts, under } from '@tingzhou/ui/testing'
import papers from '../data/papers.json' with { type: 'json' }
import * as words from '../words.ts'

const texts = screenTexts(new URL('.', import.meta.url))

describe('texts of the screens', () => {
  it('are complete in both languages, with the same values to fill in', () => expect(texts.unequal).toEqual([]))

  it('hold every key that a screen names', () => {
    expect(texts.named.length).toBeGreaterThan(100)
    expect(texts.lacking(texts.named)).toEqual([])
  })

  it('name every word of the lists', () => {
    const wanted = [
      ...under('state', words.states),
      ...under('stand', [...words.stands, ...words.paperStates]),
      ...under('kind', words.carrierKinds),
      ...words.subjects.map((subject) => `${subject}.one`),
      ...under(
        'paper_kind',
        papers.kinds.map(({ code }) => code),
      ),
    ]

    expect(texts.lacking(wanted)).toEqual([])
  })
})
