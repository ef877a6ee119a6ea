import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { coverage, positionAt, shortDistanceM, trackLengthM } from '@tingzhou/geo'
import { epochMs } from '@tingzhou/kernel'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import { CorruptBytes } from './bytes.ts'
import { addFix, fixFlags, type Fix } from './fix.ts'
import {
  gapsOf,
  keptFixes,
  placedFixes,
  plainFix,
  simplifyDay,
  stopsOf,
  trackLengths,
  type TrackDay,
  type TrackRules,
} from './kept-track.ts'
import { packTrack, unpackTrack } from './kept-track-codec.ts'
import { findKeptTrack, keepTrack, type TrackWish } from './kept-track-rows.ts'
import { fixKind } from './kind.ts'
import { dropOldDays } from './partition.ts'
import { newReadings } from './readings.ts'
import { openTelemetryStore } from './store.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const dayMs = 86_400_000
const minuteMs = 60_000
const rules: TrackRules = { toleranceM: 10, gapS: 3_600 }
const sha256 = 'ab'.repeat(32)
const who = { accountId: 'a', name: '甲' }

/** A place so many metres north and east of the first one, exact to 1e-6 degrees as fixes are. */
const fixAt = (at: number, northM = 0, eastM = 0, more: Partial<Fix> = {}): Fix => ({
  at,
  lonDeg: Math.round((87.3 + eastM / 80_000) * 1e6) / 1e6,
  latDeg: Math.round((44 + northM / 111_000) * 1e6) / 1e6,
  altitudeM: 500,
  speedKmh: 60,
  headingDeg: 0,
  status: 3,
  alarm: 0,
  odometerKm: null,
  flags: 0,
  ...more,
})
const toGeo = ({ at, lonDeg, latDeg }: Fix) => ({ at: epochMs(at), lon: lonDeg, lat: latDeg })
const times = (fixes: readonly Fix[]) => fixes.map(({ at }) => at)
const isOf = (day: number) => (fix: Fix) => Math.floor(fix.at / dayMs) === day
/** The track of fixes as it would be kept. */
const simplified = (fixes: readonly Fix[], with_ = rules): readonly TrackDay[] => {
  const days = [...new Set(fixes.map(({ at }) => Math.floor(at / dayMs)))]
  return days.map((day) => simplifyDay(day, fixes.filter(isOf(day)), sha256, with_))
}

/** A drive of some days: turns, stands, falls silent. Times grow. */
const drives = fc
  .array(
    fc.tuple(
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: -1, max: 25 }),
      fc.double({ min: 0, max: 6, noNaN: true }),
    ),
    {
      minLength: 1,
      maxLength: 300,
    },
  )
  .map((legs) => {
    const fixes: Fix[] = []
    let [at, north, east] = [Date.UTC(2026, 10, 27, 20), 0, 0]
    for (const [seconds, speed, heading] of legs) {
      // Every fifteenth leg or so is a long silence.
      at += seconds > 84 ? seconds * minuteMs : seconds * 1_000
      north += Math.max(0, speed) * seconds * Math.cos(heading)
      east += Math.max(0, speed) * seconds * Math.sin(heading)
      fixes.push(fixAt(at, north, east))
    }
    return fixes
  })

