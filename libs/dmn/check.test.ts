import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkModel, readModel } from './check.ts'
import { checkTable } from './check-table.ts'
import { evaluate } from './evaluate.ts'
import { parseModel } from './read.ts'
import { printTableModel } from './print.ts'
import { decision, definitions, input, knowledge, literal, table } from './model.fixture.ts'
import type { DecisionTable } from './model.ts'

const complaintsOf = (xml: string) => {
  const model = readModel(xml)
  return model.ok ? [] : model.error.map(({ kind, elementId, value }) => ({ kind, elementId, value }))
}

describe('readModel', () => {
  it('accepts a sound model', () => {
    const model = definitions(
      input('n', 'number') +
        knowledge('twice', ['x'], literal('2 * x')) +
        decision('d', literal('for i in 1..n return twice(i) + [1, 2][item > 1][1]'), {
          needs: ['n'],
          knows: ['twice'],
        }),
    )

    expect(readModel(model)).toMatchObject({ ok: true, value: { name: 'm' } })
  })

  it('finds names that nothing stands for', () => {
    const model = definitions(input('price') + decision('d', literal('price * rate'), { needs: ['price'] }))

    expect(complaintsOf(model)).toEqual([{ kind: 'unknown_variable', elementId: '_d', value: 'rate' }])
  })

  it('says the line', () => {
    const model = readModel(`<?xml version="1.0"?>\n\n${definitions(decision('d', literal('x')))}`)

    expect(model).toMatchObject({ ok: false, error: [{ kind: 'unknown_variable', line: 5 }] })
  })

  it.each([
    ['bad_feel', decision('d', literal('1 +')), '1 +'],
    ['unknown_type', decision('d', literal('1'), { typeRef: 'tNone' }), 'tNone'],
    [
      'unknown_type',
      decision('d', `<relation><column name="a" typeRef="tNone"/><row>${literal('1')}</row></relation>`),
      'tNone',
    ],
    [
      'unknown_type',
      decision(
        'd',
        `<invocation>${literal('not')}<binding><parameter name="negand" typeRef="tNone"/>${literal('true')}</binding></invocation>`,
      ),
      'tNone',
    ],
    [
      'unknown_type',
      decision(
        'd',
        table({ inputs: [['1']], rules: [['-', '1']] }).replace('<outputEntry>', '<outputEntry typeRef="tNone">'),
      ),
      'tNone',
    ],
    ['unresolved_reference', decision('d', literal('1'), { needs: ['none'] }), '_none'],
    ['missing_expression', decision('d', ''), null],
    ['missing_import', '<import name="x" namespace="urn:none"/>', 'urn:none'],
    ['duplicate_name', input('a') + input('a'), 'a'],
    [
      'cyclic_type',
      '<itemDefinition name="a"><typeRef>b</typeRef></itemDefinition><itemDefinition name="b"><typeRef>b</typeRef></itemDefinition>',
      'b',
    ],
    [
      'unsupported_expression',
      decision('d', '<literalExpression expressionLanguage="javascript"><text>1</text></literalExpression>'),
      'javascript',
    ],
    ['bad_table', decision('d', table({ policy: 'PRIORITY', inputs: [['1']], rules: [['-', '1']] })), 'PRIORITY'],
  ])('finds %s', (kind, body, value) => {
    expect(complaintsOf(definitions(body))).toContainEqual(expect.objectContaining({ kind, value }))
  })

  it('tells a circle of decisions once', () => {
    const model = definitions(
      decision('a', literal('b'), { needs: ['b'] }) +
        decision('b', literal('c'), { needs: ['c'] }) +
        decision('c', literal('a'), { needs: ['a'] }),
    )

    expect(complaintsOf(model)).toEqual([{ kind: 'cyclic_requirement', elementId: '_a', value: 'a → b → c → a' }])
  })

  it('reads a model with notes', () => {
    const model = definitions(
      input('n', 'number') +
        decision('d', table({ inputs: [['n', 'number']], rules: [['< 5', '1']] }), { needs: ['n'] }),
    )
    const read = readModel(model)

    expect(read.ok).toBe(true)
    expect(read.ok ? checkModel(read.value) : []).toMatchObject([{ kind: 'gap', severity: 'note', value: '>= 5' }])
  })
})

