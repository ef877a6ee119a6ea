import type { Db } from '@tingzhou/db'
import { fromSteps, type Telemetry } from '@tingzhou/telemetry'
import { judgeOf } from './judge.ts'
import { delaysOf, isActive, letPass, newMachine, take, verdict } from './machine.ts'
import { codeOf, readPlaces, type PlacePoint } from './place.ts'
import { namesOf, referenceOf, type AlarmRule } from './rule.ts'
import { readSaid, verdictOn, type Said } from './said.ts'
import { newPlace, stands, staleMs, type Place } from './slot.ts'

export type TrialDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly telemetry: Pick<Telemetry, 'clock' | 'store'>
}

/** What a rule would have raised. */
export type TrialResult = {
  readonly from: number
  readonly until: number
  readonly values: number
  readonly alarms: number
  readonly quiet: number
  readonly activeS: number
  readonly first: readonly { readonly at: number; readonly endedAt: number | null; readonly value: number | null }[]
}

const hourMs = 3_600_000
const firstMax = 50
// Long work lets others in between.
const chunkMs = 6 * hourMs

/**
 * Lets a rule loose on what a point said over the last hours, and writes nothing.
 * @param hours  1..72
 * Source: own. O(values).
 */
export async function tryRule(
  deps: TrialDeps,
  point: PlacePoint,
  rule: AlarmRule,
  hours: number,
): Promise<TrialResult> {
  const until = deps.telemetry.clock()
  const from = until - hours * hourMs
  const codes = namesOf(rule).map((name) => codeOf(point, name))
  const others = (await readPlaces(deps.db, deps.zoneId, { codes })).map(newPlace)
  const named = (name: string | null): Place | null =>
    name === null ? null : (others.find((place) => place.point.code === codeOf(point, name)) ?? null)
  const bench = createBench(point, rule, named(rule.suppress?.point ?? null), named(referenceOf(rule)))
  for (let start = from; start < until; start += chunkMs) {
    const end = Math.min(until, start + chunkMs)
    const saidBy = (one: PlacePoint) => readSaid(deps, one, start, end, deps.telemetry.store.openMinutes())
    const own = await saidBy(point)
    const theirs = await Promise.all(others.map(async (place) => ({ place, said: await saidBy(place.point) })))
    walk(bench, own, theirs)
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
  return { from, until, ...bench.end(until) }
}

function walk(
  bench: Bench,
  own: readonly Said[],
  theirs: readonly { readonly place: Place; readonly said: readonly Said[] }[],
) {
  const at = theirs.map(() => 0)
  for (const one of own) {
    for (const [index, { place, said }] of theirs.entries())
      for (let next = said[at[index] ?? 0]; next && next.at <= one.at; next = said[at[index] ?? 0]) {
        bench.hear(place, next)
        at[index] = (at[index] ?? 0) + 1
      }
    bench.take(one)
  }
}

type Bench = ReturnType<typeof createBench>

function createBench(point: PlacePoint, rule: AlarmRule, standsBy: Place | null, reference: Place | null) {
  const machine = newMachine()
  const delays = delaysOf(rule)
  const isSilence = rule.condition.kind === 'no_data'
  const judge = judgeOf(rule, point, () =>
    reference?.hasValue ? fromSteps(reference.last, reference.point.resolution) : null,
  )
  const first: { at: number; endedAt: number | null; value: number | null }[] = []
  let [values, alarms, quiet, activeMs] = [0, 0, 0, 0]
  let openAt: number | null = null
  let value: number | null = null
  let heardAt = 0
  let silentMs: number | null = null
  const isQuiet = (): boolean => rule.suppress !== null && standsBy !== null && stands(rule.suppress, standsBy)
  const tell = (what: 'raise' | 'return', at: number): void => {
    if (what === 'raise') {
      alarms++
      if (isQuiet()) quiet++
      openAt = at
      if (first.length < firstMax) first.push({ at, endedAt: null, value })
      return
    }
    activeMs += at - (openAt ?? at)
    const last = first.at(-1)
    if (last && last.at === openAt) last.endedAt = at
    openAt = null
  }
  return {
    hear: (place: Place, { steps, status, counts }: Said): void => {
      if (!counts) return
      place.last = steps
      place.status = status
      place.hasValue = true
    },
    take: (said: Said): void => {
      values++
      if (isSilence) {
        if (silentMs !== null && said.at - heardAt > silentMs)
          take(machine, delays, heardAt + silentMs, verdict.met, tell)
        take(machine, delays, said.at, verdict.over, tell)
        silentMs = staleMs(rule, point, said.steps)
      } else if (said.counts) {
        if (judge) value = fromSteps(said.steps, point.resolution)
        take(machine, delays, said.at, verdictOn(rule, judge, point, said), tell)
      }
      heardAt = said.at
    },
    end: (until: number): Omit<TrialResult, 'from' | 'until'> => {
      if (silentMs !== null && until - heardAt > silentMs) take(machine, delays, heardAt + silentMs, verdict.met, tell)
      letPass(machine, delays, until, tell)
      if (isActive(machine)) activeMs += until - (openAt ?? until)
      return { values, alarms, quiet, activeS: activeMs / 1_000, first }
    },
  }
}
