import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, jsonb, newId, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { CrossborderError } from '../problems.ts'
import { drawNumber, note, type CrossborderDeps, type Saved } from '../record.ts'
import { adjustingRoles, storingRoles } from '../roles.ts'
import '../tables.ts'
import { bookMovements, type NewMovement } from './movement.ts'
import { piecesOn } from './on-hand.ts'

/** Lines of one sheet. */
const linesMax = 500

/** Opens a count sheet 盘点单 with what the books say now of a warehouse, or of one area of it. */
export async function openCount(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: { readonly warehouseId: string; readonly area: string | null },
): Promise<Result<Saved, CrossborderError>> {
  if (!hasRole(actor, ...storingRoles)) return err({ kind: 'not_permitted' })
  const { warehouseId, area } = input
  const { zoneId } = deps
  const now = deps.clock()
  const today = localDateOf(now)
  let stocks = tx
    .selectFrom('overseas_stock as s')
    .select(['s.id', piecesOn('s', today).as('book')])
    .where('s.zone_id', '=', zoneId)
    .where('s.warehouse_id', '=', warehouseId)
    .where(sql<boolean>`${piecesOn('s', today)} > 0`)
    .orderBy('s.id')
    .limit(linesMax + 1)
  if (area !== null) stocks = stocks.where('s.area', '=', area)
  const rows = await stocks.execute()
  const field = area === null ? 'warehouseId' : 'area'
  if (rows.length === 0) return err({ kind: 'field_refused', field, value: area ?? warehouseId, rule: 'some_stock' })
  if (rows.length > linesMax)
    return err({ kind: 'field_refused', field: 'area', value: area, rule: `at_most ${linesMax}` })
  const id = newId()
  const number = await drawNumber(tx, 'PD', now)
  await tx
    .insertInto('overseas_count')
    .values({
      zone_id: zoneId,
      id,
      number,
      warehouse_id: warehouseId,
      area,
      counted_at: null,
      counted_by: null,
      closed_at: null,
      closed_by: null,
      created_at: at(now),
      created_by: actor.name,
    })
    .execute()
  await tx
    .insertInto('overseas_count_line')
    .values(rows.map((row) => ({ zone_id: zoneId, count_id: id, stock_id: row.id, book: row.book, counted: null })))
    .execute()
  const data = { number, lines: rows.length }
  await note(tx, deps, actor, { objectKind: 'overseas_count', objectId: id, verb: 'open', data })
  return ok({ id, rev: 1 })
}

async function keptCount(
  tx: Tx,
  { zoneId }: CrossborderDeps,
  { id, rev }: { readonly id: string; readonly rev: number },
  states: readonly string[],
) {
  const row = await tx
    .selectFrom('overseas_count')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' } as const)
  const fresh = expectRevision(row.rev, rev)
  if (!fresh.ok) return fresh
  if (states.includes(row.state)) return ok(row)
  return err({ kind: 'count_state', field: 'id', value: row.state, rule: states.join(', ') } as const)
}

type Counted = { readonly stockId: string; readonly counted: number; readonly words: string }

/** Writes down what was counted: every line of the sheet, none moved since it was opened; until it is closed it may be counted anew. */
export async function enterCount(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly lines: readonly Counted[] },
): Promise<Result<Saved, CrossborderError>> {
  if (!hasRole(actor, ...storingRoles)) return err({ kind: 'not_permitted' })
  const kept = await keptCount(tx, deps, input, ['open', 'counted'])
  if (!kept.ok) return kept
  const { id, rev } = kept.value
  const { zoneId } = deps
  const known = await tx
    .selectFrom('overseas_count_line as l')
    .innerJoin('overseas_stock as s', (join) =>
      join.onRef('s.zone_id', '=', 'l.zone_id').onRef('s.id', '=', 'l.stock_id'),
    )
    .select(['l.stock_id', 'l.book', piecesOn('s', localDateOf(deps.clock())).as('pieces')])
    .where('l.zone_id', '=', zoneId)
    .where('l.count_id', '=', id)
    .execute()
  const asked = new Set(input.lines.map(({ stockId }) => stockId))
  const unknown = [...asked].find((one) => !known.some(({ stock_id: stockId }) => stockId === one))
  if (unknown !== undefined)
    return err({ kind: 'field_refused', field: 'lines', value: unknown, rule: 'of_this_sheet' })
  if (asked.size !== known.length || asked.size !== input.lines.length)
    return err({ kind: 'field_refused', field: 'lines', value: asked.size, rule: `each_line_once ${known.length}` })
  // Nobody can tell whether what moved meanwhile was counted: it would be counted twice.
  const moved = known.find(({ book, pieces }) => book !== pieces)
  if (moved)
    return err({ kind: 'count_moved', field: 'lines', value: moved.pieces, rule: 'as_opened', book: moved.book })
  await sql`update overseas_count_line l set counted = c.counted, words = c.words
    from jsonb_to_recordset(${jsonb(input.lines)}::jsonb) as c("stockId" uuid, counted bigint, words text)
    where l.zone_id = ${zoneId} and l.count_id = ${id} and l.stock_id = c."stockId"`.execute(tx)
  await tx
    .updateTable('overseas_count')
    .set({
      state: 'counted',
      counted_at: at(deps.clock()),
      counted_by: actor.accountId,
      counted_by_name: actor.name,
      rev: rev + 1,
    })
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .execute()
  await note(tx, deps, actor, { objectKind: 'overseas_count', objectId: id, verb: 'count' })
  return ok({ id, rev: rev + 1 })
}

