import { isFatal, complain } from './complaint.ts'
import { blame, show, type Report, type Token } from './report.ts'
import type { Flags, Item, Packet, Segment } from './segment.ts'
import { parseQn } from './time.ts'

/** The fields before the data area, and where the value of CP begins; null when the segment cannot be read. */
export type Header = { readonly segment: Omit<Segment, 'area'>; readonly areaAt: number }

const semicolon = 0x3b
const comma = 0x2c
const capitalC = 0x43
// HJ 212-2017 6.3.2, table 3.
const order = ['QN', 'ST', 'CN', 'PW', 'MN', 'Flag', 'PNUM', 'PNO', 'CP']

/**
 * Reads the fields before the data area.
 * @param binary  the data segment, one character a byte
 * @param base    byte offset of the segment in what was given to read
 * @returns null when ST, CN, MN or CP is missing or Flag cannot be read
 * Source: HJ 212-2017 6.3.2. O(length).
 */
export function readHeader(binary: string, base: number, report: Report): Header | null {
  const found = new Map<string, Token>()
  const extra: Item[] = []
  const areaAt = readFields(binary, base, report, found, extra)
  const segment = areaAt === null ? null : toSegment(found, extra, base, report)
  if (areaAt === null) report.complaints.push(complain('field_missing', 'CP', '', base + binary.length))
  return segment && areaAt !== null ? { segment, areaAt } : null
}

/** Cuts `name=value;` until CP; answers where the value of CP begins. */
function readFields(
  binary: string,
  base: number,
  report: Report,
  found: Map<string, Token>,
  extra: Item[],
): number | null {
  let at = 0
  let rank = -1
  while (at < binary.length) {
    const equals = binary.indexOf('=', at)
    if (equals < 0) return null
    const name = binary.slice(at, equals)
    if (name === 'CP') return equals + 1
    const end = endOfValue(binary, equals + 1)
    const raw = binary.slice(equals + 1, end)
    const token = { name, raw, offset: base + at, valueOffset: base + equals + 1, end: base + end }
    const place = order.indexOf(name)
    if (place < 0) {
      blame(report, 'field_unknown', token)
      show(report, token, { kind: 'text', text: raw })
      extra.push({ name, text: raw })
    } else {
      if (found.has(name)) blame(report, 'field_duplicate', token)
      else if (place < rank) blame(report, 'field_order', token)
      rank = Math.max(rank, place)
      found.set(name, token)
    }
    if (binary[end] !== ';') blame(report, 'separator', token)
    at = binary.startsWith('CP=', end) ? end : end + 1
  }
  return null
}

/** A value ends at a semicolon, at a comma that stands in its place, or at a CP whose semicolon is missing. */
function endOfValue(binary: string, from: number): number {
  for (let end = from; end < binary.length; end++) {
    const code = binary.charCodeAt(end)
    if (code === semicolon || code === comma) return end
    if (code === capitalC && binary.startsWith('CP=&&', end)) return end
  }
  return binary.length
}

function toSegment(
  found: ReadonlyMap<string, Token>,
  extra: readonly Item[],
  base: number,
  report: Report,
): Omit<Segment, 'area'> | null {
  const before = report.complaints.length
  const flag = found.get('Flag')
  const flags = flag ? readFlags(flag, report) : null
  const [qn, st, cn] = [rawOf(found, 'QN'), rawOf(found, 'ST'), rawOf(found, 'CN')]
  const [pw, mn] = [rawOf(found, 'PW'), rawOf(found, 'MN')]
  if (!st) lack(report, 'field_missing', 'ST', base)
  if (!cn) lack(report, 'field_missing', 'CN', base)
  // The device that asks for its MN has none yet (1001 of 2025), and is answered without one.
  if (!mn && !(mn === '' && (cn === '1001' || st === '91'))) lack(report, 'field_missing', 'MN', base)
  const is2017 = (flags?.version ?? 0) >= 1
  if (qn === null && is2017) lack(report, 'field_absent', 'QN', base)
  if (pw === null) lack(report, 'field_absent', 'PW', base)
  const packet = readPacket(found, report)
  if (flag && flags && packet !== undefined && ((Number(flag.raw) & 2) !== 0) !== (packet !== null))
    blame(report, 'packet_numbers', found.get('PNUM') ?? flag)
  checkForms(found, is2017, report)
  if (report.spans) for (const token of found.values()) show(report, token, { kind: 'text', text: token.raw })
  if (report.complaints.length > before && report.complaints.slice(before).some(isFatal)) return null
  return { qn, st: st ?? '', cn: cn ?? '', pw, mn: mn ?? '', flags, packet: packet ?? null, extra }
}

const rawOf = (found: ReadonlyMap<string, Token>, name: string): string | null => found.get(name)?.raw ?? null

const lack = (report: Report, rule: 'field_missing' | 'field_absent', field: string, base: number): void =>
  void report.complaints.push(complain(rule, field, '', base))

function readFlags(token: Token, report: Report): Flags | null {
  const value = /^\d{1,3}$/.test(token.raw) ? Number(token.raw) : Number.NaN
  if (!(value <= 255)) {
    blame(report, 'flag_form', token)
    return null
  }
  if (String(value) !== token.raw) blame(report, 'field_form', token)
  const version = value >> 2
  if (version > 2) blame(report, 'version', token)
  return { version, wantsAnswer: (value & 1) === 1 }
}

/** Null when there are no packet numbers, undefined when they are wrong. */
function readPacket(found: ReadonlyMap<string, Token>, report: Report): Packet | null | undefined {
  const [pnum, pno] = [found.get('PNUM'), found.get('PNO')]
  if (!pnum && !pno) return null
  const [count, index] = [wholeOf(pnum), wholeOf(pno)]
  if (index >= 1 && index <= count) return { index, count }
  const blamed = pno ?? pnum
  if (blamed) blame(report, 'packet_range', blamed)
  return undefined
}

const wholeOf = (token: Token | undefined): number => (token && /^\d{1,8}$/.test(token.raw) ? Number(token.raw) : 0)

// MN may be empty here: whether that is allowed was said above.
const mnOf2017 = /^(?:[0-9A-F]{24})?$/
const mnOf2005 = /^(?:[0-9A-Za-z]{14}|[0-9A-F]{24})?$/

function checkForms(found: ReadonlyMap<string, Token>, is2017: boolean, report: Report): void {
  const qn = found.get('QN')
  if (qn && parseQn(qn.raw) === null) blame(report, 'field_form', qn)
  checkForm(found, 'ST', /^[0-9A-Za-z]{2}$/, report)
  checkForm(found, 'CN', /^\d{4}$/, report)
  // 6.3.2 gives the field nine characters, PW= included.
  const pw = found.get('PW')
  if (pw && pw.raw.length > 6) blame(report, 'field_limit', pw)
  checkForm(found, 'MN', is2017 ? mnOf2017 : mnOf2005, report)
}

function checkForm(found: ReadonlyMap<string, Token>, name: string, form: RegExp, report: Report): void {
  const token = found.get(name)
  if (token && !form.test(token.raw)) blame(report, 'field_form', token)
}
