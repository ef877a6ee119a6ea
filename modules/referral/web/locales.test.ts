import { describe, expect, it } from 'vitest'
import { drawnIn, screenTexts, under } from '@tingzhou/ui/testing'
import { measureNames } from '../measures-contract.ts'
import { moveNames } from '../order-contract.ts'
import * as words from '../words.ts'

const texts = screenTexts(new URL('.', import.meta.url))

describe('texts of the screens', () => {
  it('are complete in both languages, with the same values to fill in', () => expect(texts.unequal).toEqual([]))

  it('hold every key that a screen names', () => {
    expect(texts.named.length).toBeGreaterThan(100)
    expect(texts.lacking(texts.named)).toEqual([])
  })

  it('name everything that the drawing of the process names', () => {
    const { ids } = drawnIn(new URL('../processes/referral.bpmn', import.meta.url))

    expect(ids.length).toBeGreaterThan(20)
    expect(texts.lacking(under('node', ids))).toEqual([])
  })

  it('name every word of the lists', () => {
    const wanted = [
      ...words.orderStates.flatMap((state) => [`state.${state}`, `next.${state}`]),
      ...moveNames.flatMap((move) => [`move.${move}`, `done.${move}`, `consequence.${move}`, `did.${move}`]),
      ...measureNames.flatMap((name) =>
        ['of', 'unit', 'basis', 'numerator', 'base', 'formula'].map((part) => `measure.${part}.${name}`),
      ),
      ...words.needCodes.map((code) => `need.${code}`),
      ...words.readingKinds.map((why) => `why.${why}`),
      ...words.consentScopes.map((scope) => `scope.${scope}`),
      ...words.concludeReasons.map((reason) => `conclude.${reason}`),
      ...words.followUpResults.map((result) => `follow.${result}`),
      ...words.offerAnswers.map((answer) => `answer.${answer}`),
    ]

    expect(texts.lacking(wanted)).toEqual([])
  })
})
