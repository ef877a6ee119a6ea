import type { Step, StepState } from '@tingzhou/ui'
import type { WaybillState } from '../../words.ts'
import type { WaybillDetail } from './api.ts'

/** The main path, and which time on the waybill belongs to each place of it. */
const path = [
  ['accepted', 'accepted'],
  ['at_load', 'arrived_load'],
  ['loaded', 'loaded'],
  ['in_transit', 'departed'],
  ['at_unload', 'arrived_unload'],
  ['unloaded', 'unloaded'],
  ['signed', 'signed'],
  ['audited', 'audited'],
  ['settled', 'settled'],
  ['paid', 'paid'],
  ['reported', 'reported'],
] as const satisfies readonly (readonly [WaybillState, string])[]

/** The main path of a waybill with the present state in its place. Pure. */
export function waybillSteps(
  { state, times }: Pick<WaybillDetail, 'state' | 'times'>,
  t: (key: string) => string,
): readonly Step[] {
  const timeOf = (step: string) => times.find((one) => one.step === step)?.at ?? null
  const reached = path.findLastIndex(([, time]) => timeOf(time) !== null)
  const stopped = state === 'cancelled' || state === 'transloaded'
  const now = state === 'reported' ? path.length : Math.max(0, reached)
  return path.map(([key, time], index) => ({
    key,
    label: index === now ? t(`waybill_state.${state}`) : t(`waybill_state.${key}`),
    state: stateOf(index, now, stopped),
    at: timeOf(time),
  }))
}

function stateOf(index: number, now: number, stopped: boolean): StepState {
  if (index < now) return 'done'
  if (index > now) return 'later'
  return stopped ? 'stopped' : 'now'
}