describe('a day of a track', () => {
  it('keeps first, last, both sides of each gap, and the place at the time of all others within the tolerance', () => {
    fc.assert(
      fc.property(drives, fc.constantFrom(1, 10, 100), (fixes, toleranceM) => {
        const days = simplified(fixes, { ...rules, toleranceM })
        const kept = keptFixes(days)
        const keptAt = new Set(times(kept))
        const geo = kept.map(toGeo)

        for (const [index, fix] of fixes.entries()) {
          const [before, after] = [fixes[index - 1], fixes[index + 1]]
          const isEnd = !before || !after || after.at - fix.at > 3_600_000 || fix.at - before.at > 3_600_000
          if (isEnd) expect(keptAt.has(fix.at)).toBe(true)
          const place = positionAt(geo, epochMs(fix.at))
          expect(place && shortDistanceM(place, toGeo(fix))).toBeLessThan(toleranceM + 0.01)
        }
      }),
    )
  })

  it('knows length and gaps of the whole, though it keeps a part', () => {
    fc.assert(
      fc.property(drives, (fixes) => {
        const days = simplified(fixes)
        const [from, to] = [(fixes[0]?.at ?? 0) - 2 * 3_600_000, (fixes.at(-1)?.at ?? 0) + 1]
        const all = fixes.map(toGeo)

        expect(Math.abs(trackLengths(days).lengthM - trackLengthM(all))).toBeLessThan(0.1 * days.length + 0.1)
        expect(gapsOf(days, { from, to }, rules.gapS)).toEqual(
          coverage(all, epochMs(from), epochMs(to), 3_600_000).gaps.map((gap) => ({ from: gap.from, to: gap.to })),
        )
      }),
    )
  })

  it('tells where it stopped, also over midnight, and not where it waited at a light', () => {
    const midnight = Date.UTC(2026, 10, 28)
    const drive = (from: number, count: number, northM: number) =>
      Array.from({ length: count }, (_, index) => fixAt(from + index * 10_000, northM + index * 150))
    const stand = (from: number, to: number, northM: number) =>
      Array.from({ length: (to - from) / 10_000 }, (_, index) => fixAt(from + index * 10_000, northM + (index % 3) * 8))
    const began = midnight - 4 * minuteMs
    const fixes = [
      ...drive(midnight - 30 * minuteMs, 20, 0),
      ...stand(midnight - 26 * minuteMs - 40_000, midnight - 24 * minuteMs - 40_000, 3_000),
      ...drive(midnight - 20 * minuteMs, 90, 6_000),
      ...stand(began, midnight + 4 * minuteMs, 21_000),
      ...drive(midnight + 5 * minuteMs, 60, 21_200),
      ...stand(midnight + 15 * minuteMs, midnight + 40 * minuteMs, 31_000),
    ]

    const stops = stopsOf(simplified(fixes))

    expect(stops.map(({ from, to }) => [from, to])).toEqual([
      [began, midnight + 4 * minuteMs - 10_000],
      [midnight + 15 * minuteMs, midnight + 40 * minuteMs - 10_000],
    ])
    expect(stopsOf(simplified([fixAt(midnight)]))).toEqual([])
  })

  it('is packed and comes back as it was; bytes that were cut are refused', () => {
    fc.assert(
      fc.property(drives, (fixes) => {
        const days = simplified(fixes)
        const bytes = packTrack(days)

        expect(unpackTrack(bytes)).toEqual(days)
        expect(() => unpackTrack(bytes.subarray(0, bytes.length - 1))).toThrow(CorruptBytes)
      }),
    )
    expect(unpackTrack(packTrack([]))).toEqual([])
  })
})

const point = 7
/** A zone whose fixes are kept as they come, in rows at once. */
async function newZone() {
  const zoneId = newId()
  const clock = () => epochMs(Date.UTC(2026, 11, 5))
  const store = await openTelemetryStore({
    database: test.database,
    zoneId,
    clock,
    stream: 'one',
    resolutionOf: () => ({ mantissa: 1, scale: 0 }),
  })
  const deps = { db: test.db, zoneId, telemetry: { store, clock } }
  const job: TrackWish = {
    subjectKind: 'waybill',
    subjectId: 'W1',
    point,
    from: Date.UTC(2026, 10, 27),
    to: Date.UTC(2026, 10, 30),
    mode: 'exact',
  }
  return {
    zoneId,
    deps,
    job,
    drive: async (fixes: readonly Fix[]) => {
      const readings = newReadings(fixKind)
      for (const fix of fixes) addFix(readings, point, fix)
      await store.append(readings)
      await store.flush(true)
    },
    keep: async (wish: Partial<TrackWish> = {}) => {
      const kept = await keepTrack(deps, { ...job, ...wish }, who)
      if (!kept.ok) throw new Error(kept.error.kind)
      return kept.value
    },
    find: async () => (await findKeptTrack(test.db, zoneId, job))?.days ?? [],
    /** As when the day of a table is dropped. */
    forget: (day: number) =>
      sql`delete from track_minute where zone_id = ${zoneId} and minute >= ${new Date(day * dayMs).toISOString()}::timestamptz
        and minute < ${new Date((day + 1) * dayMs).toISOString()}::timestamptz`.execute(test.db),
  }
}

/** A straight way of so many fixes, one every 30 s, with a bend in the middle. */
const way = (from: number, count: number): Fix[] =>
  Array.from({ length: count }, (_, index) =>
    fixAt(from + index * 30_000, index * 400, index < count / 2 ? (index % 7) * 5 : (index - count / 2) * 300),
  )

