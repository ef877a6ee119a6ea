import type { Selectable } from 'kysely'
import { at, expectRevision, jsonb, newId, type Db, type Tables, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import { isParty, standOf } from '../waybill/stand.ts'
import { checkChangeable, checkRateable, checkTags, hiddenFrom, shownNow } from './rating-rule.ts'
import { addToSums, type Weight } from './sums.ts'
import './tables.ts'
import type { RatingSide } from './words.ts'

export type Rating = Selectable<Tables['freight_rating']>
type Said = { readonly stars: number; readonly tags: readonly string[]; readonly words: string }
type Saved = { readonly id: string; readonly rev: number }

/** For which side of a waybill somebody speaks; null for nobody, or for both: nobody rates the own work. Pure. O(memberships). */
export function ratingSideOf(actor: Actor, row: Parameters<typeof standOf>[1]): RatingSide | null {
  const { shipper, carrier, driver } = standOf(actor, row)
  const carries = carrier || driver
  if (shipper === carries) return null
  return shipper ? 'shipper' : 'carrier'
}

/**
 * Rates the other side of a waybill, once. The waybill is locked, so that of two ratings at once one is the second: with it both are
 * seen and count. Eight statements at most.
 */
export async function giveRating(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: Said & { readonly waybillId: string },
): Promise<Result<Saved, FreightError>> {
  const { zoneId } = deps
  const now = deps.clock()
  const waybill = await lockWaybill(tx, deps, input.waybillId)
  if (!waybill || !isParty(standOf(actor, waybill))) return err({ kind: 'not_found' })
  const side = ratingSideOf(actor, waybill)
  if (!side) return err({ kind: 'not_allowed' })
  const { number } = waybill
  const rateable = checkRateable(waybill, now)
  if (!rateable.ok) return rateable
  const tags = checkTags(side, input.tags)
  if (!tags.ok) return tags
  const before = await ratingsOf(tx, zoneId, waybill.id)
  if (before.some((one) => one.side === side))
    return err({ kind: 'taken', field: 'waybill', value: number, rule: 'rated_once' })
  const [other] = before
  const shown = other ? shownNow(now) : hiddenFrom(now)
  const id = newId()
  const row = {
    id,
    waybill_id: waybill.id,
    side,
    shipper_id: waybill.shipper_id,
    carrier_id: waybill.carrier_id,
    driver_id: waybill.driver_id,
    stars: input.stars,
    counts_on: shown.countsOn,
  } as const
  await tx
    .insertInto('freight_rating')
    .values({
      ...row,
      zone_id: zoneId,
      tags: jsonb(input.tags),
      words: input.words,
      author_id: actor.accountId,
      author_name: actor.name,
      given_at: at(now),
      changed_at: at(now),
      shown_at: at(shown.shownAt),
      synthetic: waybill.synthetic,
    })
    .execute()
  const moved = other && other.shown_at > now ? await showNow(tx, deps, other) : []
  await addToSums(tx, zoneId, [weightOf(row, 1), ...moved])
  await note(tx, deps, actor, {
    objectKind: 'freight_rating',
    objectId: id,
    verb: 'rate',
    data: { waybillId: waybill.id, side, stars: input.stars, tags: [...input.tags] },
    to: hearersOf(waybill),
  })
  return ok({ id, rev: 1 })
}

/** The first rating of a waybill is seen from now on. One statement. @returns what that does to the sums */
async function showNow(tx: Tx, deps: FreightDeps, rating: Rating): Promise<readonly Weight[]> {
  const { shownAt, countsOn } = shownNow(deps.clock())
  await tx
    .updateTable('freight_rating')
    .set({ shown_at: at(shownAt), counts_on: countsOn })
    .where('zone_id', '=', deps.zoneId)
    .where('waybill_id', '=', rating.waybill_id)
    .where('side', '=', rating.side)
    .execute()
  return [weightOf(rating, -1), weightOf({ ...rating, counts_on: countsOn }, 1)]
}

/** Changes what its author said, within the days that are given for it and before the other side sees it. Seven statements. */
export async function changeRating(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: Said & { readonly waybillId: string; readonly side: RatingSide; readonly rev: number },
): Promise<Result<Saved, FreightError>> {
  const { zoneId } = deps
  const now = deps.clock()
  const waybill = await lockWaybill(tx, deps, input.waybillId)
  if (!waybill || ratingSideOf(actor, waybill) !== input.side) return err({ kind: 'not_found' })
  const rating = (await ratingsOf(tx, zoneId, waybill.id)).find(({ side }) => side === input.side)
  if (!rating) return err({ kind: 'not_found' })
  if (rating.author_id !== actor.accountId) return err({ kind: 'not_allowed' })
  const fresh = expectRevision(rating.rev, input.rev)
  if (!fresh.ok) return fresh
  const changeable = checkChangeable(rating, waybill.number, now)
  if (!changeable.ok) return changeable
  const tags = checkTags(input.side, input.tags)
  if (!tags.ok) return tags
  const rev = rating.rev + 1
  await tx
    .updateTable('freight_rating')
    .set({ stars: input.stars, tags: jsonb(input.tags), words: input.words, changed_at: at(now), rev })
    .where('zone_id', '=', zoneId)
    .where('waybill_id', '=', waybill.id)
    .where('side', '=', input.side)
    .execute()
  await addToSums(tx, zoneId, [weightOf(rating, -1), weightOf({ ...rating, stars: input.stars }, 1)])
  await note(tx, deps, actor, {
    objectKind: 'freight_rating',
    objectId: rating.id,
    verb: 'change',
    data: { from: rating.stars, to: input.stars, tags: [...input.tags] },
    to: hearersOf(waybill),
  })
  return ok({ id: rating.id, rev })
}

type Counted = Omit<Weight, 'ratings'>

/** What a rating adds to the sums (1) or takes of them (-1). Pure. O(1). */
function weightOf(rating: Counted, ratings: 1 | -1): Weight {
  const { side, shipper_id, carrier_id, driver_id, counts_on, stars } = rating
  return { side, shipper_id, carrier_id, driver_id, counts_on, ratings, stars: ratings * stars }
}

const lockWaybill = (tx: Tx, { zoneId }: FreightDeps, id: string) =>
  tx
    .selectFrom('freight_waybill')
    .select([
      'id',
      'number',
      'state',
      'signed_at',
      'shipper_id',
      'carrier_id',
      'consignee_id',
      'driver_id',
      'driver_account_id',
      'sign_link_sha256',
      'synthetic',
    ])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()

type Heard = NonNullable<Awaited<ReturnType<typeof lockWaybill>>>
const hearersOf = ({ shipper_id, carrier_id, driver_account_id }: Heard): readonly string[] =>
  [shipper_id, carrier_id, driver_account_id].filter((one) => one !== null)

/** The ratings of a waybill: two at most. One statement. */
export const ratingsOf = (db: Db | Tx, zoneId: string, waybillId: string): Promise<Rating[]> =>
  db
    .selectFrom('freight_rating')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('waybill_id', '=', waybillId)
    .orderBy('side')
    .execute()