/** Another person closes the sheet: what was counted otherwise than the books said is adjusted. */
export async function closeCount(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly words: string },
): Promise<Result<Saved & { readonly adjusted: number }, CrossborderError>> {
  if (!hasRole(actor, ...adjustingRoles)) return err({ kind: 'not_permitted' })
  const kept = await keptCount(tx, deps, input, ['counted'])
  if (!kept.ok) return kept
  const { id, rev, number, counted_by: countedBy } = kept.value
  if (countedBy === actor.accountId)
    return err({ kind: 'same_person', field: 'id', value: actor.name, rule: 'another_person' })
  const movements = await differencesOf(tx, deps, id, number, input.words)
  if (movements.length > 0 && input.words === '')
    return err({ kind: 'field_refused', field: 'words', value: '', rule: 'why_adjusted' })
  const now = deps.clock()
  await tx
    .updateTable('overseas_count')
    .set({
      state: 'closed',
      closed_at: at(now),
      closed_by: actor.accountId,
      closed_by_name: actor.name,
      words: input.words,
      rev: rev + 1,
    })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  const why = input.words === '' ? {} : { why: input.words }
  const data = { adjusted: movements.length }
  await note(tx, deps, actor, { objectKind: 'overseas_count', objectId: id, verb: 'close', ...why, data })
  if (movements.length === 0) return ok({ id, rev: rev + 1, adjusted: 0 })
  const source = { kind: 'overseas_count', id }
  const booking = { zoneId: deps.zoneId, who: actor, now, kind: 'adjust', source }
  const booked = await bookMovements(tx, booking, movements)
  return booked.ok ? ok({ id, rev: rev + 1, adjusted: movements.length }) : booked
}

/** A movement for each line that was counted otherwise, worth what the stock was worth when it came. One statement. */
async function differencesOf(
  tx: Tx,
  { zoneId }: CrossborderDeps,
  id: string,
  number: string,
  reason: string,
): Promise<readonly NewMovement[]> {
  const { rows } = await sql<{
    readonly id: string
    readonly ownerId: string
    readonly shipmentId: string
    readonly delta: number
    readonly currency: NewMovement['worth']['currency']
    readonly priceMinor: number
    readonly rateMilli: number
  }>`select s.id, s.owner_id as "ownerId", s.shipment_id as "shipmentId", l.counted - l.book as delta, w.currency,
      w.price_minor as "priceMinor", w.rate_milli as "rateMilli"
    from overseas_count_line l
    join overseas_stock s on s.zone_id = l.zone_id and s.id = l.stock_id
    cross join lateral (select m.currency, m.price_minor, m.rate_milli from overseas_movement m
      where m.zone_id = s.zone_id and (m.stock_id = s.id or m.to_stock_id = s.id) order by m.at, m.id limit 1) w
    where l.zone_id = ${zoneId} and l.count_id = ${id} and l.counted <> l.book
    order by s.id`.execute(tx)
  return rows.map(({ id: stockId, ownerId, shipmentId, delta, ...worth }) => ({
    kind: 'adjust',
    stock: { id: stockId, ownerId },
    delta,
    document: number,
    worth,
    reason,
    shipmentId,
    countId: id,
  }))
}

/** Gives a sheet up that was not closed. */
export async function withdrawCount(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly why: string },
): Promise<Result<Saved, CrossborderError>> {
  if (!hasRole(actor, ...storingRoles)) return err({ kind: 'not_permitted' })
  const kept = await keptCount(tx, deps, input, ['open', 'counted'])
  if (!kept.ok) return kept
  const { id, rev } = kept.value
  await tx
    .updateTable('overseas_count')
    .set({ state: 'withdrawn', words: input.why, rev: rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  await note(tx, deps, actor, { objectKind: 'overseas_count', objectId: id, verb: 'withdraw', why: input.why })
  return ok({ id, rev: rev + 1 })
}
