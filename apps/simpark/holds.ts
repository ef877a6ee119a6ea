import { localDateOf, type Calendar } from '@tingzhou/calendar'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { raisesOf, type Raise } from './schedule.ts'
import type { Firm } from './firms.ts'

/**
 * Where a case is left for a visitor of the demo, so that every role finds something that waits for it.
 * `assist`: an assistant's opinion is open · `extension`: asked for · `list`: to be put on the planned list.
 */
export type Hold =
  | 'registered'
  | 'dispatched'
  | 'signed'
  | 'returned'
  | 'handling'
  | 'assist'
  | 'extension'
  | 'waiting'
  | 'replied'
  | 'list'
  | 'callback'
  | 'strike_off'

// How many days before the present a case must have begun to have got that far.
const deep: readonly Hold[] = [
  'strike_off',
  'waiting',
  'callback',
  'extension',
  'replied',
  'list',
  'assist',
  'handling',
  'callback',
  'strike_off',
]
const middle: readonly Hold[] = ['handling', 'replied', 'assist', 'returned', 'signed', 'waiting']
const fresh: readonly Hold[] = ['registered', 'dispatched', 'registered', 'signed', 'dispatched']

const dayMs = 86_400_000
const daysBack = 7

/**
 * Which of the last days' cases are left alone, and where.
 * @param share  of the cases that are left, 0 to 1
 */
export function chooseHolds(
  scene: {
    readonly seed: string
    readonly firms: readonly Firm[]
    readonly calendar: Calendar
    readonly perDay: number
  },
  present: EpochMs,
  share: number,
): ReadonlyMap<string, Hold> {
  const holds = new Map<string, Hold>()
  const counts = [0, 0, 0]
  let owed = 0
  for (let back = daysBack; back >= 0; back--)
    for (const raise of raisesAt(scene, present - back * dayMs)) {
      const depth = back >= 3 ? 0 : back >= 1 ? 1 : 2
      const places = [deep, middle, fresh][depth] ?? fresh
      owed += share
      if (raise.at > present || owed < 1) continue
      owed -= 1
      const turn = counts[depth] ?? 0
      counts[depth] = turn + 1
      holds.set(raise.key, places[turn % places.length] ?? 'registered')
    }
  return holds
}

function raisesAt(scene: Parameters<typeof chooseHolds>[0], at: number): readonly Raise[] {
  const date = localDateOf(epochMs(at))
  return raisesOf(scene.seed, scene.firms, scene.calendar, date, scene.perDay)
}
