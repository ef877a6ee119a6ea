import { sql, type RawBuilder } from 'kysely'
import { reaches } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import type { Tx } from '@tingzhou/db'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import type { Reader } from '../papers-view.ts'
import { readingRoles } from '../roles.ts'
import './tables.ts'
import { ratingsMin, type RatingSide, type RatingSubject } from './words.ts'

/** What one rating adds to the sums of whom it rates, or takes of them. */
export type Weight = {
  readonly side: RatingSide
  readonly shipper_id: string
  readonly carrier_id: string
  readonly driver_id: string
  readonly counts_on: string
  readonly ratings: number
  readonly stars: number
}

type Delta = {
  readonly subject: RatingSubject
  readonly id: string
  readonly day: string
  readonly ratings: number
  readonly stars: number
}

/**
 * The rows of the sums that weights change, each once, in the order of their key: of two writers at once none waits for the other in
 * a ring. Pure. O(weights log weights).
 */
export function deltasOf(weights: readonly Weight[]): readonly Delta[] {
  const found = new Map<string, Delta>()
  for (const weight of weights)
    for (const [subject, id] of ratedBy(weight)) {
      const day = weight.counts_on
      const key = `${subject} ${id} ${day}`
      const before = found.get(key) ?? { subject, id, day, ratings: 0, stars: 0 }
      const { ratings, stars } = weight
      found.set(key, { ...before, ratings: before.ratings + ratings, stars: before.stars + stars })
    }
  return [...found]
    .filter(([, { ratings, stars }]) => ratings !== 0 || stars !== 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, delta]) => delta)
}

const ratedBy = (weight: Weight): readonly (readonly [RatingSubject, string])[] =>
  weight.side === 'shipper'
    ? [
        ['carrier', weight.carrier_id],
        ['driver', weight.driver_id],
      ]
    : [['shipper', weight.shipper_id]]

/**
 * Adds to the sums what ratings changed: first to rows that are there, which lie on days to come, then to those that may be new; each
 * in the order of the key. Two statements by the primary key, six rows at most.
 */
export async function addToSums(tx: Tx, zoneId: string, weights: readonly Weight[]): Promise<void> {
  const deltas = deltasOf(weights)
  const there = deltas.filter(({ ratings }) => ratings <= 0)
  const more = deltas.filter(({ ratings }) => ratings > 0)
  if (there.length > 0)
    await sql`with found as (
        select s.subject, s.subject_id, s.day, d.ratings, d.stars from freight_rating_sum s join ${rowsOf(there)}
          on s.zone_id = ${zoneId} and s.subject = d.subject and s.subject_id = d.id and s.day = d.day
        order by s.subject, s.subject_id, s.day for update of s)
      update freight_rating_sum s set ratings = s.ratings + found.ratings, stars = s.stars + found.stars from found
      where s.zone_id = ${zoneId} and s.subject = found.subject and s.subject_id = found.subject_id
        and s.day = found.day`.execute(tx)
  if (more.length > 0)
    await sql`insert into freight_rating_sum as s (zone_id, subject, subject_id, day, ratings, stars)
      select ${zoneId}, d.subject, d.id, d.day, d.ratings, d.stars from ${rowsOf(more)}
      order by d.subject, d.id, d.day
      on conflict (zone_id, subject, subject_id, day) do update
      set ratings = s.ratings + excluded.ratings, stars = s.stars + excluded.stars`.execute(tx)
}

function rowsOf(deltas: readonly Delta[]): RawBuilder<unknown> {
  const column = (name: keyof Delta) => deltas.map((delta) => delta[name])
  return sql`unnest(${column('subject')}::text[], ${column('id')}::text[], ${column('day')}::date[],
    ${column('ratings')}::int[], ${column('stars')}::int[]) as d(subject, id, day, ratings, stars)`
}

export type RatingSum = {
  readonly id: string
  readonly ratings: number
  /** Hundredths of a star; null: too few. */
  readonly meanCenti: number | null
}

/** The mean in hundredths of a star, rounded half up; null for too few. Pure. O(1). */
export const meanOf = (ratings: number, stars: number): number | null =>
  ratings < ratingsMin ? null : Math.round((stars * 100) / ratings)

/**
 * What the ratings of the last twelve months come to, of those whose sums the reader may know. By the primary key: 366 rows at most
 * of each. One statement.
 */
export async function sumsOf(
  { deps: { db, zoneId, clock }, actor }: Reader,
  subject: RatingSubject,
  ids: readonly string[],
): Promise<readonly RatingSum[]> {
  const today = localDateOf(clock())
  const { rows } = await sql<{ id: string; ratings: number; stars: number }>`
    select s.subject_id as id, sum(s.ratings)::int as ratings, sum(s.stars)::int as stars from freight_rating_sum s
    where s.zone_id = ${zoneId} and s.subject = ${subject} and s.subject_id = any(${[...ids]}::text[])
      and s.day > (${today}::date - interval '12 months')::date and s.day <= ${today}::date
      and ${knows(actor, zoneId, subject)}
    group by s.subject_id`.execute(db)
  return rows.map(({ id, ratings, stars }) => ({ id, ratings, meanCenti: meanOf(ratings, stars) }))
}

/**
 * Shippers choose among carriers, carriers and drivers among shippers: each reads the sums of the other side and the own. A driver's
 * are read by whoever reaches the driver.
 */
function knows(actor: Actor, zoneId: string, subject: RatingSubject): RawBuilder<unknown> {
  if (subject === 'driver') return reaches(actor, 'freight_driver', { zoneId, objectId: sql.ref('s.subject_id') })
  const own = subject === 'carrier' ? 'carrier' : 'enterprise'
  const choosing = subject === 'carrier' ? (['enterprise'] as const) : (['carrier', 'driver'] as const)
  if (hasRole(actor, ...readingRoles, ...choosing)) return sql`true`
  return sql`s.subject_id = any(${[...partiesOf(actor, own)]}::text[])`
}
