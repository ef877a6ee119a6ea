import type { Position } from '@tingzhou/jt808'
import type { Identity } from './identity.ts'
import { noise, noiseBetween } from './noise.ts'
import type { Roads, Sight } from './roads.ts'
import { limitOf, restDueS, sightOf, type Truck } from './truck.ts'

/** Bits of the alarm word. Source: JT/T 808-2019, position report 0x0200. */
export const alarm = { sos: 1, overspeed: 1 << 1, fatigue: 1 << 2 } as const
const status = {
  accOn: 1,
  fixed: 1 << 1,
  half: 1 << 8,
  full: 3 << 8,
  doorsLocked: 1 << 12,
  gps: 1 << 18,
  beidou: 1 << 19,
  moving: 1 << 22,
} as const

const earthRadiusM = 6_371_008.8
const besideRoadM = 6
const speedMarginKmh = 1

/** What else a terminal knows when it reports. */
export type Condition = {
  readonly isSos: boolean
  readonly areDoorsLocked: boolean
  /** The platform's own limit; the road's where it is lower. */
  readonly speedMaxKmh: number | null
}

/**
 * What the terminal of a truck reports: the place beside its road as a receiver sees it, to the second.
 * @param timeMs  by the terminal's clock, whole seconds
 */
export function reportOf(roads: Roads, truck: Truck, identity: Identity, condition: Condition, timeMs: number) {
  const sight = sightOf(roads, truck)
  const second = Math.floor(timeMs / 1_000)
  const speedKmh = Math.round(truck.speedMs * 36) / 10
  const { lon, lat } = besideRoad(sight, truck, second)
  const position: Position = {
    alarmBits: alarmBitsOf(roads, truck, condition, speedKmh),
    statusBits: statusBitsOf(truck, identity, condition, speedKmh),
    latitude: lat,
    longitude: lon,
    altitudeM: Math.round(sight.altitudeM + noiseBetween(-3, 3, truck.seed, 61, second)),
    speedKmh,
    directionDeg: Math.round(sight.headingDeg) % 360,
    timeMs,
    items: [
      { kind: 'odometer', odometerM: Math.floor(truck.odometerM / 100) * 100 },
      { kind: 'fuel', fuelL: Math.round(truck.fuelL * 10) / 10 },
      { kind: 'radio_signal', signalStrength: Math.floor(noiseBetween(12, 32, truck.seed, 62, second)) },
      { kind: 'satellites', satelliteCount: Math.floor(noiseBetween(9, 21, truck.seed, 63, second)) },
    ],
  }
  return { position, isBlind: sight.isBlind }
}

/** Receivers are some metres off; the more so while they move. */
function besideRoad({ lon, lat }: Sight, truck: Truck, second: number): { readonly lon: number; readonly lat: number } {
  const spreadM = truck.speedMs > 0 ? besideRoadM : besideRoadM / 3
  const [east, north] = [noise(truck.seed, 64, second) * 2 - 1, noise(truck.seed, 65, second) * 2 - 1]
  const degrees = 180 / Math.PI / earthRadiusM
  return {
    lon: microdegrees(lon + (east * spreadM * degrees) / Math.cos((lat * Math.PI) / 180)),
    lat: microdegrees(lat + north * spreadM * degrees),
  }
}

const microdegrees = (degrees: number): number => Math.round(degrees * 1e6) / 1e6

function alarmBitsOf(roads: Roads, truck: Truck, { isSos, speedMaxKmh }: Condition, speedKmh: number): number {
  const limitKmh = Math.min(limitOf(roads, truck) * 3.6, speedMaxKmh ?? Number.POSITIVE_INFINITY)
  const isTired = truck.doing.kind === 'driving' && truck.doing.drivenS > restDueS
  return (
    (isSos ? alarm.sos : 0) |
    (speedKmh > limitKmh + speedMarginKmh ? alarm.overspeed : 0) |
    (isTired ? alarm.fatigue : 0)
  )
}

function statusBitsOf(truck: Truck, { version }: Identity, { areDoorsLocked }: Condition, speedKmh: number): number {
  const load =
    truck.doing.kind === 'loading' || truck.doing.kind === 'unloading' ? status.half : truck.isLoaded ? status.full : 0
  return (
    status.fixed |
    status.gps |
    status.beidou |
    load |
    (truck.doing.kind === 'resting' ? 0 : status.accOn) |
    (areDoorsLocked ? status.doorsLocked : 0) |
    (version === '2019' && speedKmh > 0 ? status.moving : 0)
  )
}
