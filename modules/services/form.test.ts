import { Ajv2020 } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkAnswers } from './answers.ts'
import { builtInOneThings } from './built-in.ts'
import { fieldsOf, formOf, type Form } from './form.ts'
import { schemaOf } from './form-schema.ts'
import { isIdNumber } from './id-number.ts'
import { oneThing, textField } from './one-thing.fixture.ts'
import type { OneThing } from './one-thing.ts'

const all = builtInOneThings()

/** Any of the built-in one-things with any of its items. */
const picked = fc
  .constantFrom(...all)
  .chain((thing) =>
    fc.subarray([...thing.items], { minLength: 1 }).map((items) => ({ thing, items, form: formOf(thing, { items }) })),
  )

describe('formOf', () => {
  it('asks each field of the selected items once, and no other', () => {
    fc.assert(
      fc.property(picked, ({ items, form }) => {
        const asked = fieldsOf(form).map(({ code }) => code)

        expect(new Set(asked).size).toBe(asked.length)
        expect(asked.toSorted()).toEqual([...new Set(items.flatMap(({ fields }) => fields))].toSorted())
      }),
    )
  })

  it('says which items need a field', () => {
    fc.assert(
      fc.property(picked, ({ items, form }) => {
        for (const { field, items: needing } of form.groups.flatMap(({ fields }) => fields))
          expect(needing).toEqual(items.filter(({ fields }) => fields.includes(field.code)).map(({ code }) => code))
      }),
    )
  })

  it('shows no empty group', () => {
    fc.assert(fc.property(picked, ({ form }) => form.groups.every(({ fields }) => fields.length > 0)))
  })
})

const ajv = new Ajv2020({ allErrors: true, formats: { date: /^\d{4}-\d{2}-\d{2}$/ } })

describe('schemaOf', () => {
  it('is a valid JSON Schema of draft 2020-12 for every built-in form, in both languages', () => {
    for (const thing of all) {
      const form = formOf(thing, { items: thing.items })
      for (const language of ['zh', 'en'] as const) {
        const { schema, order, groups } = schemaOf(form, language)
        expect(ajv.validateSchema(schema)).toBe(true)
        expect(order).toEqual(groups.flatMap(({ fields }) => fields))
        expect(order).toEqual(fieldsOf(form).map(({ code }) => code))
      }
    }
  })
})

const words = { zh: '示例', en: 'example' }
const field = (type: string, over: object = {}) => {
  const { lengthMax: _, ...rest } = textField(type, { type, ...over })
  return rest
}
const options = { options: ['a', 'b', 'c'].map((value) => ({ value, name: words })) }
const never = { reuse: 'never' }
/** One field of each kind. */
const fields = [
  textField('text', { lengthMin: 2, lengthMax: 6, pattern: '^[a-z]+$' }),
  textField('long_text', { type: 'long_text', lengthMax: 10, required: false }),
  field('integer', { min: 1, max: 9 }),
  field('number', { min: 0.5, max: 2, required: false }),
  field('choice', options),
  field('choices', options),
  field('date'),
  field('boolean', { required: false }),
  field('uscc'),
  field('id_number', { required: false }),
  field('phone'),
  field('signature', never),
  field('signed_on', never),
  field('consent', { ...never, required: false }),
  field('declaration', never),
]
const codes = fields.map(({ code }) => code)
const every: OneThing = oneThing({ fields, items: [{ ...oneThing().items[0], fields: codes }] })
const form: Form = formOf(every, every)
const good = {
  text: 'abc',
  long_text: '说明',
  integer: 3,
  number: 1.5,
  choice: 'b',
  choices: ['a', 'c'],
  date: '2024-02-29',
  boolean: false,
  uscc: '91350100M000100Y43',
  id_number: '11010519491231002X',
  phone: '13800000000',
  signature: '示例签名',
  signed_on: '2026-11-28',
  consent: false,
  declaration: true,
}

