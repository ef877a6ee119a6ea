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

// Where cases are left: the older ones further on.
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
const daysBack = 12
// Of the last so many needs, the youngest first: fresh, middle, deep.
const ranks = [14, 32, 64] as const

/**
 * Which of the last needs are left alone, and where.
 * @param share  of the cases that are left, 0 to 1
 */
export function chooseHolds(scene: HoldScene, present: EpochMs, share: number): ReadonlyMap<string, Hold> {
  const days = Array.from({ length: daysBack + 1 }, (_, back) => raisesAt(scene, present - back * dayMs).toReversed())
  const latest = days.flat().filter((raise) => raise.at <= present)
  const holds = new Map<string, Hold>()
  let [from, owed] = [0, 0]
  for (const [depth, places] of [fresh, middle, deep].entries()) {
    let turn = 0
    for (const raise of latest.slice(from, ranks[depth])) {
      owed += share
      if (owed < 1) continue
      owed -= 1
      holds.set(raise.key, places[turn++ % places.length] ?? 'registered')
    }
    from = ranks[depth] ?? from
  }
  return holds
}

type HoldScene = {
  readonly seed: string
  readonly firms: readonly Firm[]
  readonly calendar: Calendar
  readonly perDay: number
}

function raisesAt(scene: HoldScene, at: number): readonly Raise[] {
  const date = localDateOf(epochMs(at))
  return raisesOf(scene.seed, scene.firms, scene.calendar, date, scene.perDay)
}
