import { describe, expect, it } from 'vitest'
import { drawnIn, screenTexts, under } from '@tingzhou/ui/testing'
import { caseStates } from '../contract.ts'
import { alarmStates } from '../life.ts'
import { levels, owners } from '../rule.ts'

const texts = screenTexts(new URL('.', import.meta.url))

describe('texts of the screens', () => {
  it('are complete in both languages, with the same values to fill in', () => expect(texts.unequal).toEqual([]))

  it('hold every key that a screen names', () => {
    expect(texts.named.length).toBeGreaterThan(100)
    expect(texts.lacking(texts.named)).toEqual([])
  })

  it('name everything that the drawing names, and every word of the lists', () => {
    const { ids } = drawnIn(new URL('../processes/alarm.bpmn', import.meta.url))
    const wanted = [
      ...alarmStates.map((state) => `state.${state}`),
      ...caseStates.flatMap((state) => [`case_state.${state}`, `next.${state}`]),
      ...owners.map((owner) => `owner.${owner}`),
      ...levels.map((level) => `level.${level}`),
      // What the drawing lets people do with its tasks is told in the trail.
      ...['claim', 'release', 'urge'].map((verb) => `trail.process_${verb}`),
    ]

    expect(texts.lacking(under('node', ids))).toEqual([])
    expect(texts.lacking(wanted)).toEqual([])
  })
})
