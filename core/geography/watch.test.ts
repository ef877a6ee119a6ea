import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { distanceToFenceM, isInFence, readyFence } from '@tingzhou/geo'
import { epochMs } from '@tingzhou/kernel'
import { newId } from '@tingzhou/db'
import { testDatabase, type TestDatabase } from '@tingzhou/db/testing'
import {
  addFix,
  fixFlags,
  fixKind,
  newReadings,
  openTelemetry,
  type Readings,
  type Telemetry,
} from '@tingzhou/telemetry'
import { addGeofence, changeGeofence, removeGeofence, type GeofenceWish } from './geofence.ts'
import type { Shape } from './shape.ts'
import { openFenceWatch, type FenceWatch } from './watch.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.database.close())

const noon = Date.UTC(2026, 10, 27, 4, 0)
const minute = 60_000
const author = { accountId: 'tester', name: 'Tester' }
const centre = { lon: 87.3, lat: 44 }
// Metres to degrees of longitude at 44 degrees north, near enough to place fixes by.
const east = (m: number) => ({ lon: centre.lon + m / 80_200, lat: centre.lat })
const circle = (radiusM = 500): Shape => ({ kind: 'circle', centre, radiusM })
const wish = (given: Partial<GeofenceWish> = {}): GeofenceWish => ({
  name: 'yard',
  purpose: 'loading',
  shape: circle(),
  validFrom: null,
  validUntil: null,
  scope: 'all',
  partyId: null,
  points: [],
  tellsEntry: true,
  tellsExit: true,
  dwellS: null,
  speedLimitKmh: null,
  marginM: 30,
  confirmS: 0,
  ...given,
})

type Seen = { readonly at: number; readonly eastM: number; readonly speedKmh?: number; readonly flags?: number }

function readingsOf(fixes: readonly (Seen & { readonly point: number })[]): Readings {
  const readings = newReadings(fixKind)
  for (const { point, at, eastM, speedKmh = 40, flags = 0 } of fixes) {
    const { lon, lat } = east(eastM)
    addFix(readings, point, {
      at,
      lonDeg: lon,
      latDeg: lat,
      altitudeM: 500,
      speedKmh,
      headingDeg: 90,
      status: 3,
      alarm: 0,
      odometerKm: null,
      flags,
    })
  }
  return readings
}

/** A zone of its own, whose clock the test moves; `kill` leaves everything as it is, as a crash does. */
async function newZone(fences: readonly Partial<GeofenceWish>[] = [{}]) {
  const zoneId = newId()
  const zone = { now: noon }
  const ids: string[] = []
  for (const fence of fences) {
    const id = newId()
    const made = await test.db
      .transaction()
      .execute((tx) => addGeofence(tx, zoneId, id, wish(fence), author, epochMs(noon - 86_400_000)))
    expect(made).toMatchObject({ ok: true })
    ids.push(id)
  }
  let telemetry: Telemetry
  let watch: FenceWatch
  const open = async () => {
    const deps = {
      database: test.database,
      zoneId,
      clock: () => epochMs(zone.now),
      log: { error: () => {} },
      stream: 'one',
    }
    telemetry = await openTelemetry(deps, false)
    watch = await openFenceWatch({ db: test.db, zoneId, telemetry })
  }
  await open()
  const hear = (...fixes: readonly (Seen & { readonly point?: number })[]) =>
    telemetry.ingest(readingsOf(fixes.map((fix) => ({ point: 1, ...fix }))))
  const events = async () => {
    const rows = await test.db
      .selectFrom('geofence_event')
      .select(['kind', 'at', 'after', 'entered_at', 'fence_id', 'point_id', 'late', 'version', 'cause', 'told'])
      .where('zone_id', '=', zoneId)
      .where('superseded_at', 'is', null)
      .orderBy('at')
      .orderBy('kind')
      .execute()
    return rows
  }
  return {
    zone,
    zoneId,
    ids,
    hear,
    events,
    brief: async () => (await events()).map(({ kind, at, late }) => [kind, (at - noon) / minute, late]),
    watch: () => watch,
    telemetry: () => telemetry,
    kill: open,
    close: async () => {
      await watch.close()
      await telemetry.close()
    },
    told: async () => {
      const rows = await test.db.selectFrom('outbox').select(['type']).where('zone_id', '=', zoneId).execute()
      return rows.map(({ type }) => type)
    },
  }
}

