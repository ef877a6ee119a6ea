import { describe, expect, it } from 'vitest'
import { destination, shortDistanceM, type Fix } from '@tingzhou/geo'
import { epochMs } from '@tingzhou/kernel'
import { hasCode } from '../codes.ts'
import bodies from '../data/goods-bodies.json' with { type: 'json' }
import { judge, judgePaid, type AuditFacts } from './audit-rules.ts'
import type { PaidFacts } from './audit-paid-rules.ts'
import { shapesOf } from './audit-track-rules.ts'
import {
  arrived,
  cleanFacts,
  drive,
  foundIn,
  left,
  mine,
  plant,
  settings,
  settingsWith,
  started,
} from './testing-audit.ts'

const minuteMs = 60_000
type Case = readonly [what: string, over: Partial<AuditFacts>, expected: readonly string[]]
const fixes = cleanFacts.track?.fixes ?? []
const track = (over: Partial<NonNullable<AuditFacts['track']>>) => ({
  track: { fixes, gaps: [], trouble: null, ...over },
})
/** A gap of minutes in the middle of the way. */
const gap = (minutes: number, since = left + minuteMs) => ({ from: since, to: since + minutes * minuteMs })
/** More than a day on the way, so that long gaps leave most of it covered. */
const late = left + 1_500 * minuteMs
const slowTrack = (gaps: readonly { from: number; to: number }[]) => ({
  way: { from: left, to: late },
  stays: [cleanFacts.stays[0]!, { end: 'unload' as const, from: late, to: late }],
  phone: [cleanFacts.phone[0]!, { at: epochMs(late), ...plant }],
  track: { fixes: drive(mine, plant, left, late), gaps, trouble: null },
})
const finding = (over: Partial<AuditFacts>, rule: string) => {
  const found = judge({ ...cleanFacts, ...over }, settings).find((one) => one.rule === rule)
  if (!found) throw new Error(`${rule} is judged`)
  return found
}

