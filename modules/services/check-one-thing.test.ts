import { describe, expect, it } from 'vitest'
import { checkOneThing } from './check-one-thing.ts'
import type { Complaint } from './complaint.ts'
import { factTable, item, itemCode, material, oneThing, option, question, textField } from './one-thing.fixture.ts'

const complaints = (over: object): readonly Complaint[] => {
  const checked = checkOneThing(oneThing(over))
  return checked.ok ? [] : checked.error
}
const withField = { fields: ['field_a'] }
const a = itemCode(1)
const b = itemCode(2)
const c = itemCode(3)

describe('checkOneThing', () => {
  it('accepts a one-thing in which everything fits', () => {
    expect(checkOneThing(oneThing())).toEqual({ ok: true, value: undefined })
  })

  it('names the items of a cyclic graph, in the order in which they would wait', () => {
    const items = [item(1, { ...withField, after: [c] }), item(2, { after: [a] }), item(3, { after: [b] }), item(4)]

    expect(complaints({ items })).toEqual([{ kind: 'cycle', items: [a, c, b, a] }])
  })

  it('names an item that waits for itself', () => {
    expect(complaints({ items: [item(1, { ...withField, after: [a] })] })).toEqual([{ kind: 'cycle', items: [a, a] }])
  })

  it('refuses codes given twice', () => {
    expect(complaints({ items: [item(1, withField), item(1)] })).toContainEqual({
      kind: 'duplicate_code',
      part: 'item',
      code: a,
    })
    expect(complaints({ fields: [textField('field_a'), textField('field_a')] })).toEqual([
      { kind: 'duplicate_code', part: 'field', code: 'field_a' },
    ])
  })

  it.each([
    ['item', { items: [item(1, { ...withField, after: [b] })] }, b],
    ['material', { items: [item(1, { ...withField, materials: ['lost'] })] }, 'lost'],
    ['field', { items: [item(1, { fields: ['field_a', 'lost'] })] }, 'lost'],
    [
      'table',
      { items: [item(1, { ...withField, automatic: { table: 'lost', minutes: 5, source: 'invented default' } })] },
      'lost',
    ],
  ])('names an unknown %s and who uses it', (part, over, code) => {
    expect(complaints(over)).toEqual([{ kind: 'unknown_code', part, code, usedBy: a }])
  })

  it('names unknown groups, questions, options, and items that an answer selects', () => {
    const over = {
      fields: [textField('field_a', { group: 'lost' })],
      questions: [
        question('first', [option('yes', { items: [c] }), option('no')]),
        question('second', [option('yes'), option('no')], { when: { question: 'first', options: ['perhaps'] } }),
      ],
    }

    expect(complaints(over)).toEqual(
      expect.arrayContaining([
        { kind: 'unknown_code', part: 'group', code: 'lost', usedBy: 'field_a' },
        { kind: 'unknown_code', part: 'item', code: c, usedBy: 'first' },
        { kind: 'unknown_code', part: 'option', code: 'first.perhaps', usedBy: 'second' },
        { kind: 'question_without_effect', question: 'second' },
      ]),
    )
  })

  it('checks departments and processes against those of the zone', () => {
    const checked = checkOneThing(oneThing(), { departments: new Set(['other']), processes: new Set(['onething']) })

    expect(checked).toEqual({
      ok: false,
      error: [
        { kind: 'unknown_code', part: 'department', code: 'department_a', usedBy: 'invented_thing' },
        { kind: 'unknown_code', part: 'department', code: 'department_a', usedBy: a },
        { kind: 'unknown_code', part: 'process', code: 'item-case', usedBy: a },
      ],
    })
  })

  it('refuses an answer that selects nothing without saying so', () => {
    const questions = [question('sign', [option('yes', { items: [b] }), { ...option('no'), none: false }])]
    const items = [item(1, withField), item(2, { always: false })]

    expect(complaints({ questions, items })).toEqual([
      { kind: 'answer_selects_nothing', question: 'sign', option: 'no' },
    ])
  })

  it('refuses an item that no answer selects and a question that changes nothing', () => {
    const questions = [question('mood', [option('good'), option('bad')])]
    const items = [item(1, withField), item(2, { always: false })]

    expect(complaints({ questions, items })).toEqual([
      { kind: 'question_without_effect', question: 'mood' },
      { kind: 'never_selected', part: 'item', code: b },
    ])
  })

  it('refuses a question that depends on a later one', () => {
    const questions = [
      question('first', [option('yes', { items: [b] }), option('no')], {
        when: { question: 'second', options: ['yes'] },
      }),
      question('second', [option('yes', { items: [b] }), option('no')]),
    ]
    const items = [item(1, withField), item(2, { always: false })]

    expect(complaints({ questions, items })).toEqual([
      { kind: 'question_asked_too_early', question: 'first', needs: 'second' },
    ])
  })

  it('refuses a main material that is tolerant', () => {
    const tolerant = { daysMax: 5, source: 'invented default' }
    const over = {
      items: [item(1, { ...withField, materials: ['plan', 'proof'] })],
      materials: [material('plan', { tolerant }), material('proof', { tolerant, kind: 'secondary' })],
    }

    expect(complaints(over)).toEqual([{ kind: 'main_tolerant', material: 'plan' }])
  })

  it('refuses materials that nobody needs, that no answer asks for, or that an answer asks for in vain', () => {
    const over = {
      items: [item(1, { ...withField, materials: ['asked', 'plain'] })],
      materials: [material('idle'), material('asked', { situational: true }), material('plain')],
      questions: [question('kind', [option('x', { materials: ['plain'] }), option('y')])],
    }

    expect(complaints(over)).toEqual([
      { kind: 'never_used', part: 'material', code: 'idle' },
      { kind: 'never_selected', part: 'material', code: 'asked' },
      { kind: 'not_situational', material: 'plain', question: 'kind', option: 'x' },
    ])
  })

  it('refuses what another item makes when that item may come later, unless it may be promised', () => {
    const from = { kind: 'item', item: b }
    const items = [item(1, { ...withField, materials: ['output'] }), item(2)]
    const tolerant = { daysMax: 5, source: 'invented default' }

    expect(complaints({ items, materials: [material('output', { from })] })).toEqual([
      { kind: 'output_not_before', material: 'output', item: a, producer: b },
    ])
    expect(complaints({ items, materials: [material('output', { from, kind: 'secondary', tolerant })] })).toEqual([])
    expect(
      complaints({
        items: [item(1, { ...withField, materials: ['output'], after: [c] }), item(2), item(3, { after: [b] })],
        materials: [material('output', { from })],
      }),
    ).toEqual([])
  })

  it('refuses to reuse signatures, dates of signing, consents and declarations', () => {
    const plain = (type: string, over: object) => {
      const { lengthMax: _, ...field } = textField(type, { type, ...over })
      return field
    }
    const fields = [
      plain('signature', { reuse: 'always' }),
      plain('signed_on', { reuse: { youngerThan: 'P1D' } }),
      plain('consent', { reuse: 'never', prefill: 'person.consent' }),
      plain('declaration', { reuse: 'never' }),
    ]
    const items = [item(1, { fields: ['signature', 'signed_on', 'consent', 'declaration'] })]

    expect(complaints({ fields, items }).map((one) => (one.kind === 'must_not_be_reused' ? one.field : one))).toEqual([
      'signature',
      'signed_on',
      'consent',
    ])
  })

  it('refuses bounds that cross and patterns that do not compile or could run away', () => {
    const of = (over: object) => complaints({ fields: [textField('field_a', over)] })

    expect(of({ lengthMin: 30 })).toEqual([{ kind: 'bounds_crossed', field: 'field_a', min: 30, max: 20 }])
    expect(of({ pattern: '([0-9' })).toEqual([{ kind: 'bad_pattern', field: 'field_a', pattern: '([0-9' }])
    expect(of({ pattern: '^(a+)+$' })).toEqual([{ kind: 'bad_pattern', field: 'field_a', pattern: '^(a+)+$' }])
    expect(of({ pattern: '^[A-Z]{1,3}[0-9]+$' })).toEqual([])
  })

  it('refuses a joint promise shorter than the longest path, and a promise longer than the law', () => {
    const days = (n: number) => ({ promised: { days: n, source: 'invented default' } })
    const items = [item(1, { ...withField, ...days(10) }), item(2, { ...days(21), after: [a] })]

    expect(complaints({ items, jointPromise: { days: 30, source: 'invented default' } })).toEqual([
      { kind: 'promise_longer_than_legal', code: b, days: 21, legalDays: 20 },
      { kind: 'promise_shorter_than_path', days: 30, pathDays: 31, path: [a, b] },
    ])
  })
})