describe('checkAnswers', () => {
  it('takes good answers, and those without what is optional', () => {
    const { long_text: _, number: __, boolean: ___, id_number: ____, consent: _____, ...required } = good

    expect(checkAnswers(form, good)).toEqual({ ok: true, value: good })
    expect(checkAnswers(form, { ...required, long_text: '', number: null })).toEqual({ ok: true, value: required })
  })

  it.each([
    ['text', '', 'required', null],
    ['text', 'a', 'too_short', 2],
    ['text', 'abcdefg', 'too_long', 6],
    ['text', 'ABC', 'pattern', '^[a-z]+$'],
    ['text', 5, 'type', 'string'],
    ['integer', 0, 'too_small', 1],
    ['integer', 10, 'too_large', 9],
    ['integer', 1.5, 'type', 'integer'],
    ['number', '1', 'type', 'number'],
    ['number', Number.NaN, 'type', 'number'],
    ['choice', 'd', 'unknown_option', 'd'],
    ['choices', ['a', 'd'], 'unknown_option', 'd'],
    ['choices', ['a', 'a'], 'repeated_option', null],
    ['choices', [], 'required', null],
    ['date', '2023-02-29', 'not_a_day', 'YYYY-MM-DD'],
    ['signed_on', '28/11/2026', 'not_a_day', 'YYYY-MM-DD'],
    ['boolean', 'yes', 'type', 'boolean'],
    ['id_number', '110105194912310021', 'check_digit', null],
    ['declaration', false, 'must_agree', null],
    ['signature', undefined, 'required', null],
  ])('says of %s = %j: %s', (code, value, rule, limit) => {
    expect(checkAnswers(form, { ...good, [code]: value })).toEqual({
      ok: false,
      error: [{ field: code, rule, limit }],
    })
  })

  it('refuses fields that are not on the form, and tells every problem at once, in the order of the form', () => {
    const { ok, ...answer } = checkAnswers(form, { ...good, extra: 1, phone: '12', text: '' })

    expect(ok).toBe(false)
    expect('error' in answer && answer.error.map(({ field: name, rule }) => [name, rule])).toEqual([
      ['text', 'required'],
      ['phone', 'pattern'],
      ['extra', 'not_asked'],
    ])
  })

  it('agrees with the schema of the form, but for check digits', () => {
    const validate = ajv.compile(schemaOf(form, 'zh').schema)
    const values = fc.oneof(
      fc.constantFrom<unknown>('', 'a', 'abc', 'b', 'ABC', 0, 1, 3, 1.5, 10, true, false, [], ['a'], ['a', 'a'], ['x']),
      fc.constantFrom<unknown>('13800000000', '0994-2345678', '2026-11-28', '说明文字', good.uscc, good.id_number),
    )
    const changes = fc.dictionary(fc.constantFrom(...codes, 'extra'), values, { maxKeys: 4 })
    fc.assert(
      fc.property(changes, (changed) => {
        const answer = checkAnswers(form, { ...good, ...changed })

        // A blank optional field is left out of what is stored, and so of what the schema sees.
        const stored = Object.fromEntries(
          Object.entries({ ...good, ...changed }).filter(([code, value]) => value !== '' || !isOptional(code)),
        )
        const isGood = answer.ok || answer.error.every(({ rule }) => rule === 'check_digit')
        expect(isGood).toBe(validate(withoutEmptyLists(stored)))
      }),
      { numRuns: 500 },
    )
  })
})

const isOptional = (code: string): boolean => fieldsOf(form).some((one) => one.code === code && !one.required)
const withoutEmptyLists = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(values).filter(([code, value]) => !(Array.isArray(value) && value.length === 0 && isOptional(code))),
  )

describe('isIdNumber', () => {
  // The example of GB 11643-1999.
  it('knows the standard’s example', () => {
    expect(isIdNumber('11010519491231002X')).toBe(true)
    expect(isIdNumber('440524188001010014')).toBe(true)
  })

  it('finds every single wrong digit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (at, by) => {
        const number = '11010519491231002X'
        const digit = (Number(number[at]) + by) % 10
        expect(isIdNumber(number.slice(0, at) + digit + number.slice(at + 1))).toBe(false)
      }),
    )
  })
})
