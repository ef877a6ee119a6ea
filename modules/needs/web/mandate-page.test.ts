import { expect, it } from 'vitest'
import { mandateBody } from './mandate-page.tsx'
import { linesOf } from './room.tsx'

it('makes a list of the lines that say something', () => {
  expect(linesOf(' a \n\n b\n')).toEqual(['a', 'b'])
  expect(linesOf(undefined)).toEqual([])
})

it('fills each form of a mandate with its own fields', () => {
  expect(mandateBody('pause', 3, { reason: 'r', missing: 'a\nb' })).toEqual({
    move: 'pause',
    rev: 3,
    form: { reason: 'r', missing: ['a', 'b'], until: null },
  })
  expect(mandateBody('start', 2, {})).toEqual({ move: 'start', rev: 2 })
})
