import { listAt, textAt, type JsonObject } from './json-path.ts'

const source = 'invented default'
const words = { zh: '', en: '' }

/** `item_3`, or the next number that is free. Pure. */
export function freeCode(rows: readonly JsonObject[], stem: string): string {
  const taken = new Set(rows.map((row) => textAt(row, ['code'])))
  let n = rows.length + 1
  while (taken.has(`${stem}${n}`)) n++
  return `${stem}${n}`
}

export const blankItem = (rows: readonly JsonObject[]): JsonObject => ({
  code: freeItemCode(rows),
  name: words,
  department: textAt(rows[0], ['department']),
  kind: 'permit',
  promised: { days: 5, source },
  legal: { days: 20, source },
  after: [],
  always: true,
  specialSteps: [],
  materials: [],
  fields: [],
  automatic: null,
  certificate: null,
  alone: { forms: 1, steps: 2, visits: 1, source },
  process: { key: 'item-case', version: null },
  source,
})

// Twelve digits that begin with 9 are no code of a real catalogue.
function freeItemCode(rows: readonly JsonObject[]): string {
  const taken = new Set(rows.map((row) => textAt(row, ['code'])))
  let n = rows.length + 1
  while (taken.has(`9${String(n).padStart(11, '0')}`)) n++
  return `9${String(n).padStart(11, '0')}`
}

export const blankMaterial = (rows: readonly JsonObject[]): JsonObject => ({
  code: freeCode(rows, 'material_'),
  name: words,
  kind: 'main',
  form: 'paper',
  from: { kind: 'applicant' },
  validFor: null,
  tolerant: null,
  reuse: 'never',
  situational: false,
  source,
})

export const blankField =
  (group: string) =>
  (rows: readonly JsonObject[]): JsonObject => ({
    code: freeCode(rows, 'field_'),
    name: words,
    help: null,
    group,
    required: true,
    prefill: null,
    reuse: 'never',
    consent: null,
    source,
    type: 'text',
    lengthMin: 0,
    lengthMax: 100,
    pattern: null,
  })

export const blankQuestion = (rows: readonly JsonObject[]): JsonObject => ({
  code: freeCode(rows, 'question_'),
  text: words,
  many: false,
  when: null,
  options: [blankOption([]), blankOption([{}])],
  source,
})

export const blankOption = (rows: readonly JsonObject[]): JsonObject => ({
  code: freeCode(rows, 'option_'),
  name: words,
  selects: { items: [], materials: [] },
  none: false,
})

export const blankSpecial = (): JsonObject => ({ kind: 'survey', name: words, days: { days: 5, source }, when: null })

export const blankChoice = (rows: readonly JsonObject[]): JsonObject => ({
  value: `option_${rows.length + 1}`,
  name: words,
})

export const blankGroup = (rows: readonly JsonObject[]): JsonObject => ({ code: freeCode(rows, 'group_'), name: words })

/** A table that leaves everything to a person until somebody writes a rule. */
export const blankTable = (rows: readonly JsonObject[]): JsonObject => ({
  code: freeCode(rows, 'table_'),
  name: words,
  purpose: 'decision',
  inputs: [{ code: 'input_1', name: words, typeRef: 'string', from: 'field', service: null }],
  table: {
    hitPolicy: 'FIRST',
    aggregation: null,
    inputs: [{ label: null, expression: 'input_1', typeRef: 'string', values: null }],
    outputs: [{ label: null, name: null, typeRef: 'string', values: '"approve", "manual"', defaultValue: '"manual"' }],
    annotations: [],
    rules: [{ inputs: ['-'], outputs: ['"manual"'], annotations: [] }],
  },
  source,
})

/** A whole new one-thing, to be written. */
export const blankOneThing = (
  code: string,
  name: { readonly zh: string; readonly en: string },
  target: string,
): JsonObject => {
  const field = { ...blankField('main')([]), code: 'applicant_name' }
  const item = { ...blankItem([]), name, fields: ['applicant_name'] }
  return {
    code,
    number: null,
    name,
    summary: name,
    target,
    lead: '',
    level: 'county',
    channels: ['window', 'web'],
    basis: [],
    jointPromise: { days: 5, source },
    legal: { days: 20, source },
    yearly: null,
    together: { steps: 1, visits: 0, source },
    published: null,
    questions: [],
    items: [item],
    materials: [],
    groups: [{ code: 'main', name }],
    fields: [field],
    tables: [],
    process: { key: 'onething', version: null },
    source,
  }
}

/** Groups that a field may stand in; the first one for a new field. */
export const firstGroup = (body: unknown): string => textAt(listAt(body, ['groups'])[0], ['code'])
