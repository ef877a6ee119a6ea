import { expect, it } from 'vitest'
import { createMarks } from './formula-marks.ts'

it('marks are kept once each, given away once, and counted where there are too many', () => {
  const marks = createMarks(3)
  for (const [point, minute] of [
    [1, 10],
    [1, 10],
    [2, 10],
    [1, 11],
    [1, 12],
  ] as const)
    marks.add(point, minute)

  expect(marks.leftOut()).toBe(1)
  expect(marks.take((minute) => minute === 10)).toEqual([
    { point: 1, minute: 10 },
    { point: 2, minute: 10 },
  ])
  marks.add(1, 12)
  expect(marks.take(() => true)).toEqual([
    { point: 1, minute: 11 },
    { point: 1, minute: 12 },
  ])
  expect(marks.take(() => true)).toEqual([])
  expect(marks.leftOut()).toBe(1)
})
