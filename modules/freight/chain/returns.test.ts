import { describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import en from './locales/en.json' with { type: 'json' }
import { withBounds } from '@tingzhou/records/bounds'
import { judgeReturn, rankReturns, type ReturnLoad, type Seeker } from './returns.ts'
import { endText } from '../waybill/texts.ts'
import { flagText, nextEndText, returnText, unservedText } from './texts.ts'
import { freeAt, restsOn } from './way.ts'
import { chainBounds, misfits, nextEnds, nextFlags, returnReasons, unservedKinds } from './words.ts'

const now = Date.UTC(2026, 2, 2, 2)
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const numbers = withBounds(chainBounds, {})
const rules = { numbers, bendPct: 125, fits: () => true }
/** So many kilometres of road to the east of the unloading place. */
const east = (km: number) => ({ lon: 87.7 + km / 1.25 / 79.98, lat: 44 })

const seeker: Seeker = {
  place: east(0),
  free: { atMs: now + hourMs, drivenS: 0, unloadingFromMs: now + hourMs / 2 },
  ratedKg: 33_000,
  typeCode: 'H17',
  home: east(-182),
}
const load = (id: string, fromKm: number, toKm: number, over: Partial<ReturnLoad> = {}): ReturnLoad => ({
  id,
  number: id,
  from: east(fromKm),
  to: east(toKm),
  measure: 'ton',
  truckPlan: 32_000,
  left: 64_000,
  cargoClass: '0100',
  loadFrom: now,
  loadUntil: now + 24 * hourMs,
  forbidden: false,
  ...over,
})
const order = (loads: readonly ReturnLoad[], over: Partial<Seeker> = {}) =>
  rankReturns(loads, { ...seeker, ...over }, rules).map((one) => one.load.id)

describe('return loads', () => {
  it('say what comes home loaded, and go before those that are nearer but lead away', () => {
    const [home, away, near] = [load('home', 12, -182), load('away', 0, 100), load('near', 5, 0)]

    const ranked = rankReturns([away, near, home], seeker, rules)

    expect(ranked.map((one) => one.load.id)).toEqual(['home', 'near', 'away'])
    const [first] = ranked
    expect(first?.reasons.map(({ kind }) => kind)).toEqual(['empty', 'home_loaded', 'homeward'])
    expect(first && first.reasons[1] && returnText('en', first.reasons[1])).toMatch(
      /instead of 18[12](\.\d)? km empty only 1[12](\.\d)? km/,
    )
    // Without a home only the empty way counts.
    expect(order([away, near, home], { home: null })).toEqual(['away', 'near', 'home'])
  })

  it('are reached with the rests that the law asks for', () => {
    const far = load('far', 145, 0)
    const arrives = (drivenS: number) => {
      const judged = judgeReturn(far, { ...seeker, free: { ...seeker.free, drivenS } }, rules)
      return 'misfit' in judged ? null : judged.arriveAt
    }
    // 145 km at 50 km/h are 174 minutes; after 2 h at the wheel 20 minutes of rest are among them.
    expect(Math.round(((arrives(0) ?? 0) - seeker.free.atMs) / minuteMs)).toBe(174)
    expect((arrives(2 * 3_600) ?? 0) - (arrives(0) ?? 0)).toBe(20 * minuteMs)
  })

  it('wait for their window, at most as long as the zone says, and are refused by name', () => {
    const judged = judgeReturn(load('later', 0, 0, { loadFrom: now + 3 * hourMs }), seeker, rules)
    expect(judged).toMatchObject({ waitMinutes: 120 })
    const misfit = (over: Partial<ReturnLoad>) => judgeReturn(load('x', 0, 0, over), seeker, rules)
    expect(misfit({ loadFrom: now + 14 * hourMs })).toEqual({ misfit: 'too_long_wait' })
    expect(misfit({ loadUntil: now + 59 * minuteMs })).toEqual({ misfit: 'too_late' })
    expect(misfit({ truckPlan: 34_000 })).toEqual({ misfit: 'too_heavy' })
    // The last truckload is what is left.
    expect(misfit({ truckPlan: 34_000, left: 20_000 })).toMatchObject({ emptyM: 0 })
    expect(misfit({ measure: 'm3', truckPlan: 90_000 })).toMatchObject({ emptyM: 0 })
    expect(misfit({ forbidden: true })).toEqual({ misfit: 'forbidden' })
    expect(judgeReturn(load('x', 0, 0), seeker, { ...rules, fits: () => false })).toEqual({ misfit: 'wrong_body' })
    expect(order([load('beyond', 151, 0), load('within', 149, 0)])).toEqual(['within'])
  })
})

describe('the end of a trip', () => {
  const trip = { state: 'in_transit', straightM: 160_000 }

  it('is not before now, and has the rests of a way that was not planned', () => {
    const planned = freeAt({ ...trip, expectedAt: epochMs(now + hourMs) }, numbers, 125, now)
    expect(planned.atMs).toBe(now + hourMs + 30 * minuteMs)
    expect(freeAt({ ...trip, expectedAt: epochMs(now - hourMs) }, numbers, 125, now).atMs).toBe(now + 30 * minuteMs)
    // 200 km at 50 km/h are 4 h, which is as long as one may drive; a metre more takes a rest.
    const without = (straightM: number) => freeAt({ ...trip, straightM, expectedAt: null }, numbers, 125, now)
    expect(without(160_000)).toMatchObject({ atMs: now + 4.5 * hourMs, drivenS: 4 * 3_600 })
    expect(without(160_800).atMs).toBe(now + 4.5 * hourMs + 20 * minuteMs + 72_000)
  })

  it('rests lie where the clock has them', () => {
    const rule = { driveMaxS: 14_400, restS: 1_200 }
    expect(restsOn({ atS: 100, drivenS: 0 }, 14_400, rule, 0)).toEqual([])
    expect(restsOn({ atS: 100, drivenS: 14_000 }, 15_000, rule, 0)).toEqual([
      { at: 500_000, until: 1_700_000 },
      { at: 16_100_000, until: 17_300_000 },
    ])
  })
})

describe('texts of chains', () => {
  it('say everything with their numbers in both languages', () => {
    const counted = Object.fromEntries(
      'emptyM insteadM nearerM worthM minutes trucks kg tripsMax loadTripsMax'.split(' ').map((name) => [name, 1_234]),
    )
    const lost = { loadId: '', number: '', trips: 1, numbers: counted }
    for (const lang of ['zh-CN', 'en'] as const) {
      const texts = [
        ...returnReasons.map((kind) => returnText(lang, { kind, numbers: counted })),
        ...unservedKinds.map((kind) => unservedText(lang, { ...lost, kind })),
        ...nextFlags.map((flag) => flagText(lang, flag)),
        ...nextEnds.map((end) => nextEndText(lang, end)),
      ]
      expect(texts.filter((text) => text === '' || text.includes('{') || text.includes('_'))).toEqual([])
    }
    expect(Object.keys(en.reason)).toEqual([...returnReasons])
  })

  it('say why a waybill ended that was offered as a next load; what a person wrote stays', () => {
    const reasons = ['trip_cancelled', 'trip_transloaded', ...misfits]
    for (const lang of ['zh-CN', 'en'] as const)
      expect(reasons.filter((reason) => endText(lang, reason) === reason)).toEqual([])
    expect(endText('en', '车坏了')).toBe('车坏了')
  })
})
