import { dataFlags, facilityStates, requestAnswers, results, type Code } from './catalogue-commands.ts'

/** How the text of a field is read. */
export type FieldForm =
  | { readonly form: 'decimal'; readonly min: number; readonly max: number }
  | { readonly form: 'integer'; readonly min: number; readonly max: number; readonly oneOf: readonly number[] | null }
  | { readonly form: 'time' }
  | { readonly form: 'code'; readonly codes: ReadonlyMap<string, Code> }
  | { readonly form: 'text'; readonly maxLength: number }

const decimal = (min = -Infinity, max = Infinity): FieldForm => ({ form: 'decimal', min, max })
const integer = (min = 0, max = Infinity): FieldForm => ({ form: 'integer', min, max, oneOf: null })
const code = (codes: readonly Code[]): FieldForm => ({
  form: 'code',
  codes: new Map(codes.map((one) => [one.code, one])),
})
const text = (maxLength = Infinity): FieldForm => ({ form: 'text', maxLength })
const time: FieldForm = { form: 'time' }

const minutes = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30]

// HJ 212-2017 table 4; SKCreateTime and NewSK after implementations of 2025.
const byName: ReadonlyMap<string, FieldForm> = new Map<string, FieldForm>([
  ['DataTime', time],
  ['BeginTime', time],
  ['EndTime', time],
  ['SystemTime', time],
  ['RestartTime', time],
  ['SampleTime', time],
  ['CompleteTime', time],
  ['SKCreateTime', time],
  ['PolId', text()],
  ['InfoId', text()],
  ['SampleType', text()],
  ['VaseNo', text()],
  ['CstartTime', text()],
  ['NewPW', text(6)],
  ['NewSK', text(16)],
  ['QnRtn', code(requestAnswers)],
  ['ExeRtn', code(results)],
  ['OverTime', integer()],
  ['ReCount', integer()],
  ['RtdInterval', integer(30, 3_600)],
  ['MinInterval', { form: 'integer', min: 1, max: 30, oneOf: minutes }],
  ['Ctime', integer()],
  ['Stime', integer()],
])

/** Suffixes under which a factor's numbers are sent. Source: HJ 212-2017 table 4; the last two after implementations of 2025. */
export const numberSuffixes = [
  'Rtd',
  'Min',
  'Avg',
  'Max',
  'Cou',
  'ZsRtd',
  'ZsMin',
  'ZsAvg',
  'ZsMax',
  'Data',
  'DayData',
  'NightData',
  'SampleRd',
  'StandardValue',
] as const

const bySuffix: ReadonlyMap<string, FieldForm> = new Map<string, FieldForm>([
  ...numberSuffixes.map((suffix) => [suffix, decimal()] as const),
  ['Flag', code(dataFlags)],
  ['EFlag', text(4)],
  ['SampleTime', time],
  ['CompleteTime', time],
  ['SampleType', text()],
  ['ResultType', text()],
  ['RS', code(facilityStates)],
  ['RT', decimal(0, 24)],
  ['Info', text()],
  ['SN', text()],
])

/** A field's name taken apart, and how its text is read. */
export type FieldName = {
  /** The factor's or facility's code; the name itself for a field of its own. */
  readonly code: string
  /** What is said of it; empty for a field of its own. */
  readonly suffix: string
  /** Null for a field that the standard does not name: its text is kept. */
  readonly form: FieldForm | null
  /** Five digits: the code of a factor that lost the letter of its medium. */
  readonly isLetterless: boolean
}

// Devices send the same few names again and again; what is known of a name depends on the name alone.
const known = new Map<string, FieldName>()
const knownMax = 2_000
const knownLengthMax = 40

/**
 * Takes a field's name apart at its last hyphen.
 * Source: HJ 212-2017 table 4. O(length).
 */
export function readName(name: string): FieldName {
  const found = known.get(name)
  if (found) return found
  const at = name.lastIndexOf('-')
  const [code, suffix] = at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)]
  const form = (suffix === '' ? byName.get(code) : bySuffix.get(suffix)) ?? null
  const read = { code, suffix, form, isLetterless: suffix !== '' && /^\d{5}$/.test(code) }
  if (known.size < knownMax && name.length <= knownLengthMax) known.set(name, read)
  return read
}
