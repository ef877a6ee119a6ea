import { describe, expect, it } from 'vitest'
import { findChainFault, formulaRule } from './formula.ts'
import { readFormula } from './formula-text.ts'

const imbalance = '100 * max(abs(a - mean(a, b, c)), abs(b - mean(a, b, c)), abs(c - mean(a, b, c))) / mean(a, b, c)'
const formula = (expression: string, names = ['a', 'b', 'c']) => ({
  expression,
  inputs: names.map((name) => ({ name, point: name.toUpperCase() })),
})
function valueOf(expression: string, values: readonly number[] = [1, 2, 3]) {
  const read = readFormula(formula(expression))
  expect(read, expression).toMatchObject({ ok: true })
  return read.ok ? read.value(values) : null
}
const refusal = (expression: string, names?: string[]) => {
  const read = readFormula(formula(expression, names))
  return read.ok ? null : read.error
}

describe('a formula', () => {
  it('computes the imbalance of three currents', () => {
    expect(valueOf(imbalance, [10, 10, 10])).toBe(0)
    // Mean 32/3, furthest 4/3: 12.5 %.
    expect(valueOf(imbalance, [10, 10, 12])).toBeCloseTo(12.5, 9)
    expect(valueOf(imbalance, [0, 0, 0])).toBeNull()
  })

  it('compares, decides and rounds', () => {
    expect(valueOf('if a > 1 or not(b = 2) then a else c - b')).toBe(1)
    expect(valueOf('a < b and b < c')).toBe(1)
    expect(valueOf('a > b')).toBe(0)
    expect(valueOf('round half up(a / 3, 2) + floor(2.7) + ceiling(0.2) + decimal(0.125, 2)')).toBe(3.45)
    expect(valueOf('sqrt(b ** 2) + exp(0) + log(exp(1)) + sum(a, b) + min(a, b)')).toBe(8)
  })

  it('has no value where mathematics has none', () => {
    for (const text of ['a / 0', 'log(-a)', 'sqrt(-a)', '10 ** 999', 'exp(9999)', 'null', 'mean()'])
      expect(valueOf(text), text).toBeNull()
  })

  it('is refused with the word that it may not hold', () => {
    const words = {
      'sum(for x in 1..1e9 return x)': 'for',
      'every x in [1, 2] satisfies x > 1': 'every',
      'some x in [1, 2] satisfies x > 1': 'some',
      '[1..1000000000]': '..',
      'a in [1..5]': 'in',
      'a between 1 and 2': 'between',
      'min([a, b])': '[ ]',
      'a[1]': '[ ]',
      '{ a: 1 }': '{ }',
      'a.b': '.',
      '"x"': '" "',
      '@"2026-01-01"': '@',
      'function(x) x': 'function',
      'a instance of number': 'instance of',
      'min(n: a)': '( : )',
      'now()': 'now( )',
      'range("[1..2]")': 'range( )',
      'matches("a", "(a+)+b")': 'matches( )',
      'a(b)': 'a( )',
    }
    for (const [text, value] of Object.entries(words))
      expect(refusal(text), text).toMatchObject({ kind: 'formula_forbidden', value })
  })

  it('is refused where it names what is no input, or calls an input as FEEL calls something', () => {
    expect(refusal('a + d')).toEqual({ kind: 'formula_name_unknown', value: 'd', rule: 'a, b, c' })
    for (const text of ['constructor', '__proto__', 'sum', 'a b'])
      expect(refusal(text), text).toMatchObject({ kind: 'formula_name_unknown', value: text })
    expect(refusal('if + max', ['if'])).toMatchObject({ kind: 'formula_name_taken', value: 'if' })
    expect(refusal('mean', ['mean'])).toMatchObject({ kind: 'formula_name_taken', value: 'mean' })
  })

  it('is refused, and soon, whatever is written', () => {
    const repeated = (text: string): string => text.repeat(formulaRule.lengthMax).slice(0, formulaRule.lengthMax)
    const hostile = ['(', '-', 'abs(', 'if ', 'a+', '[', '{', 'a ', 'a.', 'not(', 'a<', 'for ', '"', 'function(']
    const more = ['if a then ', 'x-', "x' ", '\n', '😀', 'every x in ', 'a**', 'a*b-c/', '1..', '/*', '`', '\u0000']
    const begun = performance.now()
    for (const text of [...hostile, ...more]) expect(refusal(repeated(text)), text).not.toBeNull()
    // About 0.6 s alone; what hangs takes for ever.
    expect(performance.now() - begun).toBeLessThan(20_000)
  })
})

describe('formulas on one another', () => {
  const graph = (...pairs: readonly (readonly [string, readonly string[]])[]) => new Map(pairs)

  it('may stand five high and on no circle', () => {
    const five = graph(['e', ['d']], ['d', ['c']], ['c', ['b']], ['b', ['a']], ['a', ['x', 'y']])
    expect(findChainFault(five)).toBeNull()
    expect(findChainFault(new Map([...five, ['f', ['e']]]))).toEqual({ kind: 'deep', of: 'f', depth: 6 })
    expect(findChainFault(five, () => 1)).toMatchObject({ kind: 'deep', depth: 6 })
    expect(findChainFault(graph(['a', ['b']], ['b', ['c']], ['c', ['a']]))).toEqual({
      kind: 'circle',
      way: ['a', 'b', 'c', 'a'],
    })
    expect(findChainFault(graph(['a', ['a']]))).toEqual({ kind: 'circle', way: ['a', 'a'] })
  })
})
