import type { Position } from '@tingzhou/jt808'
import { noise } from './noise.ts'
import { reportOf } from './report.ts'
import { never, type State } from './state.ts'
import { advance } from './truck.ts'

const dayMs = 86_400_000

/** What its clock shows: it was set once, and drifts since. Milliseconds since the epoch. */
export const terminalTime = ({ clock, identity }: Pick<State, 'clock' | 'identity'>, now: number): number =>
  now + clock.aheadMs + ((now - clock.setAtMs) * identity.clockDriftPpm) / 1e6

/** Lets the truck drive until now, and sees where it is. */
export function lookAround(state: State, now: number): { readonly position: Position; readonly isBlind: boolean } {
  const { around, identity, parameters } = state
  const elapsedMs = Math.max(0, now - state.movedAtMs)
  state.truck = advance(around.motion, state.truck, elapsedMs / 1_000)
  state.movedAtMs = Math.max(now, state.movedAtMs)
  if (noise(state.truck.seed, 72, Math.floor(now / 1_000)) < (around.sosPerDay * elapsedMs) / dayMs) state.isSos = true
  const timeMs = Math.floor(terminalTime(state, now) / 1_000) * 1_000
  const speedMaxKmh = parameters.number('speed_max_kmh', never)
  const condition = { isSos: state.isSos, areDoorsLocked: state.areDoorsLocked, speedMaxKmh }
  return reportOf(around.motion.roads, state.truck, identity, condition, timeMs)
}

/** How often it reports now. */
export function reportEveryMs(state: State, now: number): number {
  const { parameters, tracking, around } = state
  if (tracking && now < tracking.untilMs) return tracking.everyMs
  state.tracking = null
  const usualS = parameters.number('default_interval_s', around.reportEveryMs / 1_000)
  const everyS = state.isSos ? Math.min(usualS, parameters.number('alarm_interval_s', usualS)) : usualS
  return Math.max(1, everyS) * 1_000
}