describe('a truck and a yard', () => {
  it('is told to have entered and left, with the fixes between which it crossed the border', async () => {
    const { zone, hear, watch, events, told, ids } = await newZone()
    zone.now = noon + 10 * minute

    await hear({ at: noon, eastM: 900 }, { at: noon + minute, eastM: 100 })
    await hear({ at: noon + 2 * minute, eastM: 520 }, { at: noon + 3 * minute, eastM: 560 })
    await watch().settle()

    expect(await events()).toMatchObject([
      { kind: 'entry', at: noon + minute, after: noon, fence_id: ids[0], late: false, cause: 'crossing', version: 1 },
      // 20 m outside is within the margin.
      { kind: 'exit', at: noon + 3 * minute, after: noon + 2 * minute, entered_at: noon + minute },
    ])
    expect(await told()).toEqual(['geography.fence_entered', 'geography.fence_left'])
  })

  it('leaves what has no place, jumps and comes from the future out', async () => {
    const { zone, hear, watch, brief } = await newZone()
    zone.now = noon + minute

    await hear(
      { at: noon, eastM: 0, flags: fixFlags.noFix },
      { at: noon + 1, eastM: 0, flags: fixFlags.jump },
      { at: noon + 86_400_000, eastM: 0 },
      { at: noon + 2, eastM: 0, flags: fixFlags.late },
    )
    await watch().round()

    expect(await brief()).toEqual([['entry', 2 / minute, false]])
    expect(watch().load()).toMatchObject({ vehicles: 1, inside: 1, ignored: 1 })
  })

  it('is told once to stay, by the clock, although it is silent; and again not to have stayed when that becomes known', async () => {
    const { zone, hear, watch, brief, told } = await newZone([{ dwellS: 600 }])
    await hear({ at: noon, eastM: 0 })

    zone.now = noon + 10 * minute - 1
    await watch().round()
    expect(await brief()).toEqual([['entry', 0, false]])
    zone.now = noon + 10 * minute
    await watch().round()
    await watch().round()
    expect(await brief()).toEqual([
      ['entry', 0, false],
      ['dwell', 10, false],
    ])

    // It drove through a blind area, and what it kept comes in the order of time.
    await hear({ at: noon + 5 * minute, eastM: 900 })
    await watch().round()
    expect(await brief()).toEqual([
      ['entry', 0, false],
      ['exit', 5, false],
    ])
    expect(await told()).toEqual(['geography.fence_entered', 'geography.fence_dwelt', 'geography.fence_left'])
  })

  it('is told to be too fast once, until it was slower', async () => {
    const { zone, hear, watch, brief } = await newZone([{ tellsEntry: false, tellsExit: false, speedLimitKmh: 40 }])
    zone.now = noon + 10 * minute
    const speeds = [40, 41, 45, 39, 41, 35, 41]

    await hear(...speeds.map((speedKmh, index) => ({ at: noon + index * minute, eastM: index, speedKmh })))
    await watch().settle()

    expect((await brief()).filter(([kind]) => kind === 'speeding')).toEqual([
      ['speeding', 1, false],
      ['speeding', 6, false],
    ])
  })
})

