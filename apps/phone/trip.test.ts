import { expect, it } from 'vitest'
import { nextMove, stateAfter, steps, way, type DriverMove } from './trip.ts'

it('leads from the offer to the receipt, one step at a time', () => {
  const done: DriverMove[] = []
  for (let move = nextMove('offered'); move; move = nextMove(stateAfter('offered', done))) done.push(move)
  expect(done).toEqual(['accept', 'arrive_load', 'load', 'depart', 'arrive_unload', 'unload', 'sign'])
  expect(done.map((move) => steps[move].to)).toEqual(way)
})

it('ignores what does not follow', () => {
  expect(stateAfter('accepted', ['load', 'arrive_load'])).toBe('at_load')
  expect(stateAfter('signed', ['rate', 'complain'])).toBe('signed')
  expect(nextMove('cancelled')).toBeNull()
})