describe('rules of the track, at their bounds', () => {
  const cases: readonly Case[] = [
    // Of 60 minutes 12 are a fifth.
    ['R4: 80 % of the way is enough', track({ gaps: [gap(12)] }), []],
    ['R4: less is not', track({ gaps: [gap(13)] }), ['R4 block']],
    ['R4: an hour without a fix is no gap yet', slowTrack([gap(60)]), []],
    ['R4: longer is worth a look', slowTrack([gap(61)]), ['R4 warn']],
    ['R4: four hours are', slowTrack([gap(240)]), ['R4 warn']],
    ['R4: more blocks', slowTrack([gap(241)]), ['R4 block']],
    ['R4: gaps before and after the way do not count', track({ gaps: [{ from: 0, to: left }] }), []],
    [
      'R4: a terminal that says nothing covers nothing',
      { track: { fixes: [], gaps: [{ from: started, to: arrived }], trouble: null } },
      ['R4 block', 'R5 block', 'R6 unjudged', 'R7 unjudged', 'R8 unjudged'],
    ],
    [
      'R4: a light truck is only warned of',
      { ...track({ gaps: [gap(30)] }), vehicleGrossKg: 4_500, slips: [] },
      ['R4 warn'],
    ],
    [
      'no terminal: the phone was at both ends, which is all that is known',
      { track: null },
      ['R4 warn', 'R6 unjudged', 'R7 unjudged', 'R8 unjudged'],
    ],
    [
      'no terminal and no phone',
      { track: null, phone: [] },
      ['R4 warn', 'R5 warn', 'R6 unjudged', 'R7 unjudged', 'R8 unjudged'],
    ],
  ]
  it.each(cases)('%s', (_what, over, expected) => expect(foundIn(over).found).toEqual(expected))

  const aside = (metres: number) => {
    const shifted = fixes.map((fix) => ({ ...fix, ...destination(fix, 0, metres) }))
    return { ...track({ fixes: shifted }), phone: [] }
  }
  it.each([
    [499, []],
    [501, ['R5 block']],
  ])('R5: %d m from places whose fence is 500 m', (metres, expected) => {
    const found = foundIn(aside(metres)).found.filter((one) => one.startsWith('R5'))
    expect(found).toEqual(expected)
  })

  it('R5: a fix counts up to two hours from the stated times', () => {
    const stated = (minutes: number) => {
      const at = left + minutes * minuteMs
      const stays = [{ end: 'load' as const, from: at, to: at }, cleanFacts.stays[1]!]
      return foundIn({
        stays,
        track: { fixes: [...fixes.slice(0, 1), ...fixes.slice(30)], gaps: [], trouble: null },
        phone: [],
      }).found
    }
    expect(stated(120)).toEqual(['R8 unjudged'])
    expect(stated(121)).toEqual(['R5 block', 'R8 unjudged'])
  })

  it('R5: what lies between the ends of a gap is no fix, but where both lie within the fence', () => {
    // It drives on past the plant; its terminal is silent from the middle of the way until 20 km behind it.
    const behind = destination(plant, 90, 20_000)
    const until = arrived + 20 * minuteMs
    const way = [...drive(mine, plant, left, arrived), ...drive(plant, behind, arrived + minuteMs, until)]
    const silence = { from: left + 30 * minuteMs, to: until }
    const heard = way.filter(({ at }) => at <= silence.from || at >= silence.to)
    const found = (over: Partial<AuditFacts>) =>
      foundIn({ ...over, phone: [] }).found.filter((one) => one.startsWith('R5'))
    const parked = { from: arrived, to: arrived + 600 * minuteMs }
    const stays = [cleanFacts.stays[0]!, { end: 'unload' as const, from: parked.from + 300 * minuteMs, to: parked.to }]

    expect(found(track({ fixes: way }))).toEqual([])
    expect(found(track({ fixes: heard, gaps: [silence] }))).toEqual(['R5 block'])
    const slept = [...fixes, { ...fixes.at(-1)!, at: epochMs(parked.to + 180 * minuteMs) }]
    expect(found({ ...track({ fixes: slept, gaps: [{ ...parked, to: slept.at(-1)!.at }] }), stays })).toEqual([])
  })

  const planned = (metres: number) => foundIn({ plannedM: metres }).found
  const lengthM = Number(finding({}, 'R6').evidence.lengthM)
  it.each([
    [lengthM / 0.801, []],
    [lengthM / 0.798, ['R6 warn']],
    [lengthM / 1.399, []],
    [lengthM / 1.402, ['R6 warn']],
  ])('R6: of %d m that were planned the track has 60 km', (metres, expected) => {
    expect(lengthM).toBeGreaterThan(59_900)
    expect(planned(Math.round(metres))).toEqual(expected)
  })

  it.each([
    [90, []],
    [91, ['R7 block']],
  ])('R7: a mean speed of %d km/h', (kmh, expected) => {
    // Just below the speed: what is asked is the length of the track, which is some metres shorter than 60 km.
    const until = left + 60 * Math.round(((lengthM / (kmh - 0.04)) * 3_600) / 60)
    const over = {
      track: { fixes: drive(mine, plant, left, until, (until - left) / 60), gaps: [], trouble: null },
      way: { from: left, to: until },
      stays: [cleanFacts.stays[0]!, { end: 'unload' as const, from: until, to: until }],
      phone: [],
    }
    expect(foundIn(over).found).toEqual([...expected, 'R8 unjudged'])
  })

  it('R7: a leap of more than 5 km at more than 200 km/h, drawn where it was', () => {
    const leapTo = (metres: number): Fix[] =>
      fixes.map((fix, index) => (index === 30 ? { ...fix, ...destination(fix, 0, metres) } : fix))
    const leaps = (metres: number) => finding({ ...track({ fixes: leapTo(metres) }), phone: [] }, 'R7')
    expect(leaps(4_800).result).toBe('pass')
    const found = leaps(6_000)
    expect(found.result).toBe('block')
    expect(found.shapes?.map(({ kind, fromAt }) => [kind, fromAt])).toEqual([
      ['leap', fixes[29]?.at],
      ['leap', fixes[30]?.at],
    ])
  })

  it.each([
    [1_990, []],
    [2_010, ['R8 warn']],
  ])('R8: a phone that is %d m from the terminal', (metres, expected) => {
    const phone = cleanFacts.phone.map((fix) => ({ ...fix, ...destination(fix, 0, metres) }))
    expect(foundIn({ phone }).found).toEqual(expected)
  })
})

