import { sql } from 'kysely'
import type * as z from 'zod'
import { localDateOf } from '@tingzhou/calendar'
import { keysetPage } from '@tingzhou/http'
import { epochMs, ok, type Result } from '@tingzhou/kernel'
import type { Actor, Lang } from '@tingzhou/parties'
import { blockers } from '../blockers.ts'
import { pricesFor, sideOf } from '../load/stand.ts'
import type { Reader } from '../papers-view.ts'
import type { FreightError } from '../problems.ts'
import { roadMetres, planOfTrip } from '../wave/model.ts'
import '../tables.ts'
import type { ReturnsAnswer } from './next-contract.ts'
import { mayChoose, notBookable, wayOf } from './next.ts'
import { findPresent, isLast, openReturns, outlookOf, type OpenReturn } from './present.ts'
import { rankReturns, type Return } from './returns.ts'
import './tables.ts'
import { flagText, nextEndText, returnText } from './texts.ts'
import { returnsMax, type NextState, type NoReturns } from './words.ts'

type Answer = z.infer<typeof ReturnsAnswer>

/**
 * What a truck can carry after its trip, the best first, or the next load that it has. Thirteen statements at most.
 * @returns `not_found` out of reach, `not_allowed` for those who neither drive nor carry nor dispatch; an empty list with its reason
 * where the trip is not under way, the truck unloads another waybill later or has its next load, or papers are missing
 */
export async function listReturns(reader: Reader, lang: Lang, id: string): Promise<Result<Answer, FreightError>> {
  const { deps, actor } = reader
  const { db, zoneId, clock } = deps
  const now = clock()
  const where = { zoneId, now }
  const seen = mayChoose(actor, await findPresent(db, where, id))
  if (!seen.ok) return seen
  const present = seen.value
  const next = await nextAfter(reader, lang, id)
  const { id: waybillId, number, state } = present
  const head = { waybill: { id: waybillId, number, state }, at: named(present.to), next }
  const none = (reason: NoReturns): Result<Answer, FreightError> =>
    ok({ ...head, freeAt: null, home: null, homeEmptyM: null, basis: '', reason, rows: [] })
  if (notBookable(present)) return none('over')
  if (next && (next.state === 'wished' || next.state === 'booked')) return none('booked')
  const trio = { carrier: present.carrierId, driver: present.driverId, vehicle: present.vehicleId }
  if ((await blockers(db, zoneId, trio, localDateOf(now))).length > 0) return none('papers')
  const outlook = await outlookOf(db, where, present)
  if (!(await isLast(db, where, present, outlook))) return none('not_last')
  const { seeker, rules, settings, home } = outlook
  const ranked = rankReturns(await openReturns(db, where, present, outlook), seeker, rules).slice(0, returnsMax)
  return ok({
    ...head,
    freeAt: epochMs(seeker.free.atMs),
    home: home && named(home),
    homeEmptyM: home && roadMetres(seeker.place, home, rules),
    basis: `great_circle × ${rules.bendPct} %`,
    reason: ranked.length > 0 ? null : 'nothing',
    rows: ranked.map((one) => returnOf(lang, actor, one, settings.driversChoose)),
  })
}

const named = ({ id, name }: { readonly id: string; readonly name: string }) => ({ id, name })

const returnOf = (
  lang: Lang,
  actor: Actor,
  one: Return<OpenReturn>,
  driversChoose: boolean,
): Answer['rows'][number] => {
  const { load } = one
  return {
    load: {
      id: load.id,
      number: load.number,
      goods: load.goods,
      mode: load.mode,
      measure: load.measure,
      plan: planOfTrip(load, 0),
      from: load.fromPlace,
      to: load.toPlace,
      loadFrom: epochMs(load.loadFrom),
      loadUntil: epochMs(load.loadUntil),
    },
    carrierMilliFen: pricesFor(sideOf(actor, load.shipperId), load).carrierMilliFen,
    emptyM: one.emptyM,
    loadedM: one.loadedM,
    arriveAt: epochMs(one.arriveAt),
    waitMinutes: one.waitMinutes,
    homeAfterM: one.homeAfterM,
    how: wayOf(actor, load.mode, driversChoose),
    why: one.reasons.map((reason) => ({ ...reason, text: returnText(lang, reason) })),
  }
}

