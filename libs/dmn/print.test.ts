import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { aggregations, hitPolicies } from './model.ts'
import { parseTableModel, printTableModel, type TableModel } from './print.ts'

/** Text as an editor keeps it: without space around it, of characters that XML can hold. */
const cell = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .map((text) => text.replace(/[\p{Cc}\p{Cs}]|\uFFFE|\uFFFF/gu, '').trim())
const line = cell.map((text) => text.replace(/\s+/g, ' ').replaceAll('`', ''))
const name = line.filter((text) => text !== '')
const type = fc.option(fc.constantFrom('number', 'string', 'date and time', 'tLoan'), { nil: null })
const optional = fc.option(cell, { nil: null })
const isAnyTyped = (types: readonly (string | null)[]): boolean => types.some((one) => one !== null)
const variable = fc.record({ name, typeRef: type })

const table = fc
  .record({
    inputs: fc.array(
      fc.record({ label: fc.option(name, { nil: null }), expression: cell, typeRef: type, values: optional }),
      { maxLength: 3 },
    ),
    outputs: fc.array(
      fc.record({
        label: fc.option(name, { nil: null }),
        name: fc.option(name, { nil: null }),
        typeRef: type,
        values: optional,
        defaultValue: optional,
      }),
      { minLength: 1, maxLength: 3 },
    ),
    annotations: fc.array(line, { maxLength: 2 }),
  })
  .chain((columns) =>
    fc.record({
      hitPolicy: fc.constantFrom(...hitPolicies),
      aggregation: fc.option(fc.constantFrom(...aggregations), { nil: null }),
      inputs: fc.constant(columns.inputs),
      outputs: fc.constant(columns.outputs),
      annotations: fc.constant(columns.annotations),
      rules: fc.array(
        fc.record(
          {
            inputs: fc.array(cell, { minLength: columns.inputs.length, maxLength: columns.inputs.length }),
            outputs: fc.array(cell, { minLength: columns.outputs.length, maxLength: columns.outputs.length }),
            outputTypes: fc
              .array(type, { minLength: columns.outputs.length, maxLength: columns.outputs.length })
              .filter(isAnyTyped),
            annotations: fc.array(cell, {
              minLength: columns.annotations.length,
              maxLength: columns.annotations.length,
            }),
          },
          { requiredKeys: ['inputs', 'outputs', 'annotations'] },
        ),
        { maxLength: 4 },
      ),
    }),
  )

const model: fc.Arbitrary<TableModel> = fc.record({
  name,
  namespace: fc.webUrl(),
  decision: variable,
  inputs: fc.array(variable, { maxLength: 3 }),
  table,
})

it('parses what it prints', () => {
  fc.assert(
    fc.property(model, (value) => {
      expect(parseTableModel(printTableModel(value))).toEqual({ ok: true, value })
    }),
  )
})

it('keeps lines within a cell', () => {
  const value: TableModel = {
    name: 'm',
    namespace: 'urn:m',
    decision: { name: 'd', typeRef: null },
    inputs: [],
    table: {
      hitPolicy: 'FIRST',
      aggregation: null,
      inputs: [],
      outputs: [{ label: null, name: null, typeRef: null, values: null, defaultValue: null }],
      annotations: ['why'],
      rules: [{ inputs: [], outputs: ['1 +\n\t2'], annotations: ['a < b & "c"'] }],
    },
  }

  expect(parseTableModel(printTableModel(value))).toEqual({ ok: true, value })
})

it('says that there is no table', () => {
  const xml = printTableModel({
    name: 'm',
    namespace: 'urn:m',
    decision: { name: 'd', typeRef: null },
    inputs: [],
    table: { hitPolicy: 'UNIQUE', aggregation: null, inputs: [], outputs: [], annotations: [], rules: [] },
  })

  expect(parseTableModel(xml, 'other')).toMatchObject({
    ok: false,
    error: [{ kind: 'missing_expression', value: 'other' }],
  })
  expect(parseTableModel('<')).toMatchObject({ ok: false, error: [{ kind: 'not_xml' }] })
})
