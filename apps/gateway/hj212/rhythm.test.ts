import { expect, it } from 'vitest'
import { intervalS, noteBeat, setBeat, type Rhythm } from './rhythm.ts'

const s = (seconds: number) => seconds * 1_000
const noon = Date.UTC(2026, 10, 28, 4)

/** Records of a period, every so many seconds, heard at their time. */
function beats(
  rhythm: Rhythm,
  period: 'realtime' | 'minute' | 'day',
  from: number,
  everyS: number,
  count: number,
): number {
  let at = from
  for (let index = 0; index < count; index++) noteBeat(rhythm, period, (at += s(everyS)), at)
  return at
}

it('a period is known after two steps that are alike; the shortest counts', () => {
  const rhythm: Rhythm = new Map()
  expect(intervalS(rhythm, noon)).toBe(null)
  beats(rhythm, 'minute', noon, 600, 2)
  expect(intervalS(rhythm, noon + s(1_200))).toBe(null)
  const now = beats(rhythm, 'minute', noon + s(1_200), 600, 1)
  expect(intervalS(rhythm, now)).toBe(600)
  beats(rhythm, 'realtime', now - s(180), 60, 3)
  expect(intervalS(rhythm, now)).toBe(60)
})

it('a single odd step, a repeat and what comes late change nothing', () => {
  const rhythm: Rhythm = new Map()
  const now = beats(rhythm, 'realtime', noon, 60, 5)
  noteBeat(rhythm, 'realtime', now + s(7), now + s(7))
  noteBeat(rhythm, 'realtime', now + s(7), now + s(8))
  noteBeat(rhythm, 'realtime', noon, now + s(9))
  expect(intervalS(rhythm, now + s(9))).toBe(60)
})

it('what is sent no more is forgotten after ten that lack, or when an order stopped it; what an order set counts at once', () => {
  const rhythm: Rhythm = new Map()
  const now = beats(rhythm, 'minute', noon, 600, 3)
  beats(rhythm, 'realtime', now - s(180), 60, 3)
  expect(intervalS(rhythm, now + s(600))).toBe(60)
  expect(intervalS(rhythm, now + s(601))).toBe(600)
  setBeat(rhythm, 'realtime', s(90), now)
  expect(intervalS(rhythm, now)).toBe(90)
  setBeat(rhythm, 'realtime', null, now)
  expect(intervalS(rhythm, now)).toBe(600)
})

it('is never under 30 s, nor over a day', () => {
  const rhythm: Rhythm = new Map()
  const now = beats(rhythm, 'realtime', noon, 5, 3)
  expect(intervalS(rhythm, now)).toBe(30)
  const slow: Rhythm = new Map()
  expect(intervalS(slow, beats(slow, 'day', noon, 7 * 86_400, 3))).toBe(86_400)
})
