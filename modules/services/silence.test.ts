import { describe, expect, it } from 'vitest'
import { instantOf } from '@tingzhou/calendar'
import { epochMs, err, localDate, ok } from '@tingzhou/kernel'
import { acceptBySilence, itemStart } from './silence.ts'

const received = instantOf(localDate('2025-09-29'), '10:30')
const mended = instantOf(localDate('2025-10-09'), '11:00')

describe('acceptance by silence 逾期视为受理', () => {
  it('counts from the receipt, and after a correction from the day on which it was mended', () => {
    expect(acceptBySilence(received, null, null)).toEqual({ from: received, promise: { state: 'none' } })
    expect(acceptBySilence(received, mended, null).from).toBe(mended)
  })

  it('puts a promise in force that could have been accepted', () => {
    expect(acceptBySilence(received, null, ok(['r_food_rules'])).promise).toEqual({ state: 'in_force' })
  })

  it('accepts without the promise of somebody with an open record, and says why once', () => {
    const refusals = [{ kind: 'dishonesty_record' }, { kind: 'main_missing' }, { kind: 'main_missing' }] as const

    expect(acceptBySilence(received, null, err(refusals)).promise).toEqual({
      state: 'void',
      reasons: ['dishonesty_record', 'main_missing'],
    })
  })
})

describe('the clock of an item', () => {
  it('begins with the receipt, unless the item waited for another one', () => {
    const now = epochMs(mended + 1)
    expect(itemStart(false, received, now)).toBe(received)
    expect(itemStart(true, received, now)).toBe(now)
    expect(itemStart(false, null, now)).toBe(now)
    expect(itemStart(false, epochMs(now + 5), now)).toBe(now)
  })
})