describe('fixes that come late', () => {
  it('are put in their place: a visit nobody saw, an entry that was earlier', async () => {
    const { zone, hear, watch, brief, events } = await newZone()
    zone.now = noon + 60 * minute
    await hear({ at: noon, eastM: 5_000 }, { at: noon + 40 * minute, eastM: 0 })
    await watch().settle()
    expect(await brief()).toEqual([['entry', 40, false]])

    await hear(
      { at: noon + 30 * minute, eastM: 100 },
      { at: noon + 10 * minute, eastM: 0 },
      { at: noon + 20 * minute, eastM: 5_000 },
    )
    await watch().round()

    expect(await brief()).toEqual([
      ['entry', 10, true],
      ['exit', 20, true],
      ['entry', 30, true],
    ])
    const all = await test.db.selectFrom('geofence_event').select('superseded_at').execute()
    expect(all.filter(({ superseded_at }) => superseded_at !== null).length).toBeGreaterThan(0)
    await hear({ at: noon + 50 * minute, eastM: 900 })
    await watch().settle()
    expect((await events()).at(-1)).toMatchObject({ kind: 'exit', entered_at: noon + 30 * minute, late: false })
  })

  it('are not forgotten by a crash before they were looked at', async () => {
    const { zone, hear, watch, telemetry, brief, kill } = await newZone()
    zone.now = noon + 60 * minute
    await hear({ at: noon, eastM: 5_000 }, { at: noon + 40 * minute, eastM: 0 })
    await watch().settle()
    await hear({ at: noon + 30 * minute, eastM: 100 })
    // The journal is emptied: only what was settled is left.
    await telemetry().store.flush(true)

    await kill()
    await watch().round()

    expect(await brief()).toEqual([['entry', 30, true]])
  })

  it('of one vehicle are looked at with a pause, however many there are', async () => {
    const { zone, hear, watch, brief } = await newZone()
    zone.now = noon + 60 * minute
    await hear({ at: noon + 40 * minute, eastM: 5_000 })
    await hear({ at: noon + 20 * minute, eastM: 0 })
    await watch().round()
    await hear({ at: noon + 10 * minute, eastM: 0 })
    await watch().round()
    expect(watch().load().late).toBe(1)

    zone.now += 10_000
    await watch().round()

    expect(watch().load().late).toBe(0)
    expect(await brief()).toEqual([
      ['entry', 10, true],
      ['exit', 40, true],
    ])
  })
})

describe('a fence that changes', () => {
  const then = (zone: { now: number }) => epochMs(zone.now)

  it('counts from when it was made, and events refer to the version that judged them', async () => {
    const { zone, zoneId, ids, hear, watch, events } = await newZone()
    const [id = ''] = ids
    zone.now = noon + minute
    await hear({ at: noon, eastM: 900 }, { at: noon + minute, eastM: 0 })
    await watch().settle()

    zone.now = noon + 2 * minute
    const changed = await test.db
      .transaction()
      .execute((tx) => changeGeofence(tx, zoneId, id, 1, wish({ shape: circle(2_000) }), author, then(zone)))
    expect(changed).toMatchObject({ ok: true, value: { version: 2 } })
    const stale = await test.db
      .transaction()
      .execute((tx) => changeGeofence(tx, zoneId, id, 1, wish(), author, then(zone)))
    expect(stale).toMatchObject({ ok: false, error: { kind: 'stale_revision', expected: 1, actual: 2 } })
    await watch().book.refresh()
    zone.now = noon + 5 * minute
    await hear({ at: noon + 4 * minute, eastM: 1_900 }, { at: noon + 5 * minute, eastM: 2_100 })
    await watch().settle()

    expect((await events()).map(({ kind, at, version }) => [kind, (at - noon) / minute, version])).toEqual([
      ['entry', 1, 1],
      ['exit', 5, 2],
    ])
  })

  it('ends with whoever is inside, and is heard of no more', async () => {
    const { zone, zoneId, ids, hear, watch, events } = await newZone()
    const [id = ''] = ids
    await hear({ at: noon, eastM: 0 })
    zone.now = noon + minute
    await test.db.transaction().execute((tx) => removeGeofence(tx, zoneId, id, 1, author, then(zone)))
    await watch().round()
    zone.now = noon + 3 * minute
    await hear({ at: noon + 2 * minute, eastM: 0 }, { at: noon + 3 * minute, eastM: 900 })
    await watch().settle()

    expect(await events()).toMatchObject([
      { kind: 'entry', at: noon },
      { kind: 'exit', at: noon + 2 * minute, cause: 'ended' },
    ])
    expect(watch().book.size()).toBe(0)
  })

  it('is about some vehicles and some time only; what it does not ask for is kept untold', async () => {
    const { zone, hear, watch, events, told } = await newZone([
      {
        name: 'chosen',
        scope: 'all',
        validFrom: epochMs(noon + 2 * minute),
        validUntil: epochMs(noon + 4 * minute),
        tellsEntry: false,
      },
    ])
    zone.now = noon + 10 * minute
    for (const at of [1, 2, 3, 4, 5]) await hear({ at: noon + at * minute, eastM: 0 })
    await watch().settle()

    expect(await events()).toMatchObject([
      { kind: 'entry', at: noon + 2 * minute, told: false },
      { kind: 'exit', at: noon + 4 * minute, cause: 'ended', told: true },
    ])
    expect(await told()).toEqual(['geography.fence_left'])
  })
})