describe('checkOneThing on tables', () => {
  const automatic = { table: 'decide', minutes: 15, source: 'invented default' }
  const items = [item(1, { ...withField, automatic })]
  const sound = factTable('decide')
  const withRules = (rules: readonly object[], over: object = {}) => ({
    ...sound,
    table: { ...sound.table, ...over, rules },
  })
  const rule = (input: string, output: string) => ({ inputs: [input], outputs: [output], annotations: [] })

  it('accepts a sound one', () => {
    expect(complaints({ items, tables: [sound] })).toEqual([])
  })

  it('refuses one that refuses', () => {
    expect(complaints({ items, tables: [withRules([rule('true', '"refuse"')])] })).toEqual([
      { kind: 'outcome_not_allowed', table: 'decide', outcome: '"refuse"', allowed: ['approve', 'manual'] },
    ])
  })

  it('refuses unique rules that overlap', () => {
    const tables = [withRules([rule('true', '"approve"'), rule('-', '"manual"')])]

    expect(complaints({ items, tables })).toMatchObject([{ kind: 'bad_table', table: 'decide' }])
  })

  it('refuses a cell that is no FEEL and a name that is no input', () => {
    const inputs = [{ label: null, expression: 'is_great', typeRef: 'boolean', values: null }]

    expect(complaints({ items, tables: [withRules([rule('1 +', '"approve"')])] })).toMatchObject([
      { kind: 'bad_table' },
    ])
    expect(complaints({ items, tables: [withRules([rule('true', '"approve"')], { inputs })] })).toMatchObject([
      { kind: 'bad_table' },
    ])
  })

  it('refuses a decision of which no item knows, and an eligibility table that decides', () => {
    const eligibility = factTable('decide', { purpose: 'eligibility' })

    expect(complaints({ tables: [sound] })).toEqual([{ kind: 'never_used', part: 'table', code: 'decide' }])
    expect(complaints({ items, tables: [eligibility] })).toEqual([
      {
        kind: 'outcome_not_allowed',
        table: 'decide',
        outcome: '"approve"',
        allowed: ['eligible', 'not_eligible', 'manual'],
      },
      { kind: 'table_not_for_decisions', table: 'decide', item: a },
    ])
  })

  it('refuses a fact of which nobody knows where it comes from, and an input that is no field', () => {
    const from = (input: object) => factTable('decide', { inputs: [{ ...sound.inputs[0], ...input }] })

    expect(complaints({ items, tables: [from({ service: null })] })).toEqual([
      { kind: 'fact_without_service', table: 'decide', input: 'is_fine' },
    ])
    expect(complaints({ items, tables: [from({ from: 'field', service: null })] })).toEqual([
      { kind: 'unknown_code', part: 'field', code: 'is_fine', usedBy: 'decide' },
    ])
  })
})
