/** What may be wrong with a frame, a segment or a field. */
export type Rule = keyof typeof ruleTexts

/** One thing that is wrong: which field, what stands there, which rule it breaks, at which byte. */
export type Complaint = {
  readonly rule: Rule
  readonly field: string
  /** What stands there, at most 64 characters of it. */
  readonly value: string
  /** Byte offset from the beginning of what was given to read. */
  readonly offset: number
}

/** Strict refuses whatever breaks the standard; lenient forgives what devices in service do, and lists it. */
export type Mode = 'strict' | 'lenient'

const ruleTexts = {
  frame_start: 'begins with ## (HJ 212-2017 6.3.1)',
  length_digits: 'is four decimal digits (6.3.1)',
  length_limit: 'is at most 1024, and never above 4096 (6.3.1)',
  length_mismatch: 'is the number of bytes between the length and the check value (6.3.1)',
  crc_digits: 'is four hexadecimal digits (6.3.1)',
  crc_case: 'is sent in upper case',
  crc_impossible: 'is one of the 256 values that annex A can give',
  crc_wrong: 'is the check value of the segment (annex A)',
  line_end: 'ends with CR LF (6.3.1)',
  control_character: 'holds no control characters',
  text_encoding: 'is UTF-8',
  cipher: 'can be opened with the key of the device',
  field_missing: 'must be there (6.3.2)',
  field_absent: 'must be there from 2017 on (6.3.2)',
  field_form: 'has the form that 6.3.2 gives it',
  field_limit: 'is not longer than 6.3.2 allows',
  field_order: 'stands in the order of 6.3.2',
  field_unknown: 'is a field of 6.3.2',
  field_duplicate: 'stands there once',
  separator: 'is separated by ; (fields, groups) or , (items of one factor)',
  flag_form: 'is a decimal number from 0 to 255 (6.3.2)',
  version: 'has the version bits 0 (2005), 1 (2017) or 2 (2025)',
  packet_numbers: 'is there exactly when bit 1 of Flag is set (6.3.2)',
  packet_range: 'satisfies 1 <= PNO <= PNUM (6.3.2)',
  area_start: 'begins with && (6.3.3)',
  area_end: 'ends with &&, once (6.3.3)',
  area_limit: 'holds at most 950 bytes (6.3.2)',
  area_space: 'holds no spaces between && and &&',
  group_empty: 'holds no empty group',
  item_form: 'is name=value',
  factor_letter: 'begins with the letter of its medium (HJ 524)',
  text_end: 'ends with // (table 4)',
  number_form: 'is a decimal number, or is empty, - or NaN when there is no value',
  number_range: 'is in the range of table 4',
  time_form: 'is an existing second written YYYYMMDDhhmmss',
  code_form: 'is a code of the table of its field',
} as const

// What a receiver may overlook without guessing at the meaning of anything: the standard's own examples and devices in service do it.
const forgiven: ReadonlySet<Rule> = new Set<Rule>([
  'length_limit',
  'crc_case',
  'line_end',
  'text_encoding',
  'field_absent',
  'field_form',
  'field_limit',
  'field_order',
  'field_unknown',
  'field_duplicate',
  'separator',
  'version',
  'packet_numbers',
  'area_limit',
  'area_space',
  'group_empty',
  'item_form',
  'factor_letter',
  'number_form',
  'number_range',
  'time_form',
  'code_form',
])

/** Whether a complaint refuses the frame in every mode. O(1). */
export const isFatal = ({ rule }: Complaint): boolean => !forgiven.has(rule)

/**
 * What is left to say about a message of a device that somebody made known under its MN: devices in service have MNs of other
 * letters than 6.3.2 allows, and the exact text is the key. O(complaints).
 */
export const besideMn = (complaints: readonly Complaint[]): readonly Complaint[] =>
  complaints.filter(({ rule, field }) => rule !== 'field_form' || field !== 'MN')

/**
 * A complaint as one sentence, for logs and for the parser page.
 * @returns `field "value" at byte n: rule`
 * Source: own. O(1).
 */
export const explain = ({ rule, field, value, offset }: Complaint): string =>
  `${field} ${JSON.stringify(value)} at byte ${offset}: ${field} ${ruleTexts[rule]}`

/** Makes a complaint with its value cut to what a log line holds. O(1). */
export const complain = (rule: Rule, field: string, value: string, offset: number): Complaint => ({
  rule,
  field,
  value: value.length > 64 ? `${value.slice(0, 63)}…` : value,
  offset,
})
