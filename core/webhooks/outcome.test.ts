import { describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { afterFailure, decide, failingMs } from './outcome.ts'

const now = epochMs(Date.UTC(2026, 2, 2))

describe('what an attempt does', () => {
  it('ends with a success, and else waits 5 s, 30 s, 2 min, 10 min, 1 h, 3 h, 6 h, 12 h, then gives up', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((attempts) => {
      const next = decide({ error: 'status', status: 500 }, attempts, now)
      return next.state === 'waiting' ? (next.tryAt - now) / 1_000 : next.state
    })

    expect(decide({ error: null, status: 204 }, 9, now)).toEqual({ state: 'delivered' })
    expect(waits).toEqual([5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200, 'given_up', 'given_up'])
  })

  it('gives up at once what is answered 410', () => {
    expect(decide({ error: 'status', status: 410 }, 1, now)).toEqual({ state: 'given_up' })
  })
})

describe('how an endpoint fares', () => {
  it('rests 5, 10, 20 seconds and so on, ten minutes at most', () => {
    const rests = [0, 1, 2, 6, 7, 400].map(
      (failures) => (afterFailure({ failures, failing_since: null, rest_until: null }, now).restUntil - now) / 1_000,
    )
    expect(rests).toEqual([5, 10, 20, 320, 600, 600])
  })

  it('counts what was under way together once', () => {
    const resting = { failures: 3, failing_since: now, rest_until: epochMs(now + 1) }
    expect(afterFailure(resting, now)).toMatchObject({ failures: 3, restUntil: now + 1 })
    expect(afterFailure(resting, epochMs(now + 1))).toMatchObject({ failures: 4, restUntil: now + 1 + 40_000 })
  })

  it('is hopeless after three days of nothing but failures', () => {
    const since = (ms: number) => afterFailure({ failures: 9, failing_since: epochMs(now - ms), rest_until: now }, now)
    expect(since(failingMs - 1)).toMatchObject({ isHopeless: false, failures: 10 })
    expect(since(failingMs)).toMatchObject({ isHopeless: true, failingSince: now - failingMs })
    expect(afterFailure({ failures: 0, failing_since: null, rest_until: null }, now).failingSince).toBe(now)
  })
})
