import { addDays, localDateOf } from '@tingzhou/calendar'
import { epochMs, err, ok, type EpochMs, type LocalDate, type Result } from '@tingzhou/kernel'
import type { Fault } from '../problems.ts'
import { opinionDays, ratingTags, type RatingSide } from './words.ts'

export type RatingRefused = ({ readonly kind: 'rating_state' } & Fault) | ({ readonly kind: 'field_refused' } & Fault)

const dayMs = 86_400_000
const after = (at: EpochMs, days: number): EpochMs => epochMs(at + days * dayMs)

/** Until when a waybill that was signed then is rated. O(1). */
export const rateUntil = (signedAt: EpochMs): EpochMs => after(signedAt, opinionDays.ratingUntil)
/** Until when a rating is changed, unless the other side sees it before. O(1). */
export const changeUntil = (givenAt: EpochMs, shownAt: EpochMs): EpochMs =>
  epochMs(Math.min(after(givenAt, opinionDays.ratingChange), shownAt))

const refused = (field: string, value: string, rule: string): RatingRefused => ({
  kind: 'rating_state',
  field,
  value,
  rule,
})

/** Whether a waybill may be rated now. Pure. O(1). */
export function checkRateable(
  waybill: { readonly number: string; readonly state: string; readonly signed_at: EpochMs | null },
  now: EpochMs,
): Result<void, RatingRefused> {
  const { number, state, signed_at: signedAt } = waybill
  if (signedAt === null || state === 'cancelled') return err(refused('waybill', number, 'rated_once_signed'))
  return now < rateUntil(signedAt) ? ok(undefined) : err(refused('waybill', number, 'rated_in_time'))
}

/** Whether a rating may still be changed. Pure. O(1). */
export function checkChangeable(
  rating: { readonly given_at: EpochMs; readonly shown_at: EpochMs },
  number: string,
  now: EpochMs,
): Result<void, RatingRefused> {
  if (rating.shown_at <= now) return err(refused('waybill', number, 'rating_shown'))
  const until = changeUntil(rating.given_at, rating.shown_at)
  return now < until ? ok(undefined) : err(refused('waybill', number, 'rating_frozen'))
}

/** Whether a side may choose these tags, each once. Pure. O(tags). */
export function checkTags(side: RatingSide, tags: readonly string[]): Result<void, RatingRefused> {
  const known = new Set(ratingTags[side].map(({ code }) => code))
  const wrong = tags.find((tag) => !known.has(tag))
  if (wrong !== undefined) return err({ kind: 'field_refused', field: 'tags', value: wrong, rule: 'known_tag' })
  const twice = tags.find((tag, index) => tags.indexOf(tag) !== index)
  if (twice !== undefined) return err({ kind: 'field_refused', field: 'tags', value: twice, rule: 'tag_once' })
  return ok(undefined)
}

/** From when the other side sees a rating, and from which day it counts. */
export type Shown = { readonly shownAt: EpochMs; readonly countsOn: LocalDate }

/** A rating that is the first of its waybill: hidden, and out of the sums until nobody can read it out of them. Pure. O(1). */
export function hiddenFrom(givenAt: EpochMs): Shown {
  const shownAt = after(givenAt, opinionDays.ratingHidden)
  return { shownAt, countsOn: addDays(localDateOf(shownAt), 1) }
}

/** Both were given: they are seen, and count from today. Pure. O(1). */
export const shownNow = (now: EpochMs): Shown => ({ shownAt: now, countsOn: localDateOf(now) })
