import type { LocalDate } from '@tingzhou/kernel'
import { checkField, type FieldValues } from './answers.ts'
import { fieldsOf, type Form } from './form.ts'
import type { FieldDef } from './field.ts'
import { whyNotReusable, type NotReusable } from './reuse.ts'
import type { Words } from './words.ts'

/** A value that a register or an earlier application knows, and since when. */
export type KnownValue = {
  readonly field: string
  readonly value: unknown
  readonly source: Words
  readonly asOf: LocalDate
}

/** A value shown before anybody typed: the applicant sees where it is from and may dispute it. */
export type Prefilled = KnownValue
export type LeftOut = { readonly field: string; readonly why: NotReusable | 'not_asked' | 'no_consent' | 'invalid' }

export type Prefill = { readonly values: readonly Prefilled[]; readonly leftOut: readonly LeftOut[] }

/**
 * Fills in what is known and may be used again; of several values of a field the newest usable one.
 * @param consents  what the applicant agreed to in this application
 * Source: casework.md §10, "filling once". O(known × fields).
 */
export function prefill(
  form: Form,
  known: readonly KnownValue[],
  today: LocalDate,
  consents: ReadonlySet<string>,
): Prefill {
  const fields = new Map(fieldsOf(form).map((field) => [field.code, field]))
  const values = new Map<string, Prefilled>()
  const leftOut: LeftOut[] = []
  for (const one of known.toSorted((a, b) => (a.asOf < b.asOf ? 1 : a.asOf > b.asOf ? -1 : 0))) {
    if (values.has(one.field)) continue
    const why = whyLeftOut(fields.get(one.field), one, today, consents)
    if (why === null) values.set(one.field, one)
    else leftOut.push({ field: one.field, why })
  }
  return { values: [...values.values()], leftOut: leftOut.filter(({ field }) => !values.has(field)) }
}

function whyLeftOut(
  field: FieldDef | undefined,
  { value, asOf }: KnownValue,
  today: LocalDate,
  consents: ReadonlySet<string>,
): LeftOut['why'] | null {
  if (!field) return 'not_asked'
  const notReusable = whyNotReusable(field.reuse, asOf, today)
  if (notReusable !== null) return notReusable
  if (field.consent !== null && !consents.has(field.consent)) return 'no_consent'
  return checkField(field, value) === null ? null : 'invalid'
}

/** A prefilled value that the applicant changed: whoever keeps the register has to look at it. */
export type Dispute = {
  readonly field: string
  readonly shown: unknown
  readonly given: unknown
  readonly source: Words
}

/** The prefilled values that the answers contradict. O(values). */
export const disputesOf = (values: readonly Prefilled[], answers: FieldValues): readonly Dispute[] =>
  values.flatMap(({ field, value, source }) =>
    field in answers && !isSame(answers[field], value) ? [{ field, shown: value, given: answers[field], source }] : [],
  )

// Several choices are a set: their order says nothing.
function isSame(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b
  return a.length === b.length && a.every((item) => b.includes(item))
}
