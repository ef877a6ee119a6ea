import { OneThing } from './one-thing.ts'
import { invented } from './words.ts'

const source = invented
export const word = (text: string) => ({ zh: `${text}（示例）`, en: text })
export const itemCode = (n: number): string => String(n).padStart(12, '0')

/** An item of an invented one-thing; what is not given is as plain as can be. */
export const item = (n: number, over: object = {}) => ({
  code: itemCode(n),
  name: word(`item ${n}`),
  department: 'department_a',
  kind: 'permit',
  promised: { days: 1, source },
  legal: { days: 20, source },
  always: true,
  alone: { forms: 1, steps: 1, visits: 1, source },
  process: { key: 'item-case', version: null },
  source,
  ...over,
})

export const material = (code: string, over: object = {}) => ({
  code,
  name: word(code),
  kind: 'main',
  form: 'paper',
  from: { kind: 'applicant' },
  reuse: 'never',
  source,
  ...over,
})

export const textField = (code: string, over: object = {}) => ({
  code,
  name: word(code),
  group: 'group_a',
  type: 'text',
  lengthMax: 20,
  reuse: 'always',
  source,
  ...over,
})

export const option = (code: string, selects: object | null = null) => ({
  code,
  name: word(code),
  ...(selects ? { selects } : { none: true }),
})

export const question = (code: string, options: readonly object[], over: object = {}) => ({
  code,
  text: word(code),
  options,
  source,
  ...over,
})

/** A table of one boolean fact that approves when it is true. */
export const factTable = (code: string, over: object = {}) => ({
  code,
  name: word(code),
  purpose: 'decision',
  inputs: [{ code: 'is_fine', name: word('fine'), typeRef: 'boolean', from: 'fact', service: 'a/b/c/d/e/f' }],
  table: {
    hitPolicy: 'UNIQUE',
    aggregation: null,
    inputs: [{ label: null, expression: 'is_fine', typeRef: 'boolean', values: null }],
    outputs: [{ label: null, name: null, typeRef: 'string', values: null, defaultValue: '"manual"' }],
    annotations: [],
    rules: [{ inputs: ['true'], outputs: ['"approve"'], annotations: [] }],
  },
  source,
  ...over,
})

/** An invented one-thing that passes every check: one item, one field. */
export const oneThing = (over: object = {}): OneThing =>
  OneThing.parse({
    code: 'invented_thing',
    number: null,
    name: word('thing'),
    summary: word('summary'),
    target: 'enterprise',
    lead: 'department_a',
    level: 'county',
    channels: ['web'],
    basis: [],
    jointPromise: { days: 100, source },
    legal: { days: 100, source },
    together: { steps: 1, visits: 0, source },
    items: [item(1, { fields: ['field_a'] })],
    groups: [{ code: 'group_a', name: word('group') }],
    fields: [textField('field_a')],
    process: { key: 'onething', version: null },
    source,
    ...over,
  })
