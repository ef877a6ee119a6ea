import type { FieldDef } from './field.ts'
import { fieldsOf, type Form } from './form.ts'
import type { Words } from './words.ts'

export type JsonSchema = { readonly [keyword: string]: unknown }

/** A form for a renderer: what is valid, in which order, under which headings. */
export type FormSchema = {
  readonly schema: JsonSchema
  readonly order: readonly string[]
  readonly groups: readonly { readonly code: string; readonly title: string; readonly fields: readonly string[] }[]
}

type Language = keyof Words

const dialect = 'https://json-schema.org/draft/2020-12/schema'
export const patterns = {
  // Letters I, O, Z, S and V are not used. Source: GB 32100-2015.
  uscc: '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$',
  // Source: GB 11643-1999.
  id_number: '^[1-9][0-9]{16}[0-9X]$',
  // Mobile numbers, or a fixed line with its area code.
  phone: '^(1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})$',
} as const
export const signatureLengthMax = 200

/**
 * A form as one JSON Schema (draft 2020-12) with the order and the groups that the schema cannot say.
 * Check digits are beyond a schema: `checkAnswers` knows them too. O(fields).
 */
export function schemaOf(form: Form, language: Language): FormSchema {
  const fields = fieldsOf(form)
  return {
    schema: {
      $schema: dialect,
      type: 'object',
      properties: Object.fromEntries(
        fields.map((field) => [field.code, { ...described(field, language), ...valueSchema(field, language) }]),
      ),
      required: fields.filter(({ required }) => required).map(({ code }) => code),
      additionalProperties: false,
    },
    order: fields.map(({ code }) => code),
    groups: form.groups.map(({ code, name, fields: own }) => ({
      code,
      title: name[language],
      fields: own.map(({ field }) => field.code),
    })),
  }
}

const described = ({ name, help }: FieldDef, language: Language): JsonSchema => ({
  title: name[language],
  ...(help ? { description: help[language] } : {}),
})

function valueSchema(field: FieldDef, language: Language): JsonSchema {
  switch (field.type) {
    case 'text':
    case 'long_text': {
      const { lengthMin, lengthMax, pattern, required } = field
      const minLength = required ? Math.max(1, lengthMin) : lengthMin
      return { type: 'string', minLength, maxLength: lengthMax, ...(pattern === null ? {} : { pattern }) }
    }
    case 'integer':
    case 'number':
      return { type: field.type, minimum: field.min, maximum: field.max }
    case 'choice':
      return { oneOf: optionsOf(field, language) }
    case 'choices':
      return {
        type: 'array',
        items: { oneOf: optionsOf(field, language) },
        uniqueItems: true,
        minItems: field.required ? 1 : 0,
      }
    case 'date':
    case 'signed_on':
      return { type: 'string', format: 'date' }
    case 'boolean':
      return { type: 'boolean' }
    case 'uscc':
    case 'id_number':
    case 'phone':
      return { type: 'string', pattern: patterns[field.type] }
    case 'signature':
      return { type: 'string', minLength: 1, maxLength: signatureLengthMax }
    case 'consent':
    case 'declaration':
      // Required ones must be given; one that may be withheld may be false.
      return field.required ? { const: true } : { type: 'boolean' }
  }
}

const optionsOf = ({ options }: Extract<FieldDef, { readonly options: unknown }>, language: Language) =>
  options.map(({ value, name }) => ({ const: value, title: name[language] }))
