import type { Version } from '@tingzhou/jt808'
import data from '../data/fleet.json' with { type: 'json' }
import { noise, noiseBetween } from './noise.ts'

/** Who a truck and its terminal are. Everything is invented: no mobile number begins with 999, no plate has a dot and a T. */
export type Identity = {
  readonly id: number
  /** Also the name by which the platform knows the terminal. */
  readonly phone: string
  readonly plate: string
  /** Code of the equipment. */
  readonly segment: string
  readonly terminalId: string
  readonly version: Version
  /** How far its clock is ahead at first, milliseconds: some are not set well. */
  readonly clockAheadMs: number
  /** How much faster than time its clock goes, millionths; below zero: slower. */
  readonly clockDriftPpm: number
  /** Whether it asks the platform for the time: of 2019 most do, before 2019 none can. */
  readonly asksTime: boolean
}

export const maker = 'TZSIM'
export const model = 'TZ-SIM-1'
const phonePrefix = '999000'
const wrongClockShare = 0.08
const wrongClockMaxS = 90
// Quartz without temperature compensation, between the cold and the heat of a cab.
const driftMaxPpm = 40
const asksTimeShare = 0.9

/** The identity of the truck of a number, counted from 1 on plates. Versions 2011, 2013 and 2019 are mixed 1 : 4 : 5. */
export function identityOf(id: number): Identity {
  const digits = String(id + 1)
  const isWrong = noise(id, 51) < wrongClockShare
  const version = versionOf(id)
  return {
    id,
    phone: phonePrefix + digits.padStart(5, '0'),
    plate: data.plate.replace('{n}', digits.padStart(4, '0')),
    segment: `SIM-T${digits.padStart(4, '0')}`,
    terminalId: `T${digits.padStart(6, '0')}`,
    version,
    clockAheadMs: isWrong ? Math.round(noiseBetween(-wrongClockMaxS, wrongClockMaxS, id, 52)) * 1_000 : 0,
    clockDriftPpm: noiseBetween(-driftMaxPpm, driftMaxPpm, id, 53),
    asksTime: version === '2019' && noise(id, 54) < asksTimeShare,
  }
}

const versionOf = (id: number): Version => (id % 10 === 0 ? '2011' : id % 10 < 5 ? '2013' : '2019')
