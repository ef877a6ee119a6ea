import { describe, expect, it } from 'vitest'
import { eventStates, firmStates, meetingStates, results } from './event/words.ts'
import { textsOf, worded } from './texts.ts'
import { dealStates, postingStates, rfqStates } from './words.ts'

describe('a refusal for the state of something', () => {
  it('names the state in words, in both languages', () => {
    const refused = { kind: 'posting_state', field: 'state', value: 'lapsed', rule: 'deal_proposed' } as const

    expect(worded('zh-CN', refused)).toMatchObject({ stateWords: '已过期', value: 'lapsed' })
    expect(worded('en', refused)).toMatchObject({ ruleWords: 'only a proposal that waits for an answer' })
  })

  it('has words for every state that there is', () => {
    const named = [postingStates, dealStates, rfqStates, eventStates, firmStates, meetingStates, results].flat()
    const said = [...named, 'sent', 'left_out', 'confirmed', 'deal']

    for (const lang of ['zh-CN', 'en'] as const)
      expect(Object.keys(textsOf(lang).state).toSorted()).toEqual([...new Set(said)].toSorted())
  })
})
