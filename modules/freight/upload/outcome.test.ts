import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { againAt, decide } from './outcome.ts'
import { attemptOutcomes } from './words.ts'

const now = epochMs(Date.UTC(2026, 2, 2))

describe('what an answer does', () => {
  it('takes what was accepted, also before, and lets people look only at what was refused', () => {
    expect(attemptOutcomes.map((outcome) => decide(outcome, 1, now).state)).toEqual(
      'accepted accepted waiting rejected waiting waiting waiting'.split(' '),
    )
  })

  it('waits 5, 10, 20 seconds and so on, half an hour at most, however often it was tried', () => {
    expect([1, 2, 3, 9, 10, 400].map((attempts) => (againAt(attempts, now) - now) / 1_000)).toEqual([
      5, 10, 20, 1_280, 1_800, 1_800,
    ])
  })

  it('never tries what is done, and everything else again some time', () => {
    fc.assert(
      fc.property(fc.constantFrom(...attemptOutcomes), fc.integer({ min: 1, max: 1e6 }), (outcome, attempts) => {
        const { state, tryAt } = decide(outcome, attempts, now)
        expect(state === 'waiting').toBe(tryAt !== null)
        if (tryAt !== null) expect(tryAt).toBeLessThanOrEqual(now + 1_800_000)
      }),
    )
  })
})
