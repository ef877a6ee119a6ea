import { createFenceIndex, type LonLat, type Stay } from '@tingzhou/geo'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import {
  advance,
  unknownVehicle,
  type Crossing,
  type FencesThen,
  type VehicleFix,
  type VehicleState,
} from './crossing.ts'
import { crossingsFrom, staysAt, type KeptCrossing, type OpenStay } from './crossing-rows.ts'
import { concerns, isInForce, versionsDuring, type FenceBook, type FenceVersion } from './fence-book.ts'
import { readVehicleFixes, type VehicleFixDeps } from './vehicle-fixes.ts'

export type AgainDeps = VehicleFixDeps & { readonly book: Pick<FenceBook, 'isOf'> }

/** What a vehicle did from a time on, looked at in the order of time, and which of the crossings that were kept do not hold. */
export type Again = {
  readonly state: VehicleState
  readonly crossings: readonly Crossing[]
  readonly gone: readonly string[]
}

// Longer than an entry or exit may wait to be confirmed, so that one that was waiting is found anew.
const backMs = 600_000

/**
 * Looks at a vehicle's fixes again from some time before `since`, in the order of time, late ones in their place.
 * @param since   the earliest fix that came late
 * @param heard   fixes that may not be kept yet
 * @param latest  fixes after this time are none: a clock that is wrong
 * @returns null when nothing is kept of the vehicle in this time
 * Source: own; `step` over `orderFixes` of everything. O(fixes since then).
 */
export async function lookAgain(
  deps: AgainDeps,
  point: number,
  since: EpochMs,
  heard: readonly VehicleFix[],
  latest: EpochMs,
): Promise<Again | null> {
  const from = epochMs(since - backMs)
  const fixes = await fixesFrom(deps, point, { from, latest }, heard)
  const [first, last] = [fixes[0], fixes.at(-1)]
  if (!first || !last) return null
  const open = await staysAt(deps.db, deps.zoneId, point, from)
  const versions = await versionsDuring(
    deps.db,
    deps.zoneId,
    { from, to: last.at },
    boxOf(fixes),
    open.map(({ fenceId }) => fenceId),
  )
  const fences = fencesOver(versions, point, deps.book)
  let state: VehicleState = { ...unknownVehicle, fences: { lastAt: null, stays: open.map(toStay) } }
  const crossings: Crossing[] = []
  for (const fix of fixes) {
    const next = advance(state, fix, fences(fix.at))
    state = next.state
    crossings.push(...next.crossings)
  }
  const kept = await crossingsFrom(deps.db, deps.zoneId, point, from)
  const { gone, dwelt } = compare(kept, crossings, open)
  const stays = state.fences.stays.map((stay) =>
    dwelt.has(stayKey(stay.fenceId, stay.enteredAt)) ? { ...stay, isDwellTold: true } : stay,
  )
  return { state: { ...state, fences: { ...state.fences, stays } }, crossings, gone }
}

const toStay = ({ fenceId, enteredAt, isDwellTold }: OpenStay): Stay => ({
  fenceId,
  enteredAt,
  insideAt: enteredAt,
  phase: 'inside',
  outsideAt: null,
  leavingAt: null,
  isDwellTold,
})

const stayKey = (fenceId: string, enteredAt: EpochMs): string => `${fenceId} ${enteredAt}`
const crossingKey = ({ fenceId, kind, at }: Pick<KeptCrossing, 'fenceId' | 'kind' | 'at'>): string =>
  `${fenceId} ${kind} ${at}`

/** Kept crossings that were not found again; a dwelling that a timer told holds while its stay does. Pure. */
function compare(kept: readonly KeptCrossing[], found: readonly Crossing[], open: readonly OpenStay[]) {
  const same = new Set(found.map(crossingKey))
  const stays = new Set([
    ...open.map(({ fenceId, enteredAt }) => stayKey(fenceId, enteredAt)),
    ...found.flatMap(({ kind, fenceId, at }) => (kind === 'entry' ? [stayKey(fenceId, at)] : [])),
  ])
  const ends = new Map(
    found.flatMap(({ kind, fenceId, enteredAt, at }) =>
      kind === 'exit' && enteredAt !== null ? [[stayKey(fenceId, enteredAt), at] as const] : [],
    ),
  )
  const dwelt = new Set<string>()
  const gone: string[] = []
  for (const one of kept) {
    const stay = stayKey(one.fenceId, one.enteredAt ?? one.at)
    const lasts = one.kind === 'dwell' && stays.has(stay) && (ends.get(stay) ?? Infinity) >= one.at
    if (lasts) dwelt.add(stay)
    if (!same.has(crossingKey(one)) && !lasts) gone.push(one.id)
  }
  return { gone, dwelt }
}

/** The fixes of a vehicle from a time on, kept or heard, that have a place, in the order of time, each time once. */
async function fixesFrom(
  deps: VehicleFixDeps,
  point: number,
  { from, latest }: { readonly from: EpochMs; readonly latest: EpochMs },
  heard: readonly VehicleFix[],
): Promise<readonly VehicleFix[]> {
  const kept = await readVehicleFixes(deps, point, from, epochMs(latest + 1))
  const byTime = new Map(kept.map((fix) => [fix.at, fix]))
  for (const fix of heard) if (fix.at >= from && fix.at <= latest && !byTime.has(fix.at)) byTime.set(fix.at, fix)
  return [...byTime.values()].toSorted((a, b) => a.at - b.at)
}

function boxOf(fixes: readonly VehicleFix[]) {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { lon, lat } of fixes) {
    west = Math.min(west, lon)
    east = Math.max(east, lon)
    south = Math.min(south, lat)
    north = Math.max(north, lat)
  }
  return { west, south, east, north }
}

type Dated = FenceVersion & { readonly untilAt: EpochMs | null }

/** The fences of one vehicle at any time of a span: for each the version that counted then. */
function fencesOver(versions: readonly Dated[], point: number, book: Pick<FenceBook, 'isOf'>) {
  const index = createFenceIndex()
  const byFence = new Map<string, Dated[]>()
  for (const version of versions) {
    if (!concerns(version, point, book.isOf)) continue
    index.insert(`${version.id}/${version.version}`, version.shape)
    byFence.set(version.id, [...(byFence.get(version.id) ?? []), version])
  }
  const versionThen = (id: string, then: EpochMs): Dated | undefined =>
    byFence
      .get(id)
      ?.find((one) => (one.untilAt === null || then < one.untilAt) && one.fromAt <= then && isInForce(one, then))
  const latest = (id: string): Dated | undefined => byFence.get(id)?.toSorted((a, b) => b.version - a.version)[0]
  return (then: EpochMs): FencesThen => ({
    at: (place: LonLat) =>
      index.at(place).flatMap((key) => {
        const [id = '', version] = key.split('/')
        return versionThen(id, then)?.version === Number(version) ? [id] : []
      }),
    distanceM: (id, place) => {
      const version = versionThen(id, then)
      return version ? index.distanceM(`${id}/${version.version}`, place) : null
    },
    termsOf: (id) => versionThen(id, then) ?? latest(id),
  })
}