it('a tour that goes another way than was planned is worth a look, and never stops an audit', () => {
  const strict = settingsWith('R6', { breach: 'block' })
  expect(foundIn({ plannedM: 20_000 }, strict).found).toEqual(['R6 block'])
  expect(foundIn({ plannedM: 20_000, onTour: true }, strict).found).toEqual(['R6 warn'])
  expect(foundIn({ onTour: true }, strict).found).toEqual([])
})

describe('rules of vehicle, trips and price, at their bounds', () => {
  const { registered } = cleanFacts
  const cases: readonly Case[] = [
    ['R9: another plate than agreed', { agreedPlate: '新A·91002' }, ['R9 block']],
    ['R9: another colour than it left with', { registered: { ...registered, plateColour: '1' } }, ['R9 block']],
    ['R9: another trailer', { registered: { ...registered, trailerPlate: '新A1234挂' } }, ['R9 block']],
    ['R9: nothing was noted when it left', { leftWith: null }, []],
    ['R9: a terminal of another plate is worth a look', { devicePlate: '新A·77777' }, ['R9 warn']],
    ['R13: 40 % above the median', { carrierMilliFen: 10_920_000 }, []],
    ['R13: more than that', { carrierMilliFen: 10_930_000 }, ['R13 warn']],
    ['R13: 40 % below', { carrierMilliFen: 4_680_000 }, []],
    ['R13: less than that', { carrierMilliFen: 4_670_000 }, ['R13 warn']],
    ['R13: four trips tell nothing', { lane: { medianMilliFen: 1, trips: 4 } }, ['R13 unjudged']],
    // At 60 km/h 60 km take an hour, and each end half an hour: twelve trips are a day.
    ['R14: twelve trips fill a day', { day: { trips: 12, plannedM: 720_000 } }, []],
    ['R14: thirteen are more than there is', { day: { trips: 13, plannedM: 780_000 } }, ['R14 warn']],
    ['R17: coal in a tank', { registered: { ...registered, typeCode: 'H14' } }, ['R17 block']],
    ['R17: oil in a tipper', { cargoClass: '0200' }, ['R17 block']],
    ['R17: oil in a tank', { cargoClass: '0200', registered: { ...registered, typeCode: 'B13' } }, []],
    ['R17: frozen goods in a van', { cargoClass: '1602', registered: { ...registered, typeCode: 'H12' } }, []],
    [
      'R17: frozen goods on a flatbed',
      { cargoClass: '1602', registered: { ...registered, typeCode: 'H15' } },
      ['R17 block'],
    ],
    ['R17: what a tractor draws is not known', { registered: { ...registered, typeCode: 'Q11' } }, ['R17 unjudged']],
    // There and back are two hours, with both ends three: 248 trips of 33 t in 31 days.
    ['R19: as much as there is time for', { month: { trips: 9, plannedM: 540_000, netKg: 8_184_000, days: 31 } }, []],
    ['R19: a kilogram more', { month: { trips: 9, plannedM: 540_000, netKg: 8_184_001, days: 31 } }, ['R19 warn']],
  ]
  it.each(cases)('%s', (_what, over, expected) => expect(foundIn(over).found).toEqual(expected))

  it('R15: a photo says that it was taken elsewhere or at another time', () => {
    const [slip] = cleanFacts.slips
    const photo = (over: object) => foundIn({ slips: [{ ...slip!, ...over }] }).found
    expect(photo({ takenAt: left - 360 * minuteMs })).toEqual([])
    expect(photo({ takenAt: left - 361 * minuteMs })).toEqual(['R15 warn'])
    expect(photo({ photoLatDeg: destination(mine, 0, 2_490).lat })).toEqual([])
    expect(photo({ photoLatDeg: destination(mine, 0, 2_510).lat })).toEqual(['R15 warn'])
    expect(photo({ takenAt: null, photoLonDeg: null, photoLatDeg: null })).toEqual([])
  })
})