describe('after a crash', () => {
  it('nothing is told twice and nothing is lost, whether the journal still has it or not', async () => {
    const { zone, hear, watch, telemetry, brief, told, kill } = await newZone()
    zone.now = noon + 30 * minute
    await hear({ at: noon, eastM: 900 }, { at: noon + minute, eastM: 0 })
    await watch().settle()
    await hear({ at: noon + 2 * minute, eastM: 900 })

    await kill()
    await watch().round()
    expect(await brief()).toEqual([
      ['entry', 1, false],
      ['exit', 2, false],
    ])
    await telemetry().store.flush(true)
    await kill()
    await watch().round()
    await hear({ at: noon + minute, eastM: 0 }, { at: noon + 2 * minute, eastM: 900 })
    await watch().round({ everything: true })

    expect(await brief()).toEqual([
      ['entry', 1, false],
      ['exit', 2, false],
    ])
    expect(await told()).toEqual(['geography.fence_entered', 'geography.fence_left'])
  })

  it('tells who stays, although the journal has forgotten the fix that says so', async () => {
    const { zone, hear, watch, telemetry, brief, kill } = await newZone([{ dwellS: 120 }])
    zone.now = noon + minute
    await hear({ at: noon, eastM: 0 })
    await telemetry().store.flush(true)

    await kill()
    zone.now = noon + 30 * minute
    await watch().round()

    expect(await brief()).toEqual([
      ['entry', 0, false],
      ['dwell', 2, false],
    ])
  })

  it('keeps the journal while the events cannot be written', async () => {
    const { zone, zoneId, hear, watch, telemetry, brief, kill } = await newZone()
    zone.now = noon + 30 * minute
    await hear({ at: noon, eastM: 0 })
    await test.database.exec('alter table geofence_event rename to geofence_event_away')
    try {
      await expect(telemetry().store.flush(true)).rejects.toThrow()
      await expect(watch().settle()).rejects.toThrow()
    } finally {
      await test.database.exec('alter table geofence_event_away rename to geofence_event')
    }
    const entries = await test.db.selectFrom('telemetry_journal').select('seq').where('zone_id', '=', zoneId).execute()
    expect(entries).toHaveLength(1)

    await kill()
    await watch().settle()
    expect(await brief()).toEqual([['entry', 0, false]])
  })
})