describe('a track that is kept', () => {
  const [friday, saturday, sunday] = [Date.UTC(2026, 10, 27), Date.UTC(2026, 10, 28), Date.UTC(2026, 10, 29)]

  it('is made of the fixes of a job that have a place, and the same again changes nothing', async () => {
    const { drive, keep, find, job, zoneId } = await newZone()
    const fixes = [...way(friday + 3_600_000, 100), ...way(saturday + 3_600_000, 100)]
    const lost = fixAt(friday + 3_600_000 + 15_000, 900_000, 0, { flags: fixFlags.noFix })
    await drive([...fixes, lost, fixAt(friday - 1_000), fixAt(job.to)])

    const first = await keep()
    const again = await keep()

    expect(first).toMatchObject({ fixes: 200, gaps: 2, changed: true, rev: 1, toleranceM: 10, gapS: 3_600 })
    expect([first.firstAt, first.lastAt]).toEqual([fixes[0]?.at, fixes.at(-1)?.at])
    expect(first.kept).toBeLessThan(100)
    expect(Math.abs(first.lengthM - trackLengthM(fixes.map(toGeo)))).toBeLessThan(1)
    expect(again).toEqual({ ...first, changed: false })
    expect(keptFixes(await find()).map(plainFix)).toEqual(
      fixes.filter(({ at }) => times(keptFixes(simplified(fixes))).includes(at)),
    )
    const history = await sql`select 1 from history where zone_id = ${zoneId} and object_kind = 'kept_track'`.execute(
      test.db,
    )
    expect(history.rows).toHaveLength(1)
  })

  it('is made anew with fixes that come late, and in finer steps when those are asked for', async () => {
    const { drive, keep } = await newZone()
    await drive(way(friday + 3_600_000, 50))
    const before = await keep()

    await drive([fixAt(friday + 3_600_000 + 45_000, 700, 5_000)])
    const late = await keep()
    const coarse = await keep({ toleranceM: 1_000 })
    const byHand = await keep({ mode: 'grow', from: friday + 3_700_000, to: friday + 3_800_000, toleranceM: 500 })
    const finer = await keep({ mode: 'grow', toleranceM: 1 })

    expect(late).toMatchObject({ fixes: 51, changed: true, rev: 2 })
    expect(late.lengthM).toBeGreaterThan(before.lengthM + 5_000)
    expect(coarse.toleranceM).toBe(1_000)
    expect(byHand).toMatchObject({ from: friday, fixes: 51, toleranceM: 500 })
    expect(finer).toMatchObject({ from: friday, fixes: 51, toleranceM: 1 })
    expect(finer.kept).toBeGreaterThan(coarse.kept)
  })

  it('stays when retention drops a day it was made from, whatever is asked for afterwards', async () => {
    const { drive, keep, find } = await newZone()
    await drive([...way(friday + 3_600_000, 80), ...way(saturday + 3_600_000, 80)])
    const whole = await keep()
    const [ofFriday] = await find()
    const now = friday + 401 * dayMs + 1
    expect(await dropOldDays(test.database, now)).toContain('track_minute_20261127')

    const again = await keep()
    const narrow = await keep({ from: saturday + 3_600_000, to: saturday + 2 * 3_600_000, toleranceM: 900 })
    await drive(way(sunday, 10))
    const later = await keep({ from: saturday, to: sunday + dayMs })

    expect(again).toEqual({ ...whole, changed: false })
    expect(narrow).toMatchObject({ from: friday, fixes: 160, firstAt: whole.firstAt })
    expect(later).toMatchObject({ from: friday, fixes: 170, firstAt: whole.firstAt })
    expect((await find())[0]).toEqual(ofFriday)
  })

  it('never tells less of a day whose fixes are gone: random plans against a model', async () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('drive' as const),
        day: fc.nat(3),
        minute: fc.nat(1_300),
        count: fc.integer({ min: 1, max: 40 }),
      }),
      fc.record({ do: fc.constant('forget' as const), day: fc.nat(3) }),
      fc.record({
        do: fc.constant('keep' as const),
        from: fc.nat(80),
        hours: fc.integer({ min: 1, max: 96 }),
        mode: fc.constantFrom('exact' as const, 'grow' as const),
        toleranceM: fc.constantFrom(5, 50),
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (plan) => {
        const { drive, keep, find, forget } = await newZone()
        const firstDay = friday / dayMs
        let there: Fix[] = []
        let span = { from: 0, to: 0 }
        for (const one of plan) {
          if (one.do === 'drive') {
            const fixes = way(friday + one.day * dayMs + one.minute * minuteMs, one.count)
            await drive(fixes)
            const known = new Set(times(there))
            there = [...there, ...fixes.filter(({ at }) => !known.has(at))].toSorted((a, b) => a.at - b.at)
          }
          if (one.do === 'forget') {
            await forget(firstDay + one.day)
            there = there.filter((fix) => !isOf(firstDay + one.day)(fix))
          }
          if (one.do !== 'keep') continue
          const before = await find()
          const old = span
          const { from, hours, mode, toleranceM } = one
          const asked = { from: friday + from * 3_600_000, to: friday + (from + hours) * 3_600_000 }
          const made = await keep({ ...asked, mode, toleranceM })
          span = { from: made.from, to: made.to }
          const after = await find()

          const wide = mode === 'grow' && old.to > 0
          const own = wide ? { from: Math.min(old.from, asked.from), to: Math.max(old.to, asked.to) } : asked
          for (let day = firstDay; day < firstDay + 8; day++) {
            const ofDay = there.filter(isOf(day))
            const had = before.find((other) => other.day === day)
            const left = new Set(times(ofDay.filter(({ at }) => at >= old.from && at < old.to)))
            const isGone = had && (left.size < had.fixes || had.kept.some(({ at }) => !left.has(at)))
            const has = after.find((other) => other.day === day)
            if (isGone) expect(has).toEqual(had)
            else expect(has?.fixes ?? 0).toBe(ofDay.filter(({ at }) => at >= own.from && at < own.to).length)
            if (has)
              expect(
                [has.kept[0]?.at ?? 0, has.kept.at(-1)?.at ?? 0].every((at) => at >= span.from && at < span.to),
              ).toBe(true)
          }
        }
      }),
      { numRuns: 15 },
    )
  })

  it('is kept once when two keep it at once, and not at all when its transaction fails', async () => {
    const { drive, keep, deps, job, find, zoneId } = await newZone()
    await drive(way(friday + 3_600_000, 30))
    const failing = keepTrack(deps, job, who, async (body) => {
      await test.db.transaction().execute(async (tx) => {
        await body(tx)
        throw new Error('killed')
      })
      throw new Error('not reached')
    })
    await expect(failing).rejects.toThrow('killed')
    expect(await find()).toEqual([])

    const kept = await Promise.all([keep(), keep(), keep({ toleranceM: 20 })])

    const rows = await test.db.selectFrom('kept_track').select('rev').where('zone_id', '=', zoneId).execute()
    expect(rows).toHaveLength(1)
    expect(Math.max(...kept.map(({ rev }) => rev))).toBe(rows[0]?.rev)
  })

  it('of a time without a fix is one gap; of an empty or too long time it is refused', async () => {
    const { keep, deps, job } = await newZone()

    expect(await keep()).toMatchObject({ fixes: 0, kept: 0, gaps: 1, firstAt: null, lengthM: 0 })
    expect(await keepTrack(deps, { ...job, to: job.from }, who)).toMatchObject({ error: { kind: 'window_empty' } })
    expect(await keepTrack(deps, { ...job, to: job.from + 63 * dayMs }, who)).toMatchObject({
      error: { kind: 'job_too_long', rule: '<= 62 d' },
    })
  })

  it('reads what lies in no row yet, and leaves out what is not of the job to the millisecond', async () => {
    const { deps, keep, job } = await newZone()
    const readings = newReadings(fixKind)
    const from = friday + 3_600_123
    for (const at of [from - 1, from, from + 30_000, from + 60_000]) addFix(readings, point, fixAt(at))
    await deps.telemetry.store.append(readings)

    expect(await keep({ from, to: from + 60_000 })).toMatchObject({ fixes: 2, firstAt: from, lastAt: from + 30_000 })
    expect(placedFixes([fixAt(1), fixAt(1, 5), fixAt(2)])).toHaveLength(2)
    expect(job.subjectId).toBe('W1')
  })
})
