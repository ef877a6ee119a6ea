import { describe, expect, it } from 'vitest'
import { screenTexts, under } from '@tingzhou/ui/testing'
import { deliveryErrors, deliveryStates, endpointStates, stopCauses } from '../words.ts'

const texts = screenTexts(new URL('.', import.meta.url))

describe('texts of the screens', () => {
  it('are complete in both languages, with the same values to fill in', () => expect(texts.unequal).toEqual([]))

  it('hold every key that a screen names', () => {
    expect(texts.named.length).toBeGreaterThan(60)
    expect(texts.lacking(texts.named)).toEqual([])
  })

  it('name every state, cause and error', () => {
    expect(texts.lacking([...under('state', endpointStates), ...under('done', endpointStates)])).toEqual([])
    expect(texts.lacking([...under('delivery', deliveryStates), ...under('stopped', stopCauses)])).toEqual([])
    expect(texts.lacking(under('error', deliveryErrors))).toEqual([])
  })
})
