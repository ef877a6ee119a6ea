import { sql } from 'kysely'
import { addDays, instantOf, localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, jsonb, newId, type Db, type Tx } from '@tingzhou/db'
import { err, localDate, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import {
  countsRequest,
  documentsRequest,
  readCounts,
  readDocuments,
  type Fault,
  type WireRequest,
} from '@tingzhou/wlhy'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import { uploadingRoles } from '../roles.ts'
import { agrees, differencesOf, figuresOf, type Count, type Listed } from './compare.ts'
import { findRegulator, type Regulator } from './regulator.ts'
import type { UploadSender } from './sender.ts'
import './tables.ts'
import type { CountDifference, CountFigure } from './tables.ts'
import type { UploadKind } from './words.ts'

/** What a count of a month found. */
export type Counted = {
  readonly month: string
  readonly figures: readonly CountFigure[]
  readonly differences: readonly CountDifference[]
  readonly unlisted: number
}

type CountDeps = FreightDeps & { readonly db: Db; readonly sender: UploadSender }

// Documents of a kind and month that are compared by number; beyond them only the figures are.
const listedMax = 50_000

/**
 * Counts a month with the regulator: figures of each kind, and where they differ the documents by number. Asks over the network, so no
 * transaction is open meanwhile.
 * @param month  `YYYY-MM`, begun
 */
export async function countMonth(deps: CountDeps, month: string): Promise<Result<Counted, FreightError>> {
  const { db, zoneId } = deps
  if (month > localDateOf(deps.clock()).slice(0, 7))
    return err({ kind: 'field_refused', field: 'month', value: month, rule: 'month_begun' })
  const regulator = await findRegulator(db, zoneId)
  if (!regulator?.isOn) return err({ kind: 'upload_state', field: 'regulator', value: 'off', rule: 'regulator_on' })
  const ask = asker(deps, regulator)
  const theirs = await ask(
    (token) => countsRequest({ token, enterpriseCode: regulator.enterpriseCode, month }),
    readCounts,
  )
  if (!theirs.ok) return theirs
  if (theirs.value.month !== month) return err(silent(`month ${theirs.value.month}`))
  const figures = figuresOf(await oursOf(db, zoneId, regulator, month), theirs.value)
  const lists = new Map<UploadKind, readonly [Listed, Listed]>()
  for (const { kind } of figures.filter((figure) => !agrees(figure))) {
    const listed = await theirList(ask, regulator, month, kind)
    if (!listed.ok) return listed
    lists.set(kind, [await ourList(db, zoneId, regulator, month, kind), listed.value])
  }
  const { listed, unlisted } = differencesOf(lists)
  return ok({ month, figures, differences: listed, unlisted })
}

type Ask = <T>(
  request: (token: string) => WireRequest,
  read: (text: string) => Result<T, Fault>,
) => Promise<Result<T, FreightError>>

const silent = (value: string, rule = ''): FreightError => ({
  kind: 'regulator_silent',
  field: 'regulator',
  value,
  rule,
})

function asker({ sender }: CountDeps, regulator: Regulator): Ask {
  return async (request, read) => {
    const password = await sender.passwordOf(regulator)
    if (password === null) return err(silent('password'))
    const once = async () => {
      const reply = await sender.channel.call(regulator, password, request)
      if (!reply.ok) return err(silent(reply.error.code, reply.error.text))
      const answer = read(reply.value)
      return answer.ok ? answer : err(silent(answer.error.field, answer.error.rule))
    }
    const answer = await once()
    if (answer.ok) return answer
    // What is no count may be a word about the token: with another one it is asked once more.
    sender.channel.forgetToken()
    return once()
  }
}

async function theirList(
  ask: Ask,
  { enterpriseCode }: Regulator,
  month: string,
  kind: UploadKind,
): Promise<Result<Listed, FreightError>> {
  const found = new Map<string, number>()
  for (let after: string | null = ''; after !== null && found.size < listedMax;) {
    const from: string = after
    const page = await ask(
      (token) => documentsRequest({ token, enterpriseCode, month, kind, after: from }),
      readDocuments,
    )
    if (!page.ok) return page
    for (const { key, sumFen } of page.value.rows) found.set(key, sumFen)
    // A page that leads nowhere further would lead nowhere for ever.
    after = page.value.next === null || page.value.next <= from ? null : page.value.next
  }
  return ok(found)
}

/** Documents whose first acceptance lies in the month, each once, with what it came to last. By freight_upload_accepted, _key. */
const acceptedIn = (zoneId: string, { adapter }: Regulator, month: string) => {
  const first = localDate(`${month}-01`)
  const next = localDate(`${addDays(first, 31).slice(0, 7)}-01`)
  return sql`select f.kind, f.document_key as key, l.sum_fen from (
      select distinct u.kind, u.document_key from freight_upload u
      where u.zone_id = ${zoneId} and u.state = 'accepted' and u.adapter = ${adapter}
        and u.accepted_at >= ${at(instantOf(first, '00:00'))} and u.accepted_at < ${at(instantOf(next, '00:00'))}
        and not exists (
          select from freight_upload o where o.zone_id = u.zone_id and o.kind = u.kind and o.document_key = u.document_key
            and o.state = 'accepted' and o.adapter = u.adapter and o.accepted_at < ${at(instantOf(first, '00:00'))})
    ) f cross join lateral (
      select l.sum_fen from freight_upload l where l.zone_id = ${zoneId} and l.kind = f.kind
        and l.document_key = f.document_key and l.state = 'accepted' and l.adapter = ${adapter}
      order by l.accepted_at desc, l.id desc limit 1) l`
}

async function oursOf(
  db: Db,
  zoneId: string,
  regulator: Regulator,
  month: string,
): Promise<Readonly<Record<UploadKind, Count>>> {
  const { rows } = await sql<Count & { readonly kind: UploadKind }>`select a.kind, count(*)::integer as count,
      sum(a.sum_fen)::bigint as "sumFen" from (${acceptedIn(zoneId, regulator, month)}) a group by a.kind`.execute(db)
  const countOf = (kind: UploadKind): Count => rows.find((row) => row.kind === kind) ?? { count: 0, sumFen: 0 }
  const [driver, vehicle, waybill, flow] = [
    countOf('driver'),
    countOf('vehicle'),
    countOf('waybill'),
    countOf('fund_flow'),
  ]
  return { driver, vehicle, waybill, fund_flow: flow }
}

async function ourList(db: Db, zoneId: string, regulator: Regulator, month: string, kind: UploadKind): Promise<Listed> {
  const { rows } = await sql<{ readonly key: string; readonly sumFen: number }>`select a.key, a.sum_fen as "sumFen"
    from (${acceptedIn(zoneId, regulator, month)}) a where a.kind = ${kind} order by a.key limit ${listedMax}`.execute(
    db,
  )
  return new Map(rows.map(({ key, sumFen }) => [key, sumFen]))
}

/** Keeps what a count found: one row a month, counted anew as often as somebody asks while it is open. */
export async function keepCount(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  counted: Counted,
): Promise<Result<{ id: string; isEqual: boolean }, FreightError>> {
  if (!hasRole(actor, ...uploadingRoles)) return err({ kind: 'not_allowed' })
  const { zoneId } = deps
  const { month, figures, differences, unlisted } = counted
  const isEqual = figures.every(agrees)
  const found = {
    figures: jsonb(figures),
    differences: jsonb(differences),
    unlisted,
    is_equal: isEqual,
    counted_at: at(deps.clock()),
    counted_by: actor.name,
  }
  const kept = await tx
    .insertInto('freight_upload_count')
    .values({ zone_id: zoneId, id: newId(), month, ...found, closed_at: null, closed_by: null })
    .onConflict((conflict) =>
      conflict
        .columns(['zone_id', 'month'])
        .doUpdateSet(({ eb }) => ({ ...found, rev: eb('freight_upload_count.rev', '+', 1) }))
        .where('freight_upload_count.state', '=', 'open'),
    )
    .returning('id')
    .executeTakeFirst()
  if (!kept) return err({ kind: 'count_state', field: 'month', value: month, rule: 'count_open' })
  await note(tx, deps, actor, {
    objectKind: 'freight_upload_count',
    objectId: kept.id,
    verb: 'count',
    data: { month, isEqual, differences: differences.length + unlisted },
  })
  return ok({ id: kept.id, isEqual })
}

/** Closes a month: both sides have the same, or somebody says why they have not. */
export async function closeCount(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly words: string },
): Promise<Result<{ id: string }, FreightError>> {
  if (!hasRole(actor, ...uploadingRoles) || actor.kind !== 'person') return err({ kind: 'not_allowed' })
  const row = await tx
    .selectFrom('freight_upload_count')
    .select(['month', 'state', 'is_equal', 'rev'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  if (row.state !== 'open') return err({ kind: 'count_state', field: 'month', value: row.month, rule: 'count_open' })
  if (!row.is_equal && input.words === '')
    return err({ kind: 'field_refused', field: 'words', value: '', rule: 'words_for_difference' })
  await tx
    .updateTable('freight_upload_count')
    .set({
      state: 'closed',
      closed_at: at(deps.clock()),
      closed_by: actor.name,
      words: input.words,
      rev: row.rev + 1,
    })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: 'freight_upload_count',
    objectId: input.id,
    verb: 'close',
    ...(input.words === '' ? {} : { why: input.words }),
    data: { month: row.month, isEqual: row.is_equal },
  })
  return ok({ id: input.id })
}
