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

// Where cases are left: the older ones further on. What `claimsOf` sees to is not among them.
const deep: readonly Hold[] = ['callback', 'list', 'extension', 'assist', 'handling']
const middle: readonly Hold[] = ['returned', 'assist', 'signed', 'handling']
const fresh: readonly Hold[] = ['registered', 'signed']

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
  // Every role that a visitor may play finds something first; the rest is spread over the places.
  if (share > 0) for (const claim of claimsOf(scene.firms)) claimOne(holds, latest, claim)
  let [from, owed] = [0, 0]
  for (const [depth, places] of [fresh, middle, deep].entries()) {
    let turn = 0
    for (const raise of latest.slice(from, ranks[depth])) {
      owed += share
      if (owed < 1) continue
      owed -= 1
      if (holds.has(raise.key)) continue
      holds.set(raise.key, places[turn++ % places.length] ?? 'registered')
    }
    from = ranks[depth] ?? from
  }
  return holds
}

type Claim = {
  readonly hold: Hold
  /** Which of the last needs may be taken, by rank from the youngest. */
  readonly ranks: readonly [from: number, to: number]
  readonly fits: (raise: Raise) => boolean
}

// First-level categories of the departments whose heads a visitor may be.
const ofDemoHeads = ['01', '03', '04', '05', '06', '09']

/** The applicant is asked, the area lead has a reply and a closing before them, each head an order. */
function claimsOf(firms: readonly Firm[]): Claim[] {
  const shown = firms.filter((firm) => firm.demoUsername !== null)
  const areas = [...new Set(firms.map((firm) => firm.plan.area))]
  return [
    ...shown.map((firm): Claim => ({ hold: 'waiting', ranks: [8, 46], fits: (raise) => raise.firm === firm })),
    ...areas.flatMap((area): Claim[] => {
      const fits = (raise: Raise) => raise.firm.plan.area === area
      return [
        { hold: 'replied', ranks: [14, 60], fits },
        { hold: 'strike_off', ranks: [20, 70], fits },
      ]
    }),
    ...ofDemoHeads.map((l1): Claim => ({
      hold: 'dispatched',
      ranks: [3, 40],
      fits: ({ need }) => need.category.startsWith(l1) && need.nature !== 'consult',
    })),
  ]
}

function claimOne(holds: Map<string, Hold>, latest: readonly Raise[], { hold, ranks, fits }: Claim): void {
  const found = latest
    .slice(...ranks)
    .find((raise) => !holds.has(raise.key) && raise.need.nature !== 'praise' && fits(raise))
  if (found) holds.set(found.key, hold)
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
