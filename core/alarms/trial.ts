import type { Db } from '@tingzhou/db'
import { fixesOf, fixKind, fromSteps, quality, readMinutes, sampleKind, type Telemetry } from '@tingzhou/telemetry'
import { judgeOf } from './judge.ts'
import { letPass, newMachine, phase, take, verdict, type Verdict } from './machine.ts'
import { codeOf, readPlaces, type PlacePoint } from './place.ts'
import type { AlarmRule } from './rule.ts'
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
const minuteMs = 60_000
const firstMax = 50
// Long work lets others in between.
const chunkMs = 6 * hourMs

/** One thing that a point said. */
type Said = { readonly at: number; readonly steps: number; readonly status: number; readonly counts: boolean }

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
  const names = [
    rule.suppress?.point,
    rule.condition.kind === 'deviation' && typeof rule.condition.reference === 'string'
      ? rule.condition.reference
      : undefined,
  ].map((name) => (name === undefined ? undefined : codeOf(point, name)))
  const codes = names.filter((name) => name !== undefined)
  const named = new Map((await readPlaces(deps.db, deps.zoneId, { codes })).map((one) => [one.code, newPlace(one)]))
  const [standsBy, reference] = names.map((name) => (name === undefined ? undefined : named.get(name)))
  const bench = createBench(point, rule, standsBy ?? null, reference ?? null)
  const others = [...new Set([standsBy, reference].filter((one) => one !== undefined))]
  for (let start = from; start < until; start += chunkMs) {
    const end = Math.min(until, start + chunkMs)
    const own = await sayingsOf(deps, point, start, end)
    const theirs = await Promise.all(
      others.map(async (place) => ({ place, said: await sayingsOf(deps, place.point, start, end) })),
    )
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
  const delays = { onMs: rule.onDelayS * 1_000, offMs: rule.offDelayS * 1_000 }
  const silentMs = staleMs(rule, point)
  const judge = judgeOf(rule, point, () =>
    reference?.hasValue ? fromSteps(reference.last, reference.point.resolution) : null,
  )
  const first: { at: number; endedAt: number | null; value: number | null }[] = []
  let [values, alarms, quiet, activeMs] = [0, 0, 0, 0]
  let openAt: number | null = null
  let value: number | null = null
  let heardAt = 0
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
  const says = (said: Said): Verdict => {
    if (rule.condition.kind === 'bit') return (said.steps >>> rule.condition.bit) & 1 ? verdict.met : verdict.over
    value = fromSteps(said.steps, point.resolution)
    return judge ? judge(said.at, value) : verdict.between
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
      if (silentMs !== null) {
        if (heardAt > 0 && said.at - heardAt > silentMs) take(machine, delays, heardAt + silentMs, verdict.met, tell)
        take(machine, delays, said.at, verdict.over, tell)
      } else if (said.counts) take(machine, delays, said.at, says(said), tell)
      heardAt = said.at
    },
    end: (until: number): Omit<TrialResult, 'from' | 'until'> => {
      if (silentMs !== null && heardAt > 0 && until - heardAt > silentMs)
        take(machine, delays, heardAt + silentMs, verdict.met, tell)
      letPass(machine, delays, until, tell)
      const isOpen = machine.phase === phase.active || machine.phase === phase.ending
      if (isOpen) activeMs += until - (openAt ?? until)
      return { values, alarms, quiet, activeS: activeMs / 1_000, first }
    },
  }
}

async function sayingsOf(
  { db, zoneId, telemetry }: TrialDeps,
  point: PlacePoint,
  from: number,
  to: number,
): Promise<Said[]> {
  const isFix = point.kind === 'position'
  const minutes = await readMinutes(
    db,
    zoneId,
    isFix ? fixKind : sampleKind,
    point.id,
    from,
    to,
    telemetry.store.openMinutes(),
  )
  const said: Said[] = []
  for (const { minute, rows } of minutes) {
    if (isFix)
      for (const { at, alarm, status } of fixesOf(rows, minute)) said.push({ at, steps: alarm, status, counts: true })
    else
      for (let index = 0, row = 0; index < rows.count; index++, row += 3)
        said.push({
          at: minute * minuteMs + (rows.data[row] as number),
          steps: rows.data[row + 1] as number,
          status: 0,
          counts: (rows.data[row + 2] as number) < quality.bad,
        })
  }
  return said.filter(({ at }) => at >= from && at < to)
}
