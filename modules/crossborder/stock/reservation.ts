import { at, newId, type Tx } from '@tingzhou/db'
import { epochMs, err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { CrossborderError } from '../problems.ts'
import type { CrossborderDeps } from '../record.ts'
import '../tables.ts'
import { freePieces, postPieces } from './accounts.ts'
import { keptStock, noteStock } from './stock.ts'

const longestMs = 366 * 86_400_000

/** Sets pieces of a stock aside for somebody until a time; they are free again by themselves after it. */
export async function reserve(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: {
    readonly stockId: string
    readonly pieces: number
    readonly forWhom: string
    readonly document: string
    readonly until: number
  },
): Promise<Result<{ readonly id: string }, CrossborderError>> {
  const kept = await keptStock(tx, deps, actor, input.stockId)
  if (!kept.ok) return kept
  const { pieces, forWhom, document } = input
  const now = deps.clock()
  if (input.until <= now || input.until > now + longestMs)
    return err({ kind: 'field_refused', field: 'until', value: input.until, rule: 'within_a_year' })
  const until = epochMs(input.until)
  const [id, journalId] = [newId(), newId()]
  const stock = { id: kept.value.id, ownerId: kept.value.owner_id }
  await tx
    .insertInto('overseas_reservation')
    .values({
      zone_id: deps.zoneId,
      id,
      stock_id: stock.id,
      pieces,
      for_whom: forWhom,
      document,
      until: at(until),
      journal_id: journalId,
      created_at: at(now),
      created_by: actor.name,
    })
    .execute()
  await noteStock(tx, deps, actor, kept.value, 'reserve', '', { pieces, forWhom, reservationId: id })
  const head = { id: journalId, kind: 'reserve', source: { kind: 'overseas_stock', id: stock.id } }
  const posted = await postPieces(
    tx,
    deps.zoneId,
    head,
    [{ debit: 'outbound', credit: stock, pieces, until }],
    actor,
    now,
  )
  return posted.ok ? ok({ id }) : posted
}

/** Frees what was set aside. */
export async function releaseReservation(
  tx: Tx,
  deps: CrossborderDeps,
  actor: Actor,
  input: { readonly id: string; readonly why: string },
): Promise<Result<{ readonly id: string }, CrossborderError>> {
  const { id, why } = input
  const row = await tx
    .selectFrom('overseas_reservation')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const kept = await keptStock(tx, deps, actor, row.stock_id)
  if (!kept.ok) return kept
  const now = deps.clock()
  if (row.state !== 'open' || row.until <= now)
    return err({ kind: 'reservation_state', field: 'id', value: row.state, rule: 'still_reserved' })
  await tx
    .updateTable('overseas_reservation')
    .set({ state: 'released' })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  await noteStock(tx, deps, actor, kept.value, 'free', why, { pieces: row.pieces, reservationId: id })
  const head = { id: newId(), kind: 'release', source: { kind: 'overseas_stock', id: row.stock_id } }
  const freed = await freePieces(tx, deps.zoneId, head, row.journal_id, actor, now)
  return freed.ok ? ok({ id }) : freed
}
