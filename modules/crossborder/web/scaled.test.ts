import { expect, it } from 'vitest'
import { scaledPattern, textOf, wholeOf } from './scaled.ts'

it('reads what was typed digit by digit, and writes it back', () => {
  expect([wholeOf('2.35', 2), wholeOf('2.3', 2), wholeOf('2', 2), wholeOf('0.015', 3)]).toEqual([235, 230, 200, 15])
  expect([textOf(235, 2), textOf(7_100, 3)]).toEqual(['2.35', '7.100'])
  expect([wholeOf(textOf(1_234_567, 2), 2), scaledPattern(2).test('1.234'), scaledPattern(2).test('1.23')]).toEqual([
    1_234_567,
    false,
    true,
  ])
})
