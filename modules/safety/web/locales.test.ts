import { describe, expect, it } from 'vitest'
import { screenTexts } from '@tingzhou/ui/testing'
import { applicationMoves } from '../application-contract.ts'
import { honourStands } from '../honour-contract.ts'
import { applicationStates, awards, campaignStates, objectionStates } from '../words.ts'

const texts = screenTexts(new URL('.', import.meta.url))

describe('texts of the screens', () => {
  it('are complete in both languages, with the same values to fill in', () => expect(texts.unequal).toEqual([]))

  it('hold every key that a screen names', () => {
    expect(texts.named.length).toBeGreaterThan(100)
    expect(texts.lacking(texts.named)).toEqual([])
  })

  it('name every state and move', () => {
    const wanted = [
      ...applicationStates.map((state) => `state.${state}`),
      ...campaignStates.map((state) => `campaign_state.${state}`),
      ...awards.map((award) => `award.${award}`),
      ...honourStands.map((stand) => `stand.${stand}`),
      ...objectionStates.map((state) => `objection.state.${state}`),
      ...applicationMoves.flatMap((move) => [`verb.${move}`, `done.${move}`]),
    ]

    expect(texts.lacking(wanted)).toEqual([])
  })
})
