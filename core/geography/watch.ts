import type { Db } from '@tingzhou/db'
import { epochMs, oneAtATime, type EpochMs } from '@tingzhou/kernel'
import { fixIn, fixKind, strideOf, type Readings, type Telemetry } from '@tingzhou/telemetry'
import { lookAgain } from './again.ts'
import {
  advance,
  dwellSoFar,
  mayDwell,
  unknownVehicle,
  type Crossing,
  type FencesThen,
  type VehicleFix,
  type VehicleState,
} from './crossing.ts'
import { keepCrossings, keepStandings, readStandings, supersede, type Noted, type Standing } from './crossing-rows.ts'
import { openFenceBook, type FenceBook } from './fence-book.ts'
import { toVehicleFix } from './vehicle-fixes.ts'

export type WatchDeps = {
  readonly db: Db
  readonly zoneId: string
  readonly telemetry: Telemetry
  /** Told after crossings were kept. */
  readonly onKept?: () => void
}

/** Watches every vehicle against every fence, in the process that hears the vehicles. */
export type FenceWatch = {
  readonly book: FenceBook
  /** Makes durable what came of all fixes heard so far. */
  readonly settle: () => Promise<void>
  /** Tells of stays that last, looks again at what came late, reads changed fences, settles. */
  readonly round: (options?: { readonly everything?: boolean }) => Promise<void>
  readonly load: () => {
    readonly vehicles: number
    readonly inside: number
    readonly late: number
    readonly ignored: number
  }
  /** Hears nothing more. */
  readonly close: () => Promise<void>
}

// A clock that is wrong by more would make every true fix look late.
const aheadMaxMs = 300_000
// What is older was looked at by people already.
const lateMaxMs = 7 * 86_400_000
const pauseMs = 10_000
const heardMax = 5_000

/** Fixes of a vehicle that wait until what came late was looked at. */
type Waiting = { since: EpochMs; readonly heard: VehicleFix[]; notBefore: number }

/**
 * Opens the watch of a zone. It hears from the first moment on; what the journal holds from before is heard again.
 * Source: own. A fix costs one question to the index; the rows of vehicles are written only while they are in a fence.
 */
export async function openFenceWatch(deps: WatchDeps): Promise<FenceWatch> {
  const { db, zoneId, telemetry } = deps
  const before: Readings[] = []
  let watch: Watch | null = null
  // Whoever asks to settle waits until the watch is open: the journal forgets nothing meanwhile.
  let opened: () => void = () => {}
  const open = new Promise<void>((resolve) => (opened = resolve))
  const unhear = telemetry.hear({
    note: (readings) => {
      if (readings.kind !== fixKind || readings.count === 0) return
      if (watch) watch.note(readings)
      else before.push(readings)
    },
    settle: async () => {
      await open
      await watch?.settle()
    },
  })
  try {
    const replayed = [...telemetry.store.openMinutes()].flatMap(({ kind, batches }) =>
      kind === fixKind ? [...batches] : [],
    )
    const book = await openFenceBook(db, zoneId)
    const made = createWatch(deps, book, await readStandings(db, zoneId))
    made.note(...replayed, ...before.splice(0))
    made.begin()
    watch = made
    return {
      book,
      settle: made.settle,
      round: made.round,
      load: made.load,
      close: async () => {
        // Where this fails it still listens: the journal keeps what is not settled.
        await made.settle()
        unhear()
      },
    }
  } catch (error) {
    unhear()
    throw error
  } finally {
    opened()
  }
}

type Watch = {
  readonly note: (...batches: readonly Readings[]) => void
  readonly begin: () => void
  readonly settle: () => Promise<void>
  readonly round: FenceWatch['round']
  readonly load: FenceWatch['load']
}

