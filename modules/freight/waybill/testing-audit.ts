import { destination, type Fix } from '@tingzhou/geo'
import { epochMs } from '@tingzhou/kernel'
import { fileSettings } from '../risk/rule-file.ts'
import type { RiskRule, RuleSetting, RuleSettings } from '../risk/words.ts'
import type { AuditFacts } from './audit-rules.ts'
import { judge, scoreOf } from './audit-rules.ts'

const minuteMs = 60_000
/** Ten in the morning in Beijing; the way begins at ten past and takes an hour. */
export const started = Date.UTC(2026, 2, 2, 2)
export const left = started + 10 * minuteMs
export const arrived = left + 60 * minuteMs
export const mine = { lon: 87.3, lat: 44 }
/** 60 km to the east. */
export const plant = destination(mine, 90, 60_000)

/** A fix a minute from one place to another, straight and steady. */
export const drive = (from: typeof mine, to: typeof mine, since: number, until: number, stepMs = minuteMs): Fix[] =>
  Array.from({ length: Math.floor((until - since) / stepMs) + 1 }, (_, index) => {
    const share = (index * stepMs) / (until - since)
    const lon = from.lon + (to.lon - from.lon) * share
    return { at: epochMs(since + index * stepMs), lon, lat: from.lat + (to.lat - from.lat) * share }
  })

/** A waybill with which nothing is wrong, and whose truck has a terminal. */
export const cleanFacts: AuditFacts = {
  times: [
    { step: 'created', at: 0 },
    { step: 'accepted', at: 10 },
    { step: 'unloaded', at: 20 },
    { step: 'signed', at: 20 },
  ],
  others: [],
  slips: [
    {
      end: 'load',
      grossKg: 47_000,
      netKg: 32_000,
      weighedAt: left,
      takenAt: left,
      photoLonDeg: mine.lon,
      photoLatDeg: mine.lat,
    },
  ],
  ratedLoadKg: 33_000,
  vehicleGrossKg: 49_000,
  carrierName: 'carrier',
  payees: [{ holder: 'carrier' }],
  money: { dueFen: 100, billFen: 100 },
  photosElsewhere: [],
  photosAlike: [],
  blockers: [{ day: '2026-03-02', found: [] }],
  sameParty: false,
  track: { fixes: drive(mine, plant, left, arrived), gaps: [], trouble: null },
  phone: [
    { at: epochMs(left), ...mine },
    { at: epochMs(arrived), ...plant },
  ],
  way: { from: left, to: arrived },
  places: [
    { end: 'load', name: 'mine', lonDeg: mine.lon, latDeg: mine.lat, fenceM: 500 },
    { end: 'unload', name: 'plant', lonDeg: plant.lon, latDeg: plant.lat, fenceM: 500 },
  ],
  stays: [
    { end: 'load', from: started, to: left },
    { end: 'unload', from: arrived, to: arrived },
  ],
  whole: true,
  plannedM: 60_000,
  onTour: false,
  agreedPlate: '新A·91001',
  leftWith: { plate: '新A91001', plateColour: '2', trailerPlate: '' },
  registered: { plate: '新A·91001', plateColour: '2', trailerPlate: '', typeCode: 'H17' },
  devicePlate: null,
  cargoClass: '0100',
  carrierMilliFen: 7_800_000,
  lane: { medianMilliFen: 7_800_000, trips: 5 },
  day: { trips: 1, plannedM: 60_000 },
  month: { trips: 1, plannedM: 60_000, netKg: 32_000, days: 31 },
}

export const settings: RuleSettings = fileSettings()
/** The rules of the file with one set otherwise. */
export const settingsWith = (rule: RiskRule, setting: Partial<RuleSetting>): RuleSettings => ({
  ...settings,
  [rule]: { ...settings[rule], ...setting },
})

/** What does not pass of a clean waybill that is otherwise in some facts, as `R4 warn`, and the score of it. */
export function foundIn(over: Partial<AuditFacts>, rules = settings) {
  const found = judge({ ...cleanFacts, ...over }, rules).filter(({ result }) => result !== 'pass')
  return { found: found.map(({ rule, result }) => `${rule} ${result}`), score: scoreOf(found, rules) }
}
