import { describe, expect, it } from 'vitest'
import { offersOf, primaryMove, sortMoves, type Offer } from './move-verbs.tsx'

const can = (move: string, subjectId: string | null = null): Offer => ({ move, allowed: true, reason: null, subjectId })
const cannot = (move: string): Offer => ({ move, allowed: false, reason: 'dispatcher_only', subjectId: null })

describe('the primary verb', () => {
  it('is the one the state waits for, not just any that is possible', () => {
    expect(primaryMove([can('note'), can('classify'), can('dispatch')])?.move).toBe('dispatch')
    expect(primaryMove([can('note'), can('supervise'), can('withdraw')])).toBeNull()
  })

  it('is never one that is refused', () => {
    expect(primaryMove([cannot('dispatch'), can('note')])).toBeNull()
  })

  it('no longer asks for a rating that was given', () => {
    expect(primaryMove([can('rate')])?.move).toBe('rate')
    expect(primaryMove([can('rate')], true)).toBeNull()
  })
})

describe('offers', () => {
  it('refuse what has no object, whatever the role', () => {
    const moves = [
      { ...can('opinion'), move: 'opinion' },
      { ...can('decide_extension'), move: 'decide_extension' },
    ]

    const offers = offersOf({ moves, extensions: [], planned: null })

    expect(offers.map(({ allowed, reason }) => [allowed, reason])).toEqual([
      [false, 'idle_opinion'],
      [false, 'idle_decide_extension'],
    ])
  })

  it('stay when their object is there', () => {
    const moves = [can('opinion', 'assist')]

    expect(offersOf({ moves, extensions: [], planned: null })[0]?.allowed).toBe(true)
  })

  it('put the possible before the refused', () => {
    expect(sortMoves([cannot('dispatch'), can('note')]).map(({ move }) => move)).toEqual(['note', 'dispatch'])
  })
})
