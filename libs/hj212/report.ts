import { complain, type Complaint, type Rule } from './complaint.ts'
import type { Value } from './value.ts'

/** One field of a frame: where it stands and what it says. */
export type Span = {
  /** Byte offset of the field's name, or of its value where it has no name. */
  readonly offset: number
  /** Bytes, name and value together. */
  readonly length: number
  /** `QN`, `CP.w01018-Rtd`, `crc`. */
  readonly name: string
  /** The value's bytes as text. */
  readonly raw: string
  readonly value: Value
}

/** Where readers write what they find. `spans` is null when nobody will look at them. */
export type Report = { readonly complaints: Complaint[]; readonly spans: Span[] | null }

/** A text taken from bytes, and where it stood. Own. */
export type Token = {
  readonly name: string
  readonly raw: string
  /** Byte offset of the name, and of the value behind it. */
  readonly offset: number
  readonly valueOffset: number
  /** Byte offset behind the value. */
  readonly end: number
}

/** Writes a complaint about a token's value. O(1). */
export const blame = (report: Report, rule: Rule, { name, raw, valueOffset }: Token): void =>
  void report.complaints.push(complain(rule, name, raw, valueOffset))

/** Writes where a token stands and what it says. O(1). */
export const show = (report: Report, token: Token, value: Value, prefix = ''): void =>
  void report.spans?.push({
    offset: token.offset,
    length: token.end - token.offset,
    name: prefix + token.name,
    raw: token.raw,
    value,
  })
