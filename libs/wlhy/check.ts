import { parseTime } from '@tingzhou/hj212'
import type { AdapterId } from './adapter.ts'
import { sealedLength } from './content.ts'
import { readDecimal } from './decimal.ts'
import type { DocumentKind } from './documents.ts'
import { faultAt, type Fault } from './fault.ts'
import { fieldsOf, isCode, type Field, type Need, type Shape } from './fields.ts'
import { guideOf } from './guide.ts'
import { isWithinLight } from './light.ts'
import type { WireRecord } from './record.ts'
import { rulesWithin } from './rules.ts'

/**
 * What a guide refuses in a record, field by field; then what does not fit within it (times, sums); then its length.
 * @param record  anything that was read or rendered
 * @returns nothing when it may be sent
 * Source: `data/fields.json`, `data/codes.json`. O(fields).
 */
export function faultsOf(adapter: AdapterId, kind: DocumentKind, record: WireRecord): readonly Fault[] {
  const context = { adapter, applies: appliesIn(kind, record) }
  const faults = faultsIn(context, fieldsOf(kind), record, '')
  if (faults.length > 0) return faults
  const within = rulesWithin(kind, record)
  if (within.length > 0) return within
  const { contentLengthMax } = guideOf(adapter)
  const length = sealedLength(adapter, kind, record)
  return length > contentLengthMax ? [faultAt('', String(length), `sealed_length_max ${contentLengthMax}`)] : []
}

type Context = { readonly adapter: AdapterId; readonly applies: ReadonlySet<Need> }

/** Which needs the record itself brings about. */
function appliesIn(kind: DocumentKind, record: WireRecord): ReadonlySet<Need> {
  const isSegment = kind === 'waybill' && typeof record.SerialNumber === 'string' && !record.SerialNumber.endsWith('00')
  return new Set<Need>([
    'always',
    ...(isWithinLight(kind, record) ? (['light'] as const) : []),
    ...(isSegment ? (['segment'] as const) : []),
  ])
}

function faultsIn(context: Context, fields: readonly Field[], record: WireRecord, path: string): Fault[] {
  const known = fields.filter((field) => field.isOf(context.adapter))
  const names = new Set(known.map(({ name }) => name))
  const unknown = Object.keys(record).filter((name) => !names.has(name))
  return [
    ...unknown.map((name) => faultAt(`${path}${name.slice(0, 40)}`, '', 'known_field')),
    ...known.flatMap((field) => faultsAt(context, field, record[field.name], `${path}${field.name}`)),
  ]
}

function faultsAt(context: Context, field: Field, value: unknown, path: string): readonly Fault[] {
  const need = field.needOf(context.adapter)
  if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0))
    return context.applies.has(need) ? [faultAt(path, '', need === 'always' ? 'needed' : `needed ${need}`)] : []
  const { shape } = field
  if (shape.shape === 'part')
    return isPart(value) ? faultsIn(context, shape.fields, value, `${path}.`) : [faultAt(path, String(value), 'a_part')]
  if (shape.shape === 'list') return faultsInList(context, shape, value, path)
  if (typeof value !== 'string') return [faultAt(path, JSON.stringify(value) ?? '', 'a_text')]
  const rule = brokenRule(shape, value) ?? brokenCode(context.adapter, field, value)
  return rule === null ? [] : [faultAt(path, value, rule)]
}

const isPart = (value: unknown): value is WireRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function faultsInList(
  context: Context,
  { fields, max }: Extract<Shape, { shape: 'list' }>,
  value: unknown,
  path: string,
): readonly Fault[] {
  if (!Array.isArray(value)) return [faultAt(path, String(value), 'a_list')]
  if (value.length > max) return [faultAt(path, String(value.length), `rows_max ${max}`)]
  return value.flatMap((row: unknown, index) =>
    isPart(row)
      ? faultsIn(context, fields, row, `${path}.${index}.`)
      : [faultAt(`${path}.${index}`, String(row), 'a_part')],
  )
}

/** The rule that a text breaks by what it looks like, or null. */
function brokenRule(shape: Exclude<Shape, { shape: 'part' | 'list' }>, text: string): string | null {
  if (/[\p{Cc}\p{Cs}]/u.test(text)) return 'no_control_characters'
  if (text.trim() !== text) return 'no_outer_space'
  switch (shape.shape) {
    case 'day':
      return parseTime(`${text}000000`) === null ? 'day YYYYMMDD' : null
    case 'time':
      return parseTime(text) === null ? 'time YYYYMMDDhhmmss' : null
    case 'number':
      return brokenNumber(shape, text)
    case 'text': {
      // Characters, not bytes: a Chinese one counts as one.
      const length = [...text].length
      if (shape.exact) return length === shape.lengthMax ? null : `length ${shape.lengthMax}`
      return length > shape.lengthMax ? `length_max ${shape.lengthMax}` : null
    }
  }
}

function brokenNumber({ digitsMax, decimals, positive }: Extract<Shape, { shape: 'number' }>, text: string) {
  const value = readDecimal(text, decimals)
  if (value === null) return `decimals ${decimals}`
  if (text.replace('.', '').length > digitsMax) return `digits_max ${digitsMax}`
  return positive && value === 0n ? 'above_0' : null
}

const brokenCode = (adapter: AdapterId, { codes }: Field, text: string): string | null =>
  codes === null || isCode(codes, adapter, text) ? null : `known_code ${codes}`
