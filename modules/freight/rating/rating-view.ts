import { reachesAll } from '@tingzhou/access'
import type { Actor } from '@tingzhou/parties'
import type { Reader } from '../papers-view.ts'
import { nowhere } from '../room.ts'
import { isParty, standOf } from '../waybill/stand.ts'
import { changeUntil, checkChangeable, checkRateable, rateUntil } from './rating-rule.ts'
import { ratingSideOf, ratingsOf, type Rating } from './rating.ts'
import type { RatingSide } from './words.ts'

/** The ratings of a waybill that the reader may see, and whether the reader may give one. Two statements. */
export async function findRatings({ deps, actor }: Reader, id: string) {
  const { db, zoneId } = deps
  const now = deps.clock()
  const waybill = await db
    .selectFrom('freight_waybill')
    .select([
      'number',
      'state',
      'signed_at',
      'shipper_id',
      'carrier_id',
      'consignee_id',
      'driver_account_id',
      'sign_link_sha256',
    ])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!waybill || !isParty(standOf(actor, waybill))) return nowhere(id)
  const side = ratingSideOf(actor, waybill)
  const all = await ratingsOf(db, zoneId, id)
  const { signed_at: signedAt } = waybill
  const rateable = checkRateable(waybill, now)
  const reasonOf = (): string | null => {
    if (!side) return 'not_a_side'
    if (all.some((one) => one.side === side)) return 'rated_once'
    return rateable.ok ? null : rateable.error.rule
  }
  const seesAll = reachesAll(actor, 'freight_waybill')
  const seen = all.filter((one) => seesAll || one.side === side || one.shown_at <= now)
  return {
    side,
    given: all.map((one) => one.side),
    until: signedAt === null ? null : rateUntil(signedAt),
    reason: reasonOf(),
    rows: seen.map((one) =>
      view(actor, one, { now, number: waybill.number, named: seesAll || one.side === side, side }),
    ),
  }
}

function view(
  actor: Actor,
  row: Rating,
  by: {
    readonly now: Rating['given_at']
    readonly number: string
    readonly named: boolean
    readonly side: RatingSide | null
  },
) {
  const isMine = row.author_id === actor.accountId && by.side === row.side
  const changeable = isMine && checkChangeable(row, by.number, by.now).ok
  return {
    id: row.id,
    side: row.side,
    isMine,
    author: by.named ? row.author_name : '',
    stars: row.stars,
    tags: [...row.tags],
    words: row.words,
    givenAt: row.given_at,
    shownAt: row.shown_at,
    changeUntil: changeable ? changeUntil(row.given_at, row.shown_at) : null,
    rev: row.rev,
  }
}
