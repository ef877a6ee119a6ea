import { expect, it } from 'vitest'
import { faultsOf } from './fault.ts'

it('names ten points that are not read, and counts the others', () => {
  const points = Array.from({ length: 12 }, (_, index) => ({ key: `P${index}`, fault: 'BadNodeIdUnknown' }))

  expect(faultsOf(points)).toMatch(
    /^12 of 12 points are not read: P0: BadNodeIdUnknown; .*; P9: BadNodeIdUnknown; and 2 more$/,
  )
})

it('says nothing of points that are read', () => {
  expect(faultsOf([{ key: 'I', fault: null }])).toBeNull()
  expect(
    faultsOf([
      { key: 'I', fault: null },
      { key: 'T', fault: 'exception 2' },
    ]),
  ).toBe('1 of 2 points are not read: T: exception 2')
})
