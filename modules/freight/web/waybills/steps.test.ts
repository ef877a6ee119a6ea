import { expect, it } from 'vitest'
import { waybillSteps } from './steps.ts'

const t = (key: string) => key
const at = (...steps: string[]) => steps.map((step, index) => ({ step, at: index }))

it('stands where the waybill has come to', () => {
  const steps = waybillSteps({ state: 'loaded', times: at('created', 'accepted', 'arrived_load', 'loaded') }, t)
  expect(steps.map(({ state }) => state).slice(0, 4)).toEqual(['done', 'done', 'now', 'later'])
  expect(steps[2]).toMatchObject({ key: 'loaded', at: 3 })
})

it('says a side way in its place', () => {
  const times = at('created', 'accepted', 'arrived_load', 'loaded', 'departed')
  const steps = waybillSteps({ state: 'accident', times }, t)
  expect(steps[3]).toMatchObject({ key: 'in_transit', label: 'waybill_state.accident', state: 'now' })
})

it('ends, or stops', () => {
  const all = at('accepted', 'arrived_load', 'loaded', 'departed', 'arrived_unload', 'unloaded', 'signed', 'audited')
  const ended = waybillSteps({ state: 'reported', times: [...all, ...at('settled', 'paid', 'reported')] }, t)
  expect(new Set(ended.map(({ state }) => state))).toEqual(new Set(['done']))
  expect(waybillSteps({ state: 'cancelled', times: at('created') }, t)[0]?.state).toBe('stopped')
})
