/** A JSON Schema (draft 2020-12) as a form needs it: what one property wants, and what is wrong with a value. */
export type Property = {
  readonly title: string
  readonly description: string | null
  readonly widget: 'text' | 'long_text' | 'integer' | 'number' | 'choice' | 'choices' | 'date' | 'yes_no' | 'agree'
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly min: number | null
  readonly max: number | null
  readonly lengthMin: number
  readonly lengthMax: number | null
  readonly pattern: string | null
  readonly required: boolean
}

type Json = { readonly [keyword: string]: unknown }

// Above this a text gets several lines.
const oneLineMax = 120

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null)

/** The properties of an object schema, by name, in its order. Pure. */
export function propertiesOf(schema: Json): ReadonlyMap<string, Property> {
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  return new Map(
    Object.entries(properties).flatMap(([name, value]) =>
      isObject(value) ? [[name, propertyOf(name, value, required.includes(name))] as const] : [],
    ),
  )
}

function propertyOf(name: string, schema: Json, required: boolean): Property {
  const items = isObject(schema['items']) ? schema['items'] : null
  return {
    title: textOf(schema['title']) ?? name,
    description: textOf(schema['description']),
    widget: widgetOf(schema, items),
    options: optionsOf(items ?? schema),
    min: numberOf(schema['minimum']),
    max: numberOf(schema['maximum']),
    lengthMin: numberOf(schema['minLength']) ?? 0,
    lengthMax: numberOf(schema['maxLength']),
    pattern: textOf(schema['pattern']),
    required,
  }
}

function widgetOf(schema: Json, items: Json | null): Property['widget'] {
  if (items) return 'choices'
  if (schema['const'] === true) return 'agree'
  if (Array.isArray(schema['oneOf'])) return 'choice'
  switch (schema['type']) {
    case 'integer':
      return 'integer'
    case 'number':
      return 'number'
    case 'boolean':
      return 'yes_no'
    default:
      if (schema['format'] === 'date') return 'date'
      return (numberOf(schema['maxLength']) ?? 0) > oneLineMax ? 'long_text' : 'text'
  }
}

function optionsOf(schema: Json): Property['options'] {
  const list = Array.isArray(schema['oneOf']) ? schema['oneOf'] : []
  return list.flatMap((option) =>
    isObject(option) && typeof option['const'] === 'string'
      ? [{ value: option['const'], label: textOf(option['title']) ?? option['const'] }]
      : [],
  )
}

/** Which rule a value breaks, with the limit that it names; null when it is good. The server judges again. */
export type Broken = { readonly rule: string; readonly limit: number | string | null }

export const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

export function brokenRule(property: Property, value: unknown): Broken | null {
  if (property.widget === 'agree') return value === true ? null : { rule: 'must_agree', limit: null }
  if (isBlank(value)) return property.required ? { rule: 'required', limit: null } : null
  if (typeof value === 'number') return brokenNumber(property, value)
  return typeof value === 'string' ? brokenText(property, value) : null
}

function brokenNumber({ widget, min, max }: Property, value: number): Broken | null {
  if (widget === 'integer' && !Number.isInteger(value)) return { rule: 'integer', limit: null }
  if (min !== null && value < min) return { rule: 'too_small', limit: min }
  return max !== null && value > max ? { rule: 'too_large', limit: max } : null
}

function brokenText({ lengthMin, lengthMax, pattern }: Property, value: string): Broken | null {
  // JSON Schema counts characters of Unicode, not UTF-16 units.
  const length = [...value].length
  if (length < lengthMin) return { rule: 'too_short', limit: lengthMin }
  if (lengthMax !== null && length > lengthMax) return { rule: 'too_long', limit: lengthMax }
  return pattern !== null && !new RegExp(pattern, 'u').test(value) ? { rule: 'pattern', limit: pattern } : null
}
