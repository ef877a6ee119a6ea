import { err, ok, type LocalDate, type Result } from '@tingzhou/kernel'
import type { Selection } from './situation.ts'

/** A broken promise 失信记录; it stands in the way of further tolerance until it is repaired. */
export type DishonestyRecord = {
  readonly application: string
  readonly brokenOn: LocalDate
  readonly repairedOn: LocalDate | null
}

/** What the applicant signs: the list, in which form, by when, and what follows if not. */
export type PromiseText = {
  readonly materials: readonly string[]
  readonly form: 'paper' | 'electronic'
  readonly deadlineDays: number
  readonly consequence: string
  readonly signedBy: string | null
}

export type ToleranceRequest = {
  /**
   * The selected items and the materials that are due. What another item of the same application will make comes later and without
   * the applicant: the caller leaves it out.
   */
  readonly selection: Pick<Selection, 'items' | 'materials'>
  /** Materials that somebody looked at: there, and legal or not. Fetched ones count when they have come. */
  readonly supplied: readonly { readonly material: string; readonly isLegal: boolean }[]
  readonly records: readonly DishonestyRecord[]
  readonly promise: PromiseText
  /** The zone's own limit in working days: a setting, 10 when nobody changed it. */
  readonly deadlineDaysMax: number
}

export type ToleranceRefusal =
  | { readonly kind: 'dishonesty_record'; readonly application: string; readonly brokenOn: LocalDate }
  | { readonly kind: 'main_missing'; readonly material: string }
  | { readonly kind: 'not_legal'; readonly material: string }
  | { readonly kind: 'not_tolerable'; readonly material: string }
  | { readonly kind: 'nothing_missing' }
  | { readonly kind: 'list_differs'; readonly missing: readonly string[]; readonly promised: readonly string[] }
  | {
      readonly kind: 'deadline_too_long'
      readonly days: number
      readonly daysMax: number
      readonly because: 'setting' | 'item' | 'material'
      readonly code: string | null
    }
  | { readonly kind: 'deadline_too_short'; readonly days: number }
  | { readonly kind: 'consequence_missing' }
  | { readonly kind: 'not_signed' }

/**
 * Whether an application may be accepted with materials missing 容缺受理.
 * @returns the missing materials, or every reason why not
 * Source: casework.md §10, rule 5. O(items × materials).
 */
export function checkTolerance(request: ToleranceRequest): Result<readonly string[], readonly ToleranceRefusal[]> {
  const { selection, supplied, promise } = request
  const there = new Set(supplied.map(({ material }) => material))
  const missing = selection.materials.filter(({ material }) => !there.has(material.code))
  const codes = missing.map(({ material }) => material.code)
  const refusals = [
    ...openRecords(request.records),
    ...missing.flatMap(({ material }): readonly ToleranceRefusal[] => {
      if (material.kind === 'main') return [{ kind: 'main_missing', material: material.code }]
      return material.tolerant ? [] : [{ kind: 'not_tolerable', material: material.code }]
    }),
    ...supplied.flatMap(({ material, isLegal }): readonly ToleranceRefusal[] =>
      isLegal ? [] : [{ kind: 'not_legal', material }],
    ),
    ...(codes.length === 0 ? [{ kind: 'nothing_missing' } as const] : checkPromise(promise, codes)),
    ...checkDeadline(request, codes),
  ]
  return refusals.length > 0 ? err(refusals) : ok(codes)
}

const openRecords = (records: readonly DishonestyRecord[]): readonly ToleranceRefusal[] =>
  records
    .filter(({ repairedOn }) => repairedOn === null)
    .map(({ application, brokenOn }) => ({ kind: 'dishonesty_record', application, brokenOn }))

function checkPromise(promise: PromiseText, missing: readonly string[]): readonly ToleranceRefusal[] {
  const promised = new Set(promise.materials)
  const agrees = missing.length === promised.size && missing.every((code) => promised.has(code))
  return [
    ...(agrees ? [] : [{ kind: 'list_differs', missing, promised: promise.materials } as const]),
    ...(promise.consequence.trim() === '' ? [{ kind: 'consequence_missing' } as const] : []),
    ...(promise.signedBy === null ? [{ kind: 'not_signed' } as const] : []),
  ]
}

/** The deadline is at most the setting, the promised days of every item that lacks something, and what each material allows. */
function checkDeadline(request: ToleranceRequest, missing: readonly string[]): readonly ToleranceRefusal[] {
  const { selection, promise, deadlineDaysMax } = request
  const days = promise.deadlineDays
  if (!Number.isSafeInteger(days) || days < 1) return [{ kind: 'deadline_too_short', days }]
  const lacking = selection.materials.filter(({ material }) => missing.includes(material.code))
  const items = selection.items.filter(({ code }) => lacking.some((needed) => needed.items.includes(code)))
  const limits = [
    { because: 'setting', code: null, daysMax: deadlineDaysMax } as const,
    ...items.map(({ code, promised }) => ({ because: 'item', code, daysMax: promised.days }) as const),
    ...lacking.flatMap(({ material: { code, tolerant } }) =>
      tolerant ? [{ because: 'material', code, daysMax: tolerant.daysMax } as const] : [],
    ),
  ]
  return limits
    .filter(({ daysMax }) => days > daysMax)
    .map(({ because, code, daysMax }) => ({ kind: 'deadline_too_long', days, daysMax, because, code }))
}
