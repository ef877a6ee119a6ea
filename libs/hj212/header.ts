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
  const text = (name: string): string | null => found.get(name)?.raw ?? null
  const before = report.complaints.length
  const flag = found.get('Flag')
  const flags = flag ? readFlags(flag, report) : null
  const [qn, st, cn, pw, mn] = [text('QN'), text('ST'), text('CN'), text('PW'), text('MN')]
  const missing = (field: string): void => void report.complaints.push(complain('field_missing', field, '', base))
  if (!st) missing('ST')
  if (!cn) missing('CN')
  // The device that asks for its MN has none yet (1001 of 2025).
  if (!mn && !(mn === '' && cn === '1001')) missing('MN')
  const is2017 = (flags?.version ?? 0) >= 1
  const absent = (field: string): void => void report.complaints.push(complain('field_absent', field, '', base))
  if (qn === null && is2017) absent('QN')
  if (pw === null) absent('PW')
  const packet = readPacket(found, report)
  if (flag && flags && packet !== undefined && ((Number(flag.raw) & 2) !== 0) !== (packet !== null))
    blame(report, 'packet_numbers', found.get('PNUM') ?? flag)
  checkForms(found, is2017, report)
  if (report.spans) for (const token of found.values()) show(report, token, { kind: 'text', text: token.raw })
  if (report.complaints.slice(before).some(isFatal)) return null
  return { qn, st: st ?? '', cn: cn ?? '', pw, mn: mn ?? '', flags, packet: packet ?? null, extra }
}

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
  const whole = (token: Token | undefined): number => (token && /^\d{1,8}$/.test(token.raw) ? Number(token.raw) : 0)
  const [count, index] = [whole(pnum), whole(pno)]
  if (index >= 1 && index <= count) return { index, count }
  const blamed = pno ?? pnum
  if (blamed) blame(report, 'packet_range', blamed)
  return undefined
}

function checkForms(found: ReadonlyMap<string, Token>, is2017: boolean, report: Report): void {
  const check = (name: string, isRight: (raw: string) => boolean, rule: 'field_form' | 'field_limit'): void => {
    const token = found.get(name)
    if (token && !isRight(token.raw)) blame(report, rule, token)
  }
  check('QN', (raw) => parseQn(raw) !== null, 'field_form')
  check('ST', (raw) => /^[0-9A-Za-z]{2}$/.test(raw), 'field_form')
  check('CN', (raw) => /^\d{4}$/.test(raw), 'field_form')
  // 6.3.2 gives the field nine characters, PW= included.
  check('PW', (raw) => raw.length <= 6, 'field_limit')
  const mnForm = is2017 ? /^[0-9A-F]{24}$/ : /^(?:[0-9A-Za-z]{14}|[0-9A-F]{24})$/
  check('MN', (raw) => raw === '' || mnForm.test(raw), 'field_form')
  check('PNUM', (raw) => !raw.startsWith('0'), 'field_form')
  check('PNO', (raw) => !raw.startsWith('0'), 'field_form')
}
