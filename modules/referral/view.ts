import { sql, type Expression } from 'kysely'
import { reaches } from '@tingzhou/access'
import { containing, type Db } from '@tingzhou/db'
import { keysetPage, type Page } from '@tingzhou/http'
import type { EpochMs } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { waitsFor } from '@tingzhou/process'
import type { z } from 'zod'
import type { OrderFilters, OrderRow } from './order-contract.ts'
import type { CaseDeps } from '@tingzhou/casework'
import { overStates } from './words.ts'
import './reach.ts'

export type Row = z.infer<typeof OrderRow>
type Raw = { readonly [K in keyof typeof OrderFilters]?: z.infer<(typeof OrderFilters)[K]> | undefined }
export type Filters = Raw & { readonly q?: string | undefined }

/** The one who reads, and the ports of reading. */
export type Reader = { readonly deps: CaseDeps; readonly actor: Actor; readonly now: EpochMs }

/** Everything the reader may see of referrals: lists, counts, exports and figures all begin here. */
export function readable({ deps, actor }: Reader) {
  const db: Db = deps.db
  return db
    .selectFrom('referral as r')
    .where('r.zone_id', '=', deps.zoneId)
    .where(reaches(actor, 'referral', { zoneId: deps.zoneId, objectId: sql.ref('r.id') }))
}

function filtered(reader: Reader, filters: Filters) {
  const { deps, actor, now } = reader
  let query = readable(reader)
  if (filters.q) query = query.where('r.code', 'ilike', containing(filters.q))
  if (filters.state) query = query.where('r.state', '=', filters.state)
  if (filters.open !== undefined) query = query.where('r.state', filters.open ? 'not in' : 'in', [...overStates])
  if (filters.direction) query = query.where('r.direction', '=', filters.direction)
  if (filters.urgency) query = query.where('r.urgency', '=', filters.urgency)
  const { institutionId } = filters
  if (institutionId)
    query = query.where((eb) => eb.or([eb('r.from_id', '=', institutionId), eb('r.target_id', '=', institutionId)]))
  if (filters.mine) query = query.where(waitsFor(deps.zoneId, actor, sql.ref('r.id')))
  if (filters.overdue) query = query.where(sql<boolean>`r.due_at < ${new Date(now)}::timestamptz`)
  if (filters.returns !== undefined) query = query.where('r.return_of', filters.returns ? 'is not' : 'is', null)
  if (filters.from)
    query = query.where(sql<boolean>`r.created_at >= ${filters.from}::date::timestamp at time zone 'Asia/Shanghai'`)
  if (filters.to)
    query = query.where(sql<boolean>`r.created_at < (${filters.to}::date + 1)::timestamp at time zone 'Asia/Shanghai'`)
  return query
}

export const nameOf = (id: Expression<unknown>, zone: Expression<unknown>) =>
  sql<string | null>`(select i.name from referral_institution i where i.zone_id = ${zone} and i.id = ${id})`

const rowColumns = <T extends ReturnType<typeof filtered>>(query: T) =>
  query.select([
    'r.id',
    'r.code',
    'r.direction',
    'r.urgency',
    'r.state',
    'r.from_id',
    'r.target_id',
    'r.return_of',
    'r.due_at',
    'r.next_step',
    'r.holder_id',
    'r.created_at',
    'r.synthetic',
    'r.rev',
    nameOf(sql.ref('r.from_id'), sql.ref('r.zone_id')).as('from_name'),
    nameOf(sql.ref('r.target_id'), sql.ref('r.zone_id')).as('target_name'),
    nameOf(sql.ref('r.holder_id'), sql.ref('r.zone_id')).as('holder_name'),
  ])

type Selected = Awaited<ReturnType<ReturnType<typeof rowColumns>['execute']>>[number]

export const partyRef = (id: string | null, name: string | null) => (id === null ? null : { id, name: name ?? id })

export const toRow = (row: Selected, now: EpochMs): Row => ({
  id: row.id,
  code: row.code,
  direction: row.direction,
  urgency: row.urgency,
  state: row.state,
  from: { id: row.from_id, name: row.from_name ?? row.from_id },
  target: partyRef(row.target_id, row.target_name),
  isReturn: row.return_of !== null,
  dueAt: row.due_at,
  overdue: row.due_at !== null && row.due_at < now,
  nextStep: row.next_step,
  holder: partyRef(row.holder_id, row.holder_name),
  createdAt: row.created_at,
  synthetic: row.synthetic,
  rev: row.rev,
})

/** One page of the orders within reach, newest first, with the number of all that fit the filters. Two statements. */
export async function listOrders(
  reader: Reader,
  filters: Filters & { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<Row> & { readonly total: number }> {
  const query = filtered(reader, filters)
  const page = await keysetPage(
    rowColumns(query),
    [
      { ref: sql.ref('r.created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
      { ref: sql.ref('r.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    filters,
  )
  const counted = await query.select(({ fn }) => fn.countAll<number>().as('n')).executeTakeFirst()
  return { rows: page.rows.map((row) => toRow(row, reader.now)), next: page.next, total: counted?.n ?? 0 }
}

/** Every order the list shows, in batches, for the export: the same reach, the same filters. */
export async function* allOrders(reader: Reader, filters: Filters): AsyncGenerator<readonly Row[]> {
  let cursor: string | undefined
  do {
    const page = await listOrders(reader, { ...filters, cursor, limit: 200 })
    yield page.rows
    cursor = page.next ?? undefined
  } while (cursor)
}

/** The figures beside the menu. One statement. */
export async function countOrders(reader: Reader) {
  const { deps, actor, now } = reader
  const row = await readable(reader)
    .select([
      sql<number>`count(*) filter (where ${waitsFor(deps.zoneId, actor, sql.ref('r.id'))})`.as('mine'),
      sql<number>`count(*) filter (where r.state <> all(${[...overStates]}::text[]))`.as('open'),
      sql<number>`count(*) filter (where r.due_at < ${new Date(now)}::timestamptz)`.as('overdue'),
    ])
    .executeTakeFirst()
  return { mine: row?.mine ?? 0, open: row?.open ?? 0, overdue: row?.overdue ?? 0 }
}

/** Whether the order is within the reader's reach. One statement. */
export async function isReadable(reader: Reader, id: string): Promise<boolean> {
  const row = await readable(reader).select('r.id').where('r.id', '=', id).executeTakeFirst()
  return row !== undefined
}

/** The list's row of one order; null when it is out of reach or does not exist. */
export async function findRow(reader: Reader, id: string): Promise<Row | null> {
  const row = await rowColumns(readable(reader)).where('r.id', '=', id).executeTakeFirst()
  return row ? toRow(row, reader.now) : null
}
