import { err, localDate, ok, type Result } from '@tingzhou/kernel'
import { checkUscc } from '@tingzhou/uscc'
import { fieldsOf, type Form } from './form.ts'
import { patterns, signatureLengthMax } from './form-schema.ts'
import { isIdNumber } from './id-number.ts'
import type { FieldDef } from './field.ts'

/** Values by field code. */
export type FieldValues = Readonly<Record<string, unknown>>

/** What is wrong with one field: which rule, and the limit that it names. */
export type FieldProblem = {
  readonly field: string
  readonly rule:
    | 'required'
    | 'not_asked'
    | 'type'
    | 'too_short'
    | 'too_long'
    | 'pattern'
    | 'too_small'
    | 'too_large'
    | 'unknown_option'
    | 'repeated_option'
    | 'not_a_day'
    | 'check_digit'
    | 'must_agree'
  readonly limit: number | string | null
}

/**
 * Checks the answers to a form, one problem for each field that has any.
 * @returns the answers without the blanks, or the problems in the order of the form, then fields that are not on it
 * Complexity: O(fields).
 */
export function checkAnswers(form: Form, answers: FieldValues): Result<FieldValues, readonly FieldProblem[]> {
  const fields = fieldsOf(form)
  const known = new Set(fields.map(({ code }) => code))
  const problems = [
    ...fields.flatMap((field) => {
      const problem = checkField(field, answers[field.code])
      return problem ? [problem] : []
    }),
    ...Object.keys(answers)
      .filter((code) => !known.has(code))
      .map((code) => problemOf(code, 'not_asked')),
  ]
  if (problems.length > 0) return err(problems)
  return ok(Object.fromEntries(Object.entries(answers).filter(([, value]) => !isBlank(value))))
}

/** The problem of one value; null when it is good. An optional field may be blank. */
export function checkField(field: FieldDef, value: unknown): FieldProblem | null {
  if (isBlank(value)) return field.required ? problemOf(field.code, 'required') : null
  return checkValue(field, value)
}

const problemOf = (field: string, rule: FieldProblem['rule'], limit: FieldProblem['limit'] = null): FieldProblem => ({
  field,
  rule,
  limit,
})

const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

function checkValue(field: FieldDef, value: unknown): FieldProblem | null {
  const { code } = field
  switch (field.type) {
    case 'text':
    case 'long_text':
      return typeof value === 'string' ? checkText(field, value) : problemOf(code, 'type', 'string')
    case 'integer':
    case 'number':
      return typeof value === 'number' ? checkNumber(field, value) : problemOf(code, 'type', field.type)
    case 'boolean':
      return typeof value === 'boolean' ? null : problemOf(code, 'type', 'boolean')
    case 'choice':
      return field.options.some((option) => option.value === value)
        ? null
        : problemOf(code, 'unknown_option', shown(value))
    case 'choices':
      return Array.isArray(value) ? checkChoices(field, value) : problemOf(code, 'type', 'array')
    case 'date':
    case 'signed_on':
      return typeof value === 'string' && isDay(value) ? null : problemOf(code, 'not_a_day', 'YYYY-MM-DD')
    case 'uscc':
    case 'id_number':
    case 'phone':
      return typeof value === 'string' ? checkCoded(code, field.type, value) : problemOf(code, 'type', 'string')
    case 'signature':
      if (typeof value !== 'string') return problemOf(code, 'type', 'string')
      return [...value].length > signatureLengthMax ? problemOf(code, 'too_long', signatureLengthMax) : null
    case 'consent':
    case 'declaration':
      if (typeof value !== 'boolean') return problemOf(code, 'type', 'boolean')
      return value || !field.required ? null : problemOf(code, 'must_agree')
  }
}

function checkText(field: Extract<FieldDef, { readonly lengthMax: number }>, value: string): FieldProblem | null {
  // JSON Schema counts characters of Unicode, not UTF-16 units.
  const length = [...value].length
  if (length < field.lengthMin) return problemOf(field.code, 'too_short', field.lengthMin)
  if (length > field.lengthMax) return problemOf(field.code, 'too_long', field.lengthMax)
  if (field.pattern !== null && !new RegExp(field.pattern, 'u').test(value))
    return problemOf(field.code, 'pattern', field.pattern)
  return null
}

function checkNumber(field: Extract<FieldDef, { readonly min: number }>, value: number): FieldProblem | null {
  if (!Number.isFinite(value) || (field.type === 'integer' && !Number.isInteger(value)))
    return problemOf(field.code, 'type', field.type)
  if (value < field.min) return problemOf(field.code, 'too_small', field.min)
  return value > field.max ? problemOf(field.code, 'too_large', field.max) : null
}

function checkChoices(
  field: Extract<FieldDef, { readonly options: unknown }>,
  values: readonly unknown[],
): FieldProblem | null {
  const unknown = values.find((value) => !field.options.some((option) => option.value === value))
  if (unknown !== undefined) return problemOf(field.code, 'unknown_option', shown(unknown))
  return new Set(values).size < values.length ? problemOf(field.code, 'repeated_option') : null
}

function checkCoded(code: string, type: keyof typeof patterns, value: string): FieldProblem | null {
  if (!new RegExp(patterns[type], 'u').test(value)) return problemOf(code, 'pattern', patterns[type])
  // A code of the early pilots has another last character and is in force: only a malformed one is refused.
  if (type === 'uscc' && checkUscc(value).kind === 'malformed') return problemOf(code, 'check_digit')
  return type === 'id_number' && !isIdNumber(value) ? problemOf(code, 'check_digit') : null
}

function isDay(text: string): boolean {
  try {
    return localDate(text) === text
  } catch {
    // The constructor's RangeError is the answer to the question.
    return false
  }
}

const shown = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 60) : typeof value)