/** Next loads with what they are called; by primary keys. */
const nexts = ({ deps: { db, zoneId } }: Reader) =>
  db
    .selectFrom('freight_next as n')
    .innerJoin('freight_waybill as w', (join) =>
      join.onRef('w.zone_id', '=', 'n.zone_id').onRef('w.id', '=', 'n.after_id'),
    )
    .innerJoin('freight_load as l', (join) => join.onRef('l.zone_id', '=', 'n.zone_id').onRef('l.id', '=', 'n.load_id'))
    .innerJoin('freight_place as a', (join) =>
      join.onRef('a.zone_id', '=', 'l.zone_id').onRef('a.id', '=', 'l.from_id'),
    )
    .innerJoin('freight_place as b', (join) => join.onRef('b.zone_id', '=', 'l.zone_id').onRef('b.id', '=', 'l.to_id'))
    .innerJoin('freight_vehicle as v', (join) =>
      join.onRef('v.zone_id', '=', 'n.zone_id').onRef('v.id', '=', 'n.vehicle_id'),
    )
    .leftJoin('freight_waybill as o', (join) =>
      join.onRef('o.zone_id', '=', 'n.zone_id').onRef('o.id', '=', 'n.next_id'),
    )
    .where('n.zone_id', '=', zoneId)
    .select(['n.id', 'n.state', 'n.flag', 'n.empty_m', 'n.expected_at', 'n.offer_until', 'n.chosen_name'])
    .select(['n.created_at', 'n.end_why', 'n.load_id', 'l.number', 'l.goods', 'n.vehicle_id', 'v.plate'])
    .select(['a.id as a_id', 'a.name as a_name', 'b.id as b_id', 'b.name as b_name', 'w.driver_name'])
    .select(['w.id as after_id', 'w.number as after', 'o.id as next_id', 'o.number as next', 'o.state as next_state'])
type NextRow = Awaited<ReturnType<ReturnType<typeof nexts>['execute']>>[number]

const nextOf = (lang: Lang, row: NextRow) => ({
  id: row.id,
  state: row.state,
  flag: row.flag,
  flagText: row.flag && flagText(lang, row.flag),
  load: {
    id: row.load_id,
    number: row.number,
    goods: row.goods,
    from: { id: row.a_id, name: row.a_name },
    to: { id: row.b_id, name: row.b_name },
  },
  vehicle: { id: row.vehicle_id, plate: row.plate },
  driver: row.driver_name,
  after: { id: row.after_id, number: row.after },
  waybill:
    row.next_id === null || row.next === null || row.next_state === null
      ? null
      : { id: row.next_id, number: row.next, state: row.next_state },
  emptyM: row.empty_m,
  expectedAt: row.expected_at,
  offerUntil: row.offer_until,
  chosenBy: row.chosen_name,
  chosenAt: row.created_at,
  endText: row.end_why === '' ? null : nextEndText(lang, row.end_why),
})

/** The latest next load of a trip. One statement, by freight_next_after. */
async function nextAfter(reader: Reader, lang: Lang, afterId: string) {
  const row = await nexts(reader)
    .where('n.after_id', '=', afterId)
    .orderBy('n.created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? nextOf(lang, row) : null
}

type ListWish = {
  readonly state?: NextState | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A page of next loads, the latest first. One statement, by freight_next_list. */
export async function listNexts(reader: Reader, lang: Lang, wish: ListWish) {
  let query = nexts(reader)
  if (wish.state) query = query.where('n.state', '=', wish.state)
  const page = await keysetPage(
    query,
    [
      { ref: sql.ref('n.created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
      { ref: sql.ref('n.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    wish,
  )
  return { rows: page.rows.map((row) => nextOf(lang, row)), next: page.next, total: null }
}