function createWatch(deps: WatchDeps, book: FenceBook, standings: readonly Standing[]): Watch {
  const { db, zoneId, telemetry } = deps
  const { clock } = telemetry
  const vehicles = new Map<number, VehicleState>()
  const late = new Map<number, Waiting>()
  const again = new Map<number, { readonly since: EpochMs; readonly heard: VehicleFix[] }>()
  const pauses = new Map<number, number>()
  const changed = new Set<number>()
  const inside = new Set<number>()
  let crossings: Noted[] = []
  let ignored = 0

  for (const { point, state, lateSince } of standings) {
    vehicles.set(point, state)
    if (state.fences.stays.length > 0) inside.add(point)
    if (lateSince !== null) late.set(point, { since: lateSince, heard: [], notBefore: 0 })
  }

  const put = (point: number, state: VehicleState): void => {
    const had = vehicles.get(point)?.fences.stays.length ?? 0
    vehicles.set(point, state)
    const has = state.fences.stays.length
    if (has > 0) inside.add(point)
    else if (had > 0) inside.delete(point)
    // A vehicle that was in no fence and is in none is where the next fix finds it anyway.
    if (has > 0 || had > 0) changed.add(point)
  }
  const noteCrossings = (point: number, found: readonly Crossing[], isLate: boolean): void => {
    for (const crossing of found) crossings.push({ ...crossing, point, late: isLate })
  }
  const wait = (point: number, fix: VehicleFix): void => {
    const known = late.get(point)
    if (!known) late.set(point, { since: fix.at, heard: [fix], notBefore: pauses.get(point) ?? 0 })
    else {
      known.since = epochMs(Math.min(known.since, fix.at))
      // What is more than this is found where it is kept.
      if (known.heard.length < heardMax) known.heard.push(fix)
    }
    changed.add(point)
  }
  const take = (point: number, fix: VehicleFix): void => {
    const busy = again.get(point) ?? late.get(point)
    const state = vehicles.get(point) ?? unknownVehicle
    if (busy) {
      if (isOlder(state, fix)) wait(point, fix)
      else if (busy.heard.length < heardMax) busy.heard.push(fix)
      return
    }
    const next = advance(state, fix, book.forVehicle(point, fix.at))
    if (next.taken === 'late') wait(point, fix)
    if (next.taken !== 'taken') return
    put(point, next.state)
    noteCrossings(point, next.crossings, false)
    // The timer told of a stay that was over by then, as is known now.
    if (next.crossings.some((one) => endsBeforeDwell(state, one, (id) => book.find(id)))) wait(point, fix)
  }

  const note = (...batches: readonly Readings[]): void => {
    const now = clock()
    for (const readings of batches)
      for (const row of inTimeOrder(readings)) {
        const fix = toVehicleFix(fixIn(readings, row))
        if (!fix || fix.at > now + aheadMaxMs || fix.at < now - lateMaxMs) ignored += fix ? 1 : 0
        else take(readings.data[row * strideOf(readings.kind)] as number, fix)
      }
  }
  /** Vehicles of which only the last fix is known: what comes and is older than that came late. */
  const begin = (): void => {
    const latest = clock() + aheadMaxMs
    for (const [point, { at }] of telemetry.last.fixes())
      if (!vehicles.has(point) && at <= latest)
        vehicles.set(point, { fences: { lastAt: epochMs(at), stays: [] }, speeding: [] })
  }

  const inTurn = oneAtATime()
  const lateSinceOf = (point: number): EpochMs | null => {
    const times = [late.get(point)?.since, again.get(point)?.since].filter((time) => time !== undefined)
    return times.length === 0 ? null : epochMs(Math.min(...times))
  }
  const standingOf = (point: number): Standing => ({
    point,
    state: vehicles.get(point) ?? unknownVehicle,
    lateSince: lateSinceOf(point),
  })
  const write = async (): Promise<void> => {
    if (crossings.length === 0 && changed.size === 0) return
    const [noted, points] = [crossings, [...changed]]
    const rows = points.map(standingOf)
    crossings = []
    changed.clear()
    try {
      const told = await db.transaction().execute(async (tx) => {
        const count = await keepCrossings(tx, zoneId, noted, clock())
        await keepStandings(tx, zoneId, rows)
        return count
      })
      if (told > 0) deps.onKept?.()
    } catch (error) {
      crossings = [...noted, ...crossings]
      for (const point of points) changed.add(point)
      throw error
    }
  }
  const settle = (): Promise<void> => inTurn(write)

  const tellDwells = (): void => {
    const now = clock()
    for (const point of inside) {
      const state = vehicles.get(point)
      const fix = telemetry.last.fix(point)
      if (!state || !fix || late.has(point) || again.has(point) || !mayDwell(state, (id) => book.find(id))) continue
      const place = { lon: fix.lonDeg, lat: fix.latDeg, speedKmh: fix.speedKmh }
      const dwelt = dwellSoFar(state, now, book.forVehicle(point, now), place)
      if (dwelt.crossings.length === 0) continue
      put(point, dwelt.state)
      noteCrossings(point, dwelt.crossings, false)
    }
  }

  const lookAgainAt = async (point: number, { since, heard }: Waiting): Promise<void> => {
    again.set(point, { since, heard: [] })
    late.delete(point)
    let found = false
    try {
      // Crossings that are not kept yet would not be compared.
      await write()
      const seen = await lookAgain({ ...deps, book }, point, since, heard, epochMs(clock() + aheadMaxMs))
      if (seen) {
        const { state } = seen
        const known = vehicles.get(point)?.fences.lastAt ?? 0
        const noted = seen.crossings.map((crossing) => ({ ...crossing, point, late: crossing.at <= known }))
        const told = await db.transaction().execute(async (tx) => {
          await supersede(tx, zoneId, seen.gone, clock())
          const count = await keepCrossings(tx, zoneId, noted, clock())
          await keepStandings(tx, zoneId, [{ point, state, lateSince: late.get(point)?.since ?? null }])
          return count
        })
        put(point, state)
        if (told > 0) deps.onKept?.()
      }
      changed.add(point)
      found = true
    } finally {
      const after = again.get(point)?.heard ?? []
      again.delete(point)
      // Not looked at: it waits on, with what came meanwhile.
      if (!found) {
        const waiting = late.get(point)
        late.set(point, {
          since: epochMs(Math.min(since, waiting?.since ?? since)),
          heard: [...heard, ...after, ...(waiting?.heard ?? [])].slice(0, heardMax),
          notBefore: clock() + pauseMs,
        })
      } else for (const fix of after) take(point, fix)
    }
  }

  const round = async ({ everything = false } = {}): Promise<void> => {
    await book.refresh()
    const errors: unknown[] = []
    // What comes late meanwhile is looked at in the next round.
    const waitingNow = Array.from(late)
    for (const [point, waiting] of waitingNow) {
      const now = clock()
      if (!everything && waiting.notBefore > now) continue
      await inTurn(() => lookAgainAt(point, waiting)).catch((error: unknown) => errors.push(error))
      // One vehicle that sends late fixes all the time holds nothing up.
      pauses.set(point, clock() + pauseMs)
    }
    for (const [point, until] of pauses) if (until <= clock() && !late.has(point)) pauses.delete(point)
    tellDwells()
    await settle()
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} vehicles could not be looked at again`)
  }

  return {
    note,
    begin,
    settle,
    round,
    load: () => ({ vehicles: vehicles.size, inside: inside.size, late: late.size + again.size, ignored }),
  }
}

function endsBeforeDwell(
  before: VehicleState,
  { kind, fenceId, at }: Crossing,
  termsOf: FencesThen['termsOf'],
): boolean {
  const stay = kind === 'exit' ? before.fences.stays.find((one) => one.fenceId === fenceId) : undefined
  return stay?.isDwellTold === true && at < stay.enteredAt + (termsOf(fenceId)?.rules.dwellMs ?? 0)
}

const isOlder = ({ fences }: VehicleState, { at }: VehicleFix): boolean => fences.lastAt !== null && at < fences.lastAt

/** The rows of readings in the order of their times. */
function inTimeOrder({ kind, data, count }: Readings): number[] {
  const stride = strideOf(kind)
  const timeOf = (row: number): number => data[row * stride + 1] as number
  return Array.from({ length: count }, (_, row) => row).toSorted((a, b) => timeOf(a) - timeOf(b))
}
