/** Values as text: what string() answers, and what prints as a literal. Source: DMN 1.5 clause 10.3.4.1. */
import { numberText } from './number.ts'
import { isContext, isList, type Value } from './value.ts'

/** The text of a value: strings as they are, within lists and contexts in quotes. */
export function textOf(value: Value): string {
  return typeof value === 'string' ? value : writeValue(value)
}

/** The text of a value with strings in quotes. */
export function writeValue(value: Value): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean') return String(value)
  if (isList(value)) return `[${value.map(writeValue).join(', ')}]`
  if (isContext(value)) return `{${Object.entries(value).map(writeEntry).join(', ')}}`
  return value.text
}

const writeEntry = ([name, value]: readonly [string, Value]): string =>
  `${/^[\p{L}_][\p{L}\p{N}_ ]*$/u.test(name) ? name : quoted(name)}: ${writeValue(value)}`

/** A string literal of FEEL. */
export function quoted(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
  return `"${escaped.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`
}
