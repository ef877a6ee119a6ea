import { epochMs } from '@tingzhou/kernel'
import * as fc from 'fast-check'
import { evaluate } from 'feelin'
import { describe, expect, it } from 'vitest'
import { evaluateFeel, feelMistake, holds, readValue } from './feel.ts'
import type { Json, Vars } from './model.ts'

const clock = { now: epochMs(0), offsetMin: 480 }
const value = (text: string, vars: Vars = {}): Json => evaluateFeel(text, vars, clock)

describe('evaluateFeel', () => {
  it('reads variables, paths, underscores and Chinese names', () => {
    expect(value('due_at + 1', { due_at: 5 })).toBe(6)
    expect(value('firm.name', { firm: { name: '庭州' } })).toBe('庭州')
    expect(value('结果 = "已解决"', { 结果: '已解决' })).toBe(true)
    expect(value('visits[-1].solved', { visits: [{ solved: false }, { solved: true }] })).toBe(true)
  })

  it('answers null for what has no value, and for what does not parse', () => {
    expect(value('missing')).toBeNull()
    expect(value('missing.name')).toBeNull()
    expect(value('1 / 0')).toBeNull()
    expect(value('a +')).toBeNull()
  })

  it('takes the clock it is given, in local time', () => {
    expect(value('now()')).toBe('1970-01-01T00:00:00Z')
    expect(value('today()')).toBe('1970-01-01')
    expect(evaluateFeel('today()', {}, { now: epochMs(57_600_000), offsetMin: 480 })).toBe('1970-01-02')
    expect(value('now() + duration("PT1H")')).toBe('1970-01-01T01:00:00Z')
  })

  it('turns temporal values into text and functions into null', () => {
    expect(value('duration("PT1H")')).toBe('PT1H')
    expect(value('date and time("2026-11-22T10:00:00@Asia/Shanghai")')).toBe('2026-11-22T02:00:00Z')
    expect(value('{f: function(x) x, r: [1..2]}')).toEqual({ f: null, r: null })
  })

  it('is not fooled by names that objects have by themselves', () => {
    expect(value('constructor')).toBeNull()
    expect(value('a.toString', { a: {} })).toBeNull()
    expect(value('__proto__')).toBeNull()
  })

  it('answers the short forms as feelin does', () => {
    const literal = fc.oneof(fc.constantFrom('"x"', '""', 'true', 'false', '1', '-2.5'), fc.nat().map(String))
    const json = fc.oneof(fc.constantFrom('x', '', true, false, 1, -2.5, null, [1], ['x']), fc.nat())
    fc.assert(
      fc.property(literal, json, fc.boolean(), (right, left, nested) => {
        const vars: Vars = nested ? { a: { b: left } } : { a: left }
        const text = `${nested ? 'a.b' : 'a'} = ${right}`
        expect(value(text, vars)).toEqual(evaluate(text, { ...vars }).value)
      }),
    )
  })
})

describe('holds', () => {
  it('is true for true alone', () => {
    expect(holds('a = 1', { a: 1 }, clock)).toBe(true)
    for (const text of ['a', 'missing', '"true"', 'a = "1"']) expect(holds(text, { a: 1 }, clock)).toBe(false)
  })
})

describe('feelMistake', () => {
  it('names the column', () => {
    expect(feelMistake('outcome = "a"')).toBeNull()
    expect(feelMistake('')).toBe('the expression is empty')
    expect(feelMistake('a = ')).toContain('incomplete')
    expect(feelMistake('a = )')).toMatch(/^column \d/)
    expect(feelMistake('${a == 1}')).not.toBeNull()
  })
})

it('takes a leading = as the mark of an expression', () => {
  expect(readValue(' =dueAt ')).toEqual({ kind: 'feel', text: 'dueAt' })
  expect(readValue('PT1H')).toEqual({ kind: 'literal', text: 'PT1H' })
})
