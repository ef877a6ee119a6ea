import { describe, expect, it } from 'vitest'
import { schemaOf } from '../form-schema.ts'
import { FieldDef } from '../field.ts'
import { brokenRule, propertiesOf } from './schema.ts'

const common = { name: { zh: '字段', en: 'Field' }, group: 'g', reuse: 'never', source: 'invented default' }
const fields = [
  { ...common, code: 'seats', type: 'integer', min: 1, max: 500 },
  { ...common, code: 'shop', type: 'text', lengthMax: 40 },
  { ...common, code: 'plan', type: 'long_text', lengthMax: 2000, required: false },
  { ...common, code: 'kind', type: 'choice', options: [{ value: 'small', name: { zh: '小', en: 'Small' } }] },
  { ...common, code: 'foods', type: 'choices', options: [{ value: 'cold', name: { zh: '冷食', en: 'Cold' } }] },
  { ...common, code: 'opens', type: 'date' },
  { ...common, code: 'raw', type: 'boolean' },
  { ...common, code: 'true_words', type: 'declaration' },
  { ...common, code: 'uscc', type: 'uscc' },
].map((field) => FieldDef.parse(field))
const { schema } = schemaOf(
  { groups: [{ code: 'g', name: common.name, fields: fields.map((field) => ({ field, items: [] })) }] },
  'en',
)
const properties = propertiesOf(schema)
const broken = (name: string, value: unknown) => {
  const property = properties.get(name)
  if (!property) throw new Error(`no property ${name}`)
  return brokenRule(property, value)?.rule ?? null
}

describe('a form read from its JSON Schema', () => {
  it('chooses a widget for each kind of field', () => {
    expect([...properties].map(([name, { widget }]) => [name, widget])).toEqual([
      ['seats', 'integer'],
      ['shop', 'text'],
      ['plan', 'long_text'],
      ['kind', 'choice'],
      ['foods', 'choices'],
      ['opens', 'date'],
      ['raw', 'yes_no'],
      ['true_words', 'agree'],
      ['uscc', 'text'],
    ])
    expect(properties.get('kind')?.options).toEqual([{ value: 'small', label: 'Small' }])
  })

  it('names the rule that a value breaks', () => {
    expect(broken('seats', 0)).toBe('too_small')
    expect(broken('seats', 501)).toBe('too_large')
    expect(broken('seats', 20)).toBeNull()
    expect(broken('shop', '')).toBe('required')
    expect(broken('shop', '面'.repeat(41))).toBe('too_long')
    expect(broken('plan', undefined)).toBeNull()
    expect(broken('true_words', false)).toBe('must_agree')
    expect(broken('uscc', 'ABC')).toBe('pattern')
    expect(broken('raw', false)).toBeNull()
  })
})
