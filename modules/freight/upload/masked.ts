import type { Lang } from '@tingzhou/parties'
import { fieldAt, fieldsOf, type Fault, type Field, type WireRecord, type WireValue } from '@tingzhou/wlhy'
import { maskNumber } from '../numbers.ts'
import { faultWords } from './texts.ts'
import type { UploadKind } from './words.ts'

/** Numbers of persons and accounts: nobody reads them whole here; whoever must finds them in the register. */
const numbers: ReadonlySet<string> = new Set([
  'DrivingLicense',
  'QualificationCertificate',
  'Telephone',
  'ConsignorID',
  'ConsigneeID',
  'ActualCarrierID',
  'ReceiptAccount',
])

type Shown = { readonly field: string; readonly label: string; readonly value: string }

/** A record line by line as the wire names it, numbers masked. Pure. O(fields). */
export function shownFields(lang: Lang, kind: UploadKind, record: WireRecord): Shown[] {
  return flatRecord(record, fieldsOf(kind), '').map(([field, value]) => ({
    field,
    label: labelAt(lang, kind, field),
    value: masked(field, value),
  }))
}

/** What was refused, for the reader. Pure. O(faults). */
export const shownFaults = (lang: Lang, kind: UploadKind, faults: readonly Fault[]) =>
  faults.map(({ field, value, rule }) => ({
    field,
    label: field === '' ? '' : labelAt(lang, kind, field),
    value: masked(field, value),
    rule,
    message: faultWords(lang, rule),
  }))

/** Values in the order of the guide: a database keeps its own. */
function flatRecord(
  record: WireRecord,
  fields: readonly Field[],
  path: string,
): readonly (readonly [string, string])[] {
  return fields.flatMap(({ name, shape }) => {
    const value = record[name]
    const at = path === '' ? name : `${path}.${name}`
    if (value === undefined) return []
    if (typeof value === 'string') return [[at, value] as const]
    const inner = 'fields' in shape ? shape.fields : []
    return isRows(value)
      ? value.flatMap((row, i) => flatRecord(row, inner, `${at}.${i}`))
      : flatRecord(value, inner, at)
  })
}

const isRows = (value: Exclude<WireValue, string>): value is readonly WireRecord[] => Array.isArray(value)

const masked = (field: string, value: string): string =>
  numbers.has(field.split('.').at(-1) ?? '') ? maskNumber(value) : value

/** `VehicleInfo.Driver.0.DrivingLicense` as people call it: 车辆信息 · 驾驶员 1 · 身份证号. */
function labelAt(lang: Lang, kind: UploadKind, path: string): string {
  const names = path.split('.')
  return names
    .map((name, i) => {
      if (/^\d+$/.test(name)) return null
      const field = fieldAt(kind, names.slice(0, i + 1).join('.'))
      const place = /^\d+$/.test(names[i + 1] ?? '') ? ` ${Number(names[i + 1]) + 1}` : ''
      return `${field ? (lang === 'en' ? field.en : field.zh) : name}${place}`
    })
    .filter((word) => word !== null)
    .join(' · ')
}
