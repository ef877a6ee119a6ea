import type { SubjectKind } from './api.ts'

/** One field of a move's form. */
export type FieldSpec =
  | { readonly name: string; readonly kind: 'prose' | 'line'; readonly max: number; readonly required?: boolean }
  | { readonly name: 'stars'; readonly kind: 'stars' }
  | { readonly name: 'how'; readonly kind: 'delivery' }
  | { readonly name: 'right'; readonly kind: 'right' }
  | { readonly name: 'internal'; readonly kind: 'internal' }
  | { readonly name: 'workingDays'; readonly kind: 'days'; readonly max: number }
  | { readonly name: 'accountId'; readonly kind: 'person' }
  | { readonly name: 'asks'; readonly kind: 'asks' }
  | { readonly name: 'headReason'; readonly kind: 'head_reason' }
  | { readonly name: 'materials'; readonly kind: 'materials' }
  | { readonly name: 'step'; readonly kind: 'step' }
  | { readonly name: 'outcome'; readonly kind: 'outcome' }

const prose = (name: string, max: number): FieldSpec => ({ name, kind: 'prose', max, required: true })
const remark = (max: number): FieldSpec => ({ name: 'words', kind: 'prose', max })
const note: readonly FieldSpec[] = [prose('text', 2000), { name: 'internal', kind: 'internal' }]
const asks: FieldSpec = { name: 'asks', kind: 'asks' }
const refusal: readonly FieldSpec[] = [prose('reason', 1000), prose('basis', 500)]
const delivery: readonly FieldSpec[] = [{ name: 'how', kind: 'delivery' }, remark(500)]

/** The fields of every move that has a form; the lengths are the contract's. */
export const moveSpecs: Readonly<Record<SubjectKind, Readonly<Record<string, readonly FieldSpec[]>>>> = {
  application: {
    accept: [remark(500)],
    accept_tolerant: [remark(500)],
    ask_correction: [asks, { name: 'headReason', kind: 'head_reason' }],
    refuse: refusal,
    withdraw: [prose('reason', 500)],
    deliver: delivery,
    rate: [{ name: 'stars', kind: 'stars' }, remark(1000)],
    note,
  },
  item: {
    assign: [
      { name: 'accountId', kind: 'person' },
      { name: 'reason', kind: 'prose', max: 500 },
    ],
    pass_review: [prose('opinion', 2000)],
    ask_supplement: [asks],
    finish_special: [{ name: 'step', kind: 'step' }, { name: 'outcome', kind: 'outcome' }, prose('words', 2000)],
    urge: [prose('words', 500)],
    stop: refusal,
    approve: [remark(1000)],
    refuse: refusal,
    send_back: [prose('reason', 1000)],
    judge_sample: [{ name: 'right', kind: 'right' }, prose('reason', 1000)],
    note,
  },
  promise: {
    supply: [{ name: 'materials', kind: 'materials' }],
    verify: [remark(500)],
    reject: [prose('reason', 500)],
    extend: [{ name: 'workingDays', kind: 'days', max: 10 }, prose('reason', 500)],
    repair: [prose('reason', 500)],
  },
  revocation: {
    ask_hearing: [remark(1000)],
    waive_hearing: [remark(1000)],
    hold_hearing: [prose('minutes', 4000)],
    revoke: [prose('reason', 1000)],
    uphold: [prose('reason', 1000)],
  },
  package: {
    pass: [{ name: 'identityBy', kind: 'line', max: 100, required: true }, remark(500)],
    reject: [prose('reason', 500)],
    accept: [remark(500)],
    ask_correction: [asks],
    repair: [remark(1000)],
    deliver: delivery,
  },
}

/** What the subject's move asks for; null when it has no form here. */
export function specOf(kind: SubjectKind, move: string): readonly FieldSpec[] | null {
  return moveSpecs[kind][move] ?? null
}

/** The verb that a case waits for comes first; the first one allowed is the reader's primary verb. */
export const moveOrder: Readonly<Record<SubjectKind, readonly string[]>> = {
  application: ['accept', 'accept_tolerant', 'ask_correction', 'deliver', 'rate', 'refuse', 'note', 'withdraw'],
  item: [
    'pass_review',
    'approve',
    'finish_special',
    'judge_sample',
    'ask_supplement',
    'assign',
    'send_back',
    'refuse',
    'urge',
    'stop',
    'note',
  ],
  promise: ['supply', 'verify', 'reject', 'extend', 'repair'],
  revocation: ['ask_hearing', 'waive_hearing', 'hold_hearing', 'revoke', 'uphold'],
  package: ['pass', 'accept', 'repair', 'deliver', 'ask_correction', 'reject'],
}

/** Moves that take something from somebody; their button is never the primary one. */
export const hardMoves: ReadonlySet<string> = new Set([
  'refuse',
  'withdraw',
  'reject',
  'send_back',
  'revoke',
  'stop',
  'urge',
  'note',
])
