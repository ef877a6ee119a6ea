import { expect, it } from 'vitest'
import { netFault } from './net.ts'

const truck = { ratedLoadKg: 33_000, legalGrossKg: 49_000 }
const keyOf = (grossKg: number, tareKg: number, maxKg = 100_000) => netFault(grossKg, tareKg, truck, maxKg)?.key ?? null

it('names what is wrong with weights, at the bounds', () => {
  expect(keyOf(15_000, 15_001)).toBe('swapped')
  expect(keyOf(15_000, 15_000)).toBe('zero')
  expect(keyOf(48_000, 15_000)).toBeNull()
  expect(keyOf(48_001, 15_000)).toBe('rated')
  expect(keyOf(49_000, 16_000)).toBeNull()
  expect(keyOf(49_001, 16_001)).toBe('legal')
  expect(keyOf(40_001, 15_000, 40_000)).toBe('bridge')
})
