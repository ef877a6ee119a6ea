import { localDateOf } from '@tingzhou/calendar'
import { epochMs, err, localDate, ok, type EpochMs, type LocalDate, type Result } from '@tingzhou/kernel'
import * as z from 'zod'
import type { RequestState } from './request-states.ts'

/** What a source says of a subject, since when and until when. */
export type SourceAnswer = { readonly value: unknown; readonly asOf: LocalDate; readonly validTo: LocalDate | null }

/** Why an answer cannot be used; the applicant is asked instead. */
export type Unusable = 'bad_answer' | 'no_data' | 'expired' | 'refused_by_source' | 'answer_too_large'

/** What a response means: an answer, nothing usable, one to come by callback, or a fault after which asking again makes sense. */
export type Response =
  | { readonly kind: 'answer'; readonly answer: SourceAnswer }
  | { readonly kind: 'unusable'; readonly why: Unusable }
  | { readonly kind: 'later' }
  | { readonly kind: 'again' }

const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)
const Body = z.object({ value: z.unknown(), asOf: Day, validTo: Day.nullable().default(null) })

/** 64 KiB: an answer is a fact or a certificate's lines, not a file. */
export const answerBytesMax = 65_536

/**
 * Reads what a source sent: JSON with `value`, `asOf` and perhaps `validTo`.
 * @param today  an answer of a later day, or one that is no longer valid, is not usable
 * O(length).
 */
export function readAnswer(body: unknown, today: LocalDate): Result<SourceAnswer, Unusable> {
  const read = Body.safeParse(body)
  if (!read.success || read.data.value === undefined || read.data.value === null) return err('bad_answer')
  const { value, asOf, validTo } = read.data
  if (!isDay(asOf) || (validTo !== null && !isDay(validTo)) || asOf > today) return err('bad_answer')
  if (JSON.stringify(value).length > answerBytesMax) return err('answer_too_large')
  if (validTo !== null && validTo < today) return err('expired')
  return ok({ value, asOf: localDate(asOf), validTo: validTo === null ? null : localDate(validTo) })
}

function isDay(text: string): boolean {
  try {
    return localDate(text) === text
  } catch {
    return false
  }
}

/**
 * What an HTTP response of a source means. Source: RFC 9110, 15.
 * @param text  the body, as far as it was read
 */
export function readResponse(status: number, text: string, today: LocalDate): Response {
  if (status === 202) return { kind: 'later' }
  if (status === 204 || status === 404) return { kind: 'unusable', why: 'no_data' }
  if (status === 429 || status >= 500) return { kind: 'again' }
  if (status !== 200) return { kind: 'unusable', why: 'refused_by_source' }
  const answer = readAnswer(jsonOf(text), today)
  return answer.ok ? { kind: 'answer', answer: answer.value } : { kind: 'unusable', why: answer.error }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export type Asked = { readonly state: RequestState; readonly dueAt: EpochMs | null }

/** How a question stands now: one whose time is over counts as unanswered, whether or not anybody has marked it. O(1). */
export const standingOf = ({ state, dueAt }: Asked, now: EpochMs): RequestState =>
  state === 'asked' && dueAt !== null && dueAt <= now ? 'unanswered' : state

/**
 * What an answer does to its question: in time it is used; a late one is logged and waits for the applicant's consent.
 * Source: casework.md §10, rule 8, and §12 (one hour). O(1).
 */
export function answered(
  asked: Asked,
  now: EpochMs,
): Result<
  { readonly state: 'answered' | 'late'; readonly used: boolean },
  { readonly kind: 'already_answered'; readonly state: RequestState }
> {
  switch (standingOf(asked, now)) {
    case 'asked':
      return ok({ state: 'answered', used: true })
    case 'unanswered':
      return ok({ state: 'late', used: false })
    case 'answered':
    case 'failed':
    case 'late':
      return err({ kind: 'already_answered', state: asked.state })
  }
}

// Minutes after which a source that failed is asked again.
const pausesMin = [1, 5, 15, 30] as const

/** When a source is asked again after so many attempts; null when its time would be over. O(1). */
export function askAgainAt(attempts: number, now: EpochMs, dueAt: EpochMs | null): EpochMs | null {
  const pause = pausesMin[Math.min(attempts, pausesMin.length) - 1] ?? pausesMin[0]
  const next = epochMs(now + pause * 60_000)
  return dueAt !== null && next >= dueAt ? null : next
}

/** What of an answer is used: never one that came too late without the applicant's word. */
export const isUsable = ({ state, used }: { readonly state: RequestState; readonly used: boolean }): boolean =>
  state === 'answered' && used

/** Today for an answer that arrives now. */
export const dayOf = (now: EpochMs): LocalDate => localDateOf(now)