/** What a reader would say who has all fixes before them, in order. */
function model(fixes: readonly Seen[], shape: Shape, { marginM, dwellS, speedLimitKmh }: GeofenceWish, now: number) {
  const ready = readyFence(shape)
  if (!ready.ok) throw new Error(ready.error.rule)
  const must: string[] = []
  const may: string[] = []
  let stay: { entered: number; inside: number } | null = null
  let fast = false
  const dwellMs = (dwellS ?? 0) * 1_000
  const dwell = (entered: number) => `dwell ${entered + dwellMs}`
  for (const { at, eastM, speedKmh = 0 } of fixes.toSorted((a, b) => a.at - b.at)) {
    // As exact as it is kept.
    const place = { lon: Math.round(east(eastM).lon * 1e6) / 1e6, lat: Math.round(centre.lat * 1e6) / 1e6 }
    const isIn = isInFence(place, ready.value)
    if (isIn && !stay) {
      stay = { entered: at, inside: at }
      must.push(`entry ${at}`)
    } else if (stay && (isIn || distanceToFenceM(place, ready.value) <= marginM)) stay.inside = at
    else if (stay) {
      must.push(`exit ${at}`)
      if (dwellS !== null && stay.inside - stay.entered >= dwellMs) must.push(dwell(stay.entered))
      else if (dwellS !== null && at >= stay.entered + dwellMs) may.push(dwell(stay.entered))
      stay = null
      fast = false
    }
    if (!stay || speedLimitKmh === null) continue
    if (!fast && speedKmh > speedLimitKmh) must.push(`speeding ${at}`)
    fast = speedKmh > (fast ? speedLimitKmh - 5 : speedLimitKmh)
  }
  if (stay && dwellS !== null && stay.entered + dwellMs <= now) must.push(dwell(stay.entered))
  return { must, may }
}

describe('any vehicle and any fences', () => {
  const shapes: readonly Shape[] = [
    circle(300),
    {
      kind: 'polygon',
      rings: [
        [east(100), east(700), { ...east(700), lat: 44.01 }, { ...east(100), lat: 44.01 }].map((p) => ({
          ...p,
          lat: p.lat - 0.002,
        })),
      ],
    },
    {
      kind: 'corridor',
      line: [
        { ...east(900), lat: 43.9 },
        { ...east(900), lat: 44.1 },
      ],
      halfWidthM: 150,
    },
  ]
  const terms: readonly Partial<GeofenceWish>[] = shapes.map((shape, index) => ({
    name: `fence ${index}`,
    shape,
    dwellS: index === 2 ? null : 120 * (index + 1),
    speedLimitKmh: index === 0 ? null : 60,
    marginM: index * 40,
  }))

  it('are told as a reader of all fixes in order would tell, however they come, twice, late or around crashes', async () => {
    const fix = fc.record({ eastM: fc.integer({ min: -600, max: 1_400 }), speedKmh: fc.integer({ min: 0, max: 90 }) })
    const act = fc.oneof(
      { weight: 6, arbitrary: fc.record({ deliver: fc.array(fc.nat(39), { minLength: 1, maxLength: 5 }) }) },
      { weight: 2, arbitrary: fc.constantFrom('settle', 'round', 'flush', 'kill' as const) },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fix, { minLength: 20, maxLength: 20 }),
        fc.array(fix, { minLength: 20, maxLength: 20 }),
        fc.array(act, { minLength: 8, maxLength: 20 }),
        async (one, other, acts) => {
          const { zone, ids, hear, watch, telemetry, events, kill, close } = await newZone(terms)
          zone.now = noon + 30 * minute
          const fixes = [one, other].flatMap((list, vehicle) =>
            list.map((seen, index) => ({ ...seen, point: vehicle + 1, at: noon + index * 40_000 })),
          )
          const heard = new Set<number>()
          for (const act of acts) {
            if (typeof act === 'object') {
              for (const index of act.deliver) heard.add(index)
              await hear(...act.deliver.flatMap((index) => fixes[index] ?? []))
            }
            if (act === 'settle') await watch().settle()
            if (act === 'round') await watch().round()
            if (act === 'flush') await telemetry().store.flush(true)
            if (act === 'kill') await kill()
            zone.now += 100
          }
          await watch().round({ everything: true })
          const rows = await events()

          for (const point of [1, 2])
            for (const [index, id] of ids.entries()) {
              const own = fixes.filter((seen, place) => seen.point === point && heard.has(place))
              const { must, may } = model(own, shapes[index] ?? circle(), wish(terms[index]), zone.now)
              const found = rows
                .filter((row) => row.point_id === point && row.fence_id === id)
                .map(({ kind, at }) => `${kind} ${at}`)
              expect(found.filter((line) => !may.includes(line)).toSorted()).toEqual(must.toSorted())
            }
          await close()
        },
      ),
      { numRuns: 10 },
    )
  })
})
