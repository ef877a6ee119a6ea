import { describe, expect, it } from 'vitest'
import { drawnIn, screenTexts, under } from '@tingzhou/ui/testing'
import { figureIds, sources } from '../indicators.ts'
import { appealStates } from '../appeal-contract.ts'
import { moveForms } from './move-forms.tsx'

const texts = screenTexts(new URL('.', import.meta.url))

describe('texts of the screens', () => {
  it('are complete in both languages, with the same values to fill in', () => expect(texts.unequal).toEqual([]))

  it('hold every key that a screen names', () => {
    expect(texts.named.length).toBeGreaterThan(100)
    expect(texts.lacking(texts.named)).toEqual([])
  })

  it('name everything that the drawing of the process names', () => {
    const { ids } = drawnIn(new URL('../processes/appeal.bpmn', import.meta.url))

    expect(ids.length).toBeGreaterThan(20)
    expect(texts.lacking(under('node', ids))).toEqual([])
  })

  it('name every state, move and figure', () => {
    const wanted = [
      ...appealStates.flatMap((state) => [`state.${state}`, `state_next.${state}`, `plain.${state}`]),
      ...Object.keys(moveForms).flatMap((move) => [
        `move.${move}`,
        `done.${move}`,
        `consequence.${move}`,
        `did.${move}`,
      ]),
      ...figureIds.flatMap((id) => [`figure.${id}`, `formula.${id}`]),
      ...Object.values(sources).flatMap(({ parts }) => parts.map((part) => `figure_part.${part}`)),
    ]

    expect(texts.lacking(wanted)).toEqual([])
  })
})
