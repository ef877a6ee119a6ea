import { formatTime, item, type Group } from '@tingzhou/hj212'
import { epochMs } from '@tingzhou/kernel'
import { noise, slowNoise } from '../fleet/noise.ts'
import type { Identity, Measured } from './identity.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const changeMs = 20 * minuteMs
const samples = 12

// Each station calibrates for half an hour a day, and loses the network for three quarters of an hour four times a day.
const calibrationMs = 30 * minuteMs
const awayEveryMs = 6 * hourMs
const awayMs = 45 * minuteMs
const faultShare = 0.01

/** What an instrument shows at an instant: the same whenever it is asked. */
export function valueAt({ id }: Identity, factor: Measured, at: number): number {
  const place = factor.code.charCodeAt(1) + factor.code.charCodeAt(5) * 7
  const swing = slowNoise(at / changeMs, id, place) * 0.8 + slowNoise(at / minuteMs, id, place + 1) * 0.2
  return Math.max(0, factor.base + factor.spread * swing)
}

/** N normal, C calibrating, D at fault. HJ 212-2017 table 8. */
export function flagAt({ id }: Identity, factor: Measured, at: number): 'N' | 'C' | 'D' {
  const since = (at + id * 3 * hourMs) % dayMs
  if (since < calibrationMs && factor.code !== 'w00000' && factor.code !== 'a00000') return 'C'
  return noise(id, factor.code.charCodeAt(5), Math.floor(at / hourMs)) < faultShare ? 'D' : 'N'
}

/** Whether the network is gone: what is measured meanwhile is sent when somebody asks for it. */
export const isAway = ({ id }: Identity, at: number): boolean => (at + id * 2 * hourMs) % awayEveryMs < awayMs

/** Data area of a moment. */
export const momentOf = (station: Identity, at: number): readonly Group[] => [
  item('DataTime', formatTime(epochMs(at))),
  ...station.factors.map((factor) => [
    { name: `${factor.code}-Rtd`, text: valueAt(station, factor, at).toFixed(factor.decimals) },
    { name: `${factor.code}-Flag`, text: flagAt(station, factor, at) },
  ]),
]

/**
 * Data area of a period: lowest, mean and highest of twelve looks, the flag of its beginning.
 * @param from  when the period began, ms since the epoch
 */
export const periodOf = (station: Identity, from: number, periodMs: number): readonly Group[] => [
  item('DataTime', formatTime(epochMs(from))),
  ...station.factors.map((factor) => {
    const values = Array.from({ length: samples }, (_, index) =>
      valueAt(station, factor, from + (index * periodMs) / samples),
    )
    const mean = values.reduce((sum, value) => sum + value, 0) / samples
    const text = (value: number) => value.toFixed(factor.decimals)
    return [
      { name: `${factor.code}-Min`, text: text(Math.min(...values)) },
      { name: `${factor.code}-Avg`, text: text(mean) },
      { name: `${factor.code}-Max`, text: text(Math.max(...values)) },
      { name: `${factor.code}-Flag`, text: flagAt(station, factor, from) },
    ]
  }),
]