describe('rules of the payment', () => {
  const clean: PaidFacts = {
    dueFen: 2_504_00,
    doneFen: 2_004_00,
    setOffFen: 500_00,
    signedAt: 10,
    bank: [{ line: 'balance', doneAt: 10, serial: 'S1' }],
    serialsTwice: [],
    fuelFen: 0,
    plannedM: 100_000,
  }
  // 90 litres there and back over 100 km: 702 yuan at 7.80.
  it.each([
    ['all is well', {}, ['R20 unjudged']],
    ['a fen is missing', { doneFen: 2_003_99 }, ['R11 block', 'R20 unjudged']],
    ['a fen too much', { doneFen: 2_004_01 }, ['R11 block', 'R20 unjudged']],
    [
      'paid before the signature',
      { bank: [{ line: 'balance', doneAt: 9, serial: 'S1' }] },
      ['R11 block', 'R20 unjudged'],
    ],
    ['a serial number that is another’s too', { serialsTwice: ['S1'] }, ['R11 block', 'R20 unjudged']],
    ['fuel for the way there and back', { fuelFen: 702_00 }, []],
    ['fuel for more', { fuelFen: 703_00 }, ['R20 warn']],
  ])('%s', (_what, over, expected) => {
    const found = judgePaid({ ...clean, ...over }, settings).filter(({ result }) => result !== 'pass')
    expect(found.map(({ rule, result }) => `${rule} ${result}`)).toEqual(expected)
  })
})

describe('goods and bodies', () => {
  it('are codes of their tables, each body code once', () => {
    const codes = Object.values(bodies.bodies).flat()
    const cargo = [...bodies.goods.map((one) => one.cargo), ...bodies.bodyGoods.flatMap(({ only }) => only)]
    const named = [...bodies.goods.flatMap(({ only }) => only), ...bodies.bodyGoods.map(({ body }) => body)]
    expect(codes.filter((code) => !hasCode('vehicle-type', code))).toEqual([])
    expect(new Set(codes).size).toBe(codes.length)
    expect(cargo.filter((code) => !hasCode('cargo-class', code))).toEqual([])
    expect(named.filter((body) => !(body in bodies.bodies))).toEqual([])
  })
})

describe('how rules are set', () => {
  it('a rule that is off says nothing, one that only warns does not block, limits and weights are the edition’s', () => {
    const far = { plannedM: 30_000 }
    expect(foundIn(far)).toEqual({ found: ['R6 warn'], score: settings.R6.weight })
    expect(foundIn(far, settingsWith('R6', { breach: 'off' })).found).toEqual([])
    expect(foundIn(far, settingsWith('R6', { breach: 'block', weight: 7 }))).toEqual({ found: ['R6 block'], score: 7 })
    const limits = { ratioMinPct: 80, ratioMaxPct: 210 }
    expect(foundIn(far, settingsWith('R6', { limits })).found).toEqual([])
  })

  it('without a terminal a breach does what is set for that', () => {
    const found = foundIn({ track: null }, settingsWith('R4', { withoutTerminal: 'block' })).found
    expect(found[0]).toBe('R4 block')
  })
})

describe('what is drawn', () => {
  it('has at most 500 points of a track, and the ends of each gap', () => {
    const wild = Array.from({ length: 40_000 }, (_, index) => ({
      at: epochMs(left + index * 1_000),
      lon: mine.lon + Math.sin(index / 9) * 0.05 + index * 1e-5,
      lat: mine.lat + Math.cos(index / 7) * 0.05,
    }))
    const shapes = shapesOf({ ...cleanFacts, track: { fixes: wild, gaps: [], trouble: null } })
    const line = shapes.find(({ kind }) => kind === 'track')
    expect(shapes.map(({ kind }) => kind)).toEqual(['fence', 'fence', 'track', 'phone'])
    expect(line?.places.length).toBeGreaterThan(10)
    expect(line?.places.length).toBeLessThanOrEqual(500)
    expect(line).toMatchObject({ fromAt: wild[0]?.at, toAt: wild.at(-1)?.at })

    const { shapes: gaps } = finding(track({ gaps: [gap(12)] }), 'R4')
    const [[from, to] = []] = gaps?.map(({ places }) => places) ?? []
    const place = ([lon = 0, lat = 0]: readonly number[] = []) => ({ lon, lat })
    expect(shortDistanceM(place(from), place(to))).toBeGreaterThan(11_000)
  })
})
