import { err, ok, type Result } from '@tingzhou/kernel'
import { areaMaxBytes } from './area.ts'
import type { Cipher } from './cipher.ts'
import { complain, type Complaint } from './complaint.ts'
import { readSegment } from './decode.ts'
import { frameOf } from './frame.ts'
import { segmentMaxBytes } from './framer.ts'
import type { Report } from './report.ts'
import type { Flags, Group, Segment } from './segment.ts'

const toBytes = new TextEncoder()

/**
 * Writes a segment as a frame.
 * @param segment  what to send; QN, PW and MN are echoed as they are, because a device in service may have odd ones
 * @param cipher   seals the segment
 * @returns the frame with CR LF, or the first thing a strict receiver would refuse, with field, value and rule
 * Source: HJ 212-2017 6.3. O(bytes).
 */
export function encode(segment: Segment, cipher?: Cipher): Result<Uint8Array, Complaint> {
  const text = printSegment(segment)
  const bytes = toBytes.encode(text)
  if (bytes.length > segmentMaxBytes) return err(complain('length_limit', 'length', String(bytes.length), 2))
  // What is written is read back: a separator inside a value would be read as another field.
  const report: Report = { complaints: [], spans: null }
  const read = readSegment(bytes, 6, report)
  const refused = report.complaints.find((one) => !isEchoed(one))
  if (refused) return err(refused)
  const changed = read ? firstChange(segment, read.segment) : 'CP'
  if (changed) return err(complain('separator', changed, text, 6))
  return ok(frameOf(cipher ? cipher.seal(bytes) : bytes))
}

const echoed: ReadonlySet<string> = new Set(['QN', 'PW', 'MN'])
const isEchoed = ({ rule, field }: Complaint): boolean =>
  echoed.has(field) && (rule === 'field_form' || rule === 'field_limit' || rule === 'field_absent')

/**
 * Writes a data segment.
 * @returns the text between the length and the check value; nothing is checked
 * Source: HJ 212-2017 6.3.2, table 3. O(characters).
 */
export function printSegment({ qn, st, cn, pw, mn, flags, packet, area, extra }: Segment): string {
  const head = [
    ...(qn === null ? [] : [`QN=${qn}`]),
    `ST=${st}`,
    `CN=${cn}`,
    ...(pw === null ? [] : [`PW=${pw}`]),
    `MN=${mn}`,
    ...(flags ? [`Flag=${flagOf(flags, packet !== null)}`] : []),
    ...(packet ? [`PNUM=${packet.count}`, `PNO=${packet.index}`] : []),
    ...extra.map(({ name, text }) => `${name}=${text}`),
  ]
  return `${head.join(';')};CP=&&${printArea(area)}&&`
}

/**
 * The number of the field Flag.
 * @param hasPacket  whether PNUM and PNO are there
 * Source: HJ 212-2017 6.3.2. O(1).
 */
export const flagOf = ({ version, wantsAnswer }: Flags, hasPacket: boolean): number =>
  version * 4 + (hasPacket ? 2 : 0) + (wantsAnswer ? 1 : 0)

const printArea = (area: readonly Group[]): string =>
  area.map((group) => group.map(({ name, text }) => `${name}=${text}`).join(',')).join(';')

/** The name of the first field that reads otherwise than it was written, or null. */
function firstChange(written: Segment, read: Segment): string | null {
  const heads = ['qn', 'st', 'cn', 'pw', 'mn'] as const
  const head = heads.find((name) => written[name] !== read[name])
  if (head) return head.toUpperCase()
  if (written.flags?.version !== read.flags?.version) return 'Flag'
  if (written.packet?.index !== read.packet?.index || written.packet?.count !== read.packet?.count) return 'PNO'
  const items = written.area.flat()
  const others = read.area.flat()
  const at = items.findIndex(({ name, text }, i) => others[i]?.name !== name || others[i].text !== text)
  if (at >= 0) return items[at]?.name ?? 'CP'
  const shape = (area: readonly Group[]): string => area.map((group) => group.length).join()
  return shape(written.area) === shape(read.area) ? null : 'CP'
}

/**
 * Spreads a data area that is too long for one packet over several.
 * @param segment   without packet numbers; its group `DataTime` is repeated in every packet
 * @param qnOf      the QN of packet 1, 2, …: each packet has its own and is answered on its own
 * @param maxBytes  bytes of a data area; 950 by default
 * @returns one segment when it fits, else as many as are needed; a group that alone does not fit is refused
 * Source: HJ 212-2017 6.3.2 and the examples C.49 and C.50. O(bytes).
 */
export function splitPackets(
  segment: Segment,
  qnOf: (index: number) => string | null,
  maxBytes = areaMaxBytes,
): Result<readonly Segment[], Complaint> {
  const sizeOf = (area: readonly Group[]): number => toBytes.encode(printArea(area)).length
  const single = { ...segment, qn: qnOf(1), packet: null }
  const fits = toBytes.encode(printSegment(single)).length <= segmentMaxBytes
  if (fits && sizeOf(segment.area) <= maxBytes) return ok([single])
  const isTime = (group: Group): boolean => group[0]?.name === 'DataTime'
  const common = segment.area.filter(isTime)
  // The fields before the area count as well: a packet has at most 1,024 bytes, and its numbers have at most four digits here.
  const empty = { ...segment, qn: qnOf(1), packet: { index: 9_999, count: 9_999 }, area: [] }
  const areaMax = Math.min(maxBytes, segmentMaxBytes - toBytes.encode(printSegment(empty)).length)
  const room = areaMax - sizeOf(common)
  const parts: Group[][] = []
  let used = Infinity
  for (const group of segment.area) {
    if (isTime(group)) continue
    const size = sizeOf([group]) + 1
    if (size > room) return err(complain('area_limit', group[0]?.name ?? 'CP', String(size), 0))
    if (used + size > room) {
      parts.push([])
      used = 0
    }
    parts.at(-1)?.push(group)
    used += size
  }
  return ok(
    parts.map((groups, i) => ({
      ...segment,
      qn: qnOf(i + 1),
      packet: { index: i + 1, count: parts.length },
      area: [...common, ...groups],
    })),
  )
}
