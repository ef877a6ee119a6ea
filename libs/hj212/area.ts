import { complain } from './complaint.ts'
import { blame, show, type Report, type Token } from './report.ts'
import { fromBinary } from './text.ts'
import { readName, type FieldName } from './fields.ts'
import type { Group, Item } from './segment.ts'
import { readValue, type Value } from './value.ts'

/** An item of the data area where it stands, its name taken apart and its value read. */
export type AreaItem = Token & { readonly field: FieldName; readonly value: Value }

/** The data area, group by group, with places for complaints. */
export type Area = readonly (readonly AreaItem[])[]

/** Bytes of a data area that the standard allows. HJ 212-2017 6.3.2. */
export const areaMaxBytes = 950

const semicolon = 0x3b
const comma = 0x2c
const equals = 0x3d
const ampersand = 0x26
const slash = 0x2f

/**
 * Reads the data area.
 * @param binary  the data segment, one character a byte; `isAscii` when it is already the text
 * @param at      where the value of CP begins
 * @param base    byte offset of the segment in what was given to read
 * @returns null when the area does not stand between && and &&, at the end of the segment
 * Source: HJ 212-2017 6.3.3. O(length).
 */
export function readArea(binary: string, isAscii: boolean, at: number, base: number, report: Report): Area | null {
  const from = at + 2
  const to = binary.lastIndexOf('&&')
  if (!binary.startsWith('&&', at)) return refuse(report, 'area_start', binary.slice(at), base + at)
  if (to < from || to + 2 !== binary.length) return refuse(report, 'area_end', binary.slice(from), base + from)
  if (to - from > areaMaxBytes) report.complaints.push(complain('area_limit', 'CP', String(to - from), base + from))
  if (to > from && binary.slice(from, to).trim() === '') {
    report.complaints.push(complain('area_space', 'CP', binary.slice(from, to), base + from))
    return []
  }
  const hasAmpersand = binary.indexOf('&', from) < to
  return readGroups({ binary, isAscii, to, hasAmpersand, base, report }, from)
}

function refuse(report: Report, rule: 'area_start' | 'area_end', value: string, offset: number): null {
  report.complaints.push(complain(rule, 'CP', value, offset))
  return null
}

type Source = {
  readonly binary: string
  readonly isAscii: boolean
  /** Where the area ends. */
  readonly to: number
  /** Whether an & stands in it. */
  readonly hasAmpersand: boolean
  readonly base: number
  readonly report: Report
}

function readGroups(source: Source, from: number): Area {
  const { binary, to, base, report } = source
  const groups: AreaItem[][] = []
  let group: AreaItem[] = []
  let at = from
  while (at < to) {
    if (binary.charCodeAt(at) === semicolon) {
      report.complaints.push(complain('group_empty', 'CP', ';', base + at))
      at++
      continue
    }
    const item = readItem(source, at)
    const first = group[0]
    // Commas join what is said of one factor; the standard's own examples also put one where a semicolon belongs.
    if (first && (item.field.suffix === '' || item.field.code !== first.field.code)) blame(report, 'separator', item)
    group.push(item)
    at = item.end - base
    const isLast = at >= to
    if (isLast || binary.charCodeAt(at) === semicolon) {
      groups.push(group)
      group = []
    }
    if (!isLast && ++at === to) report.complaints.push(complain('group_empty', 'CP', '', base + at))
  }
  if (group.length > 0) groups.push(group)
  return groups
}

function readItem(source: Source, at: number): AreaItem {
  const { binary, to, base, report } = source
  let sign = at
  let code = binary.charCodeAt(sign)
  while (sign < to && code !== equals && code !== semicolon && code !== comma) code = binary.charCodeAt(++sign)
  const name = textOf(source, at, sign)
  const hasValue = sign < to && code === equals
  const valueAt = hasValue ? sign + 1 : sign
  const isText = hasValue && binary.charCodeAt(valueAt) === slash && binary.charCodeAt(valueAt + 1) === slash
  const end = isText ? endOfText(source, valueAt) : endOfValue(binary, valueAt, to)
  const raw = textOf(source, valueAt, end)
  const field = readName(name)
  const { value, broken } = readValue(raw, field.form)
  const item = { name, raw, offset: base + at, valueOffset: base + valueAt, end: base + end, field, value }
  if (!hasValue || name === '') blame(report, 'item_form', item)
  if (broken) blame(report, broken, item)
  if (field.isLetterless) blame(report, 'factor_letter', item)
  if (source.hasAmpersand && !isText) checkAmpersands(binary, at, end, item, report)
  if (report.spans) show(report, item, value, 'CP.')
  return item
}

function endOfValue(binary: string, from: number, to: number): number {
  let end = from
  for (; end < to; end++) {
    const code = binary.charCodeAt(end)
    if (code === semicolon || code === comma) return end
  }
  return end
}

/** A text between // and // is taken as it is; it ends at the first // that a separator or the end of the area follows. */
function endOfText({ binary, to, base, report }: Source, from: number): number {
  for (
    let close = binary.indexOf('//', from + 2);
    close >= 0 && close + 2 <= to;
    close = binary.indexOf('//', close + 1)
  ) {
    const next = binary.charCodeAt(close + 2)
    if (close + 2 === to || next === semicolon || next === comma) return close + 2
  }
  report.complaints.push(complain('text_end', 'CP', binary.slice(from, to), base + from))
  return to
}

/** Two ampersands end the area; one belongs to no name or number. */
function checkAmpersands(binary: string, from: number, to: number, item: AreaItem, report: Report): void {
  for (let i = from; i < to; i++) {
    if (binary.charCodeAt(i) !== ampersand) continue
    return blame(report, binary.charCodeAt(i + 1) === ampersand && i + 1 < to ? 'area_end' : 'item_form', item)
  }
}

function textOf({ binary, isAscii, base, report }: Source, from: number, to: number): string {
  const piece = binary.slice(from, to)
  if (isAscii) return piece
  const text = fromBinary(piece)
  if (text === null) report.complaints.push(complain('text_encoding', 'CP', piece, base + from))
  return text ?? piece
}

/** The area without places: what was sent. O(items). */
export const toGroups = (area: Area): readonly Group[] => area.map((group) => group.map(toItem))

/** An item without its place. O(1). */
export const toItem = ({ name, raw }: AreaItem): Item => ({ name, text: raw })