const column = (expression: string, typeRef: string | null = null, values: string | null = null) => ({
  label: null,
  expression,
  typeRef,
  values,
})
const result = { label: null, name: null, typeRef: null, values: null, defaultValue: null }
const tableOf = (columns: DecisionTable['inputs'], cells: readonly (readonly string[])[]): DecisionTable => ({
  hitPolicy: 'UNIQUE',
  aggregation: null,
  inputs: columns,
  outputs: [result],
  annotations: [],
  rules: cells.map((inputs) => ({ inputs, outputs: ['1'], annotations: [] })),
})
const found = (checked: DecisionTable, kind: string): readonly (string | null)[] =>
  checkTable(checked).flatMap((complaint) => (complaint.kind === kind ? [complaint.value] : []))

describe('checkTable', () => {
  it.each([
    [['< 18', '>= 18'], []],
    [['<= 18', '>= 18'], ['18']],
    [['[1..5]', '(4..9)'], ['(4..5]']],
    [['1, 2', 'not(1, 2)'], []],
    [['"a", "b"', '"b"'], ['"b"']],
    [['-', '7'], ['7']],
    [['@"2024-01-01"', '< @"2024-02-01"'], ['2024-01-01']],
    // What depends on more than literals, or mixes types, is not judged.
    [['< limit', '< 9'], []],
    [['"a"', '1'], []],
  ])('finds what the rules %o have in common', (cells, expected) => {
    expect(
      found(
        tableOf(
          [column('x')],
          cells.map((cell) => [cell]),
        ),
        'overlapping_rules',
      ),
    ).toEqual(expected)
  })

  it.each([
    [['< 18', '> 18'], null, ['18']],
    [['[1..5]'], null, ['< 1', '> 5']],
    [['[1..5]', '(6..9]'], '[1..10]', ['(5..6]', '(9..10]']],
    [['"a"'], '"a", "b"', ['"b"']],
    [['true'], null, ['false']],
    // No day lies between two days that follow each other.
    [['<= @"2024-01-01"', '>= @"2024-01-02"'], null, []],
    [['-'], null, []],
  ])('finds what the rules %o leave out of %s', (cells, values, expected) => {
    expect(
      found(
        tableOf(
          [column('x', null, values)],
          cells.map((cell) => [cell]),
        ),
        'gap',
      ),
    ).toEqual(expected)
  })

  it('looks at columns together', () => {
    const both = tableOf(
      [column('x', 'number'), column('y', 'boolean')],
      [
        ['< 5', '-'],
        ['>= 5', 'true'],
      ],
    )

    expect(checkTable(both)).toMatchObject([{ kind: 'gap', value: '>= 5, false' }])
  })

  it('agrees with what the table answers', () => {
    const end = fc.integer({ min: 0, max: 6 })
    const cell = fc.oneof(
      fc.constant('-'),
      end.map(String),
      fc.tuple(fc.constantFrom('<', '<=', '>', '>='), end).map(([sign, n]) => `${sign} ${n}`),
      fc
        .tuple(fc.constantFrom('[', '('), end, end, fc.constantFrom(']', ')'))
        .map(([o, a, b, c]) => `${o}${a}..${b}${c}`),
      end.map((n) => `not(${n})`),
    )
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 4 }), (cells) => {
        const checked = tableOf(
          [column('x', 'number')],
          cells.map((text) => [text]),
        )
        const printed = printTableModel({
          name: 'm',
          namespace: 'urn:m',
          decision: { name: 'd', typeRef: null },
          inputs: [{ name: 'x', typeRef: 'number' }],
          table: { ...checked, hitPolicy: 'COLLECT' },
        })
        const counts = Array.from({ length: 37 }, (_, at) => {
          const answer = evaluate([printed], 'd', { x: at / 4 - 1 })
          return answer.ok && Array.isArray(answer.value) ? answer.value.length : -1
        })

        expect(found(checked, 'overlapping_rules').length > 0).toBe(counts.some((count) => count > 1))
        // Beyond the ends of the cells there may be gaps that the samples do not reach.
        expect(found(checked, 'gap').length > 0 || !counts.includes(0)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('judges two hundred rules in three columns', () => {
    const cells = Array.from({ length: 200 }, (_, at) => [`[${at}..${at + 1})`, '-', '"a"'])

    expect(found(tableOf([column('x'), column('y'), column('z', null, '"a"')], cells), 'overlapping_rules')).toEqual([])
  })

  it('finds cells that are missing', () => {
    const short = tableOf([column('x'), column('y')], [['1']])

    expect(checkTable(short)).toContainEqual(expect.objectContaining({ kind: 'bad_table', severity: 'error' }))
  })
})

describe('parseModel', () => {
  it('reads what elements of other namespaces leave', () => {
    const model = parseModel(definitions(`<extensionElements><x:y xmlns:x="urn:x"/></extensionElements>${input('a')}`))

    expect(model).toMatchObject({ ok: true, value: { elements: [{ kind: 'input', name: 'a' }] } })
  })
})
