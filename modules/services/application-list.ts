import { sql, type SqlBool } from 'kysely'
import { reaches } from '@tingzhou/access'
import { addDays, instantOf } from '@tingzhou/calendar'
import { at } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { localDate, type EpochMs } from '@tingzhou/kernel'
import { partiesOf } from '@tingzhou/parties'
import { waitsFor } from '@tingzhou/process'
import { fold } from '@tingzhou/search'
import { shownName } from './certificate.ts'
import type { Application } from './dossier.ts'
import { oneThingOf } from './one-thing-store.ts'
import { clockView, type Reader } from './reader.ts'

export type ApplicationFilter = {
  readonly q?: string | undefined
  readonly states?: readonly Application['state'][] | undefined
  readonly oneThing?: string | undefined
  readonly mode?: Application['mode'] | undefined
  readonly mine?: boolean | undefined
  readonly waiting?: boolean | undefined
  readonly overdue?: boolean | undefined
  readonly receivedFrom?: string | undefined
  readonly receivedTo?: string | undefined
}

/** The applications within reach, under a filter. Lists, counts and exports begin here. */
export function filtered({ deps, actor, now }: Reader, filter: ApplicationFilter) {
  const { zoneId } = deps
  let query = deps.db
    .selectFrom('service_application as a')
    .where('a.zone_id', '=', zoneId)
    .where(reaches(actor, 'application', { zoneId, objectId: sql.ref('a.id') }))
  if (filter.q) {
    const words = fold(filter.q)
    query = query.where(
      sql<SqlBool>`(lower(coalesce(a.no, '')) like ${`${words}%`} or strpos(lower(a.applicant_name), ${words}) > 0)`,
    )
  }
  if (filter.states) query = query.where('a.state', 'in', filter.states.length > 0 ? [...filter.states] : ['draft'])
  if (filter.oneThing !== undefined) query = query.where('a.one_thing', '=', filter.oneThing)
  if (filter.mode !== undefined) query = query.where('a.mode', '=', filter.mode)
  if (filter.mine) query = query.where(ownOf(actor))
  if (filter.waiting) query = query.where(waitsForReader(zoneId, actor))
  if (filter.overdue) query = query.where('a.due_at', '<', at(now) as never)
  if (filter.receivedFrom !== undefined)
    query = query.where('a.received_at', '>=', at(instantOf(localDate(filter.receivedFrom), '00:00')) as never)
  if (filter.receivedTo !== undefined)
    query = query.where('a.received_at', '<', at(instantOf(addDays(localDate(filter.receivedTo), 1), '00:00')) as never)
  return query
}

const ownOf = (
  actor: Reader['actor'],
) => sql<SqlBool>`(a.applicant_account = ${actor.accountId} or a.raised_by = ${actor.accountId}
  or a.enterprise_id = any(${[...partiesOf(actor, 'enterprise')]}::text[]))`

/** A task of one of the reader's roles, on the application or on a promise, or the applicant's own turn: to mend, to supply, to rate. */
const waitsForReader = (
  zoneId: string,
  actor: Reader['actor'],
) => sql<SqlBool>`(${waitsFor(zoneId, actor, sql.ref('a.id'))}
  or (${ownOf(actor)} and (a.state in ('correction', 'delivered')
    or exists (select from service_supplement s where s.zone_id = a.zone_id and s.application_id = a.id and s.state = 'open')))
  or exists (select from tolerance_promise p where p.zone_id = a.zone_id and p.application_id = a.id and p.state = 'verifying'
    and ${waitsFor(zoneId, actor, sql.ref('p.id'))}))`

const itemsCount = (condition: ReturnType<typeof sql>) =>
  sql<number>`(select count(*)::int from item_case i where i.zone_id = a.zone_id and i.application_id = a.id and ${condition})`

const rowColumns = (query: ReturnType<typeof filtered>) =>
  query
    .select([
      'a.id',
      'a.no',
      'a.one_thing_id',
      'a.one_thing',
      'a.version',
      'a.state',
      'a.acceptance',
      'a.result',
      'a.mode',
      'a.target',
      'a.enterprise_id',
      'a.applicant_name',
      'a.received_at',
      'a.accepted_at',
      'a.due_at',
      'a.joint_days',
      'a.stars',
      'a.rev',
      'a.synthetic',
    ])
    .select([
      itemsCount(sql`true`).as('all_items'),
      itemsCount(sql`i.state in ('granted', 'refused', 'cancelled', 'ended', 'revoked')`).as('decided_items'),
      sql<boolean>`exists (select from service_supplement s where s.zone_id = a.zone_id and s.application_id = a.id and s.state = 'open')`.as(
        'supplement_open',
      ),
      sql<boolean>`a.promise_given is not null`.as('promised'),
      sql<EpochMs>`coalesce(a.received_at, a.created_at)`.as('sort_key'),
    ])

type Row = Awaited<ReturnType<ReturnType<typeof rowColumns>['executeTakeFirstOrThrow']>>

export async function rowView(reader: Reader, row: Row) {
  const { body } = await oneThingOf(reader.deps.db, reader.deps, row.one_thing_id)
  return {
    id: row.id,
    no: row.no,
    oneThing: { code: row.one_thing, version: row.version, name: body.name },
    state: row.state,
    acceptance: row.acceptance,
    result: row.result,
    mode: row.mode,
    applicant: { kind: row.target, id: row.enterprise_id, name: shownName(row.target, row.applicant_name) },
    receivedAt: row.received_at,
    clock: clockView(reader, {
      startedAt: row.accepted_at ?? row.received_at,
      dueAt: row.due_at,
      days: row.accepted_at === null ? 5 : row.joint_days,
    }),
    items: { all: row.all_items, decided: row.decided_items },
    supplementOpen: row.supplement_open,
    promised: row.promised,
    rating: row.stars,
    rev: row.rev,
    synthetic: row.synthetic,
  }
}

/** One page, newest first. */
export async function listApplications(
  reader: Reader,
  filter: ApplicationFilter & { readonly cursor?: string | undefined; readonly limit: number },
) {
  const query = filtered(reader, filter)
  const page = await keysetPage(
    rowColumns(query),
    [
      { ref: sql`coalesce(a.received_at, a.created_at)`, order: 'desc', kind: 'instant', read: (row) => row.sort_key },
      { ref: sql.ref('a.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    filter,
  )
  const { n } = await query.select(({ fn }) => fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  return { rows: await Promise.all(page.rows.map((row) => rowView(reader, row))), next: page.next, total: Number(n) }
}

/** Everything the list shows, in batches, for the export: the same reach, the same filters. */
export async function* allApplications(reader: Reader, filter: ApplicationFilter) {
  let cursor: string | undefined
  do {
    const page = await listApplications(reader, { ...filter, cursor, limit: 200 })
    yield page.rows
    cursor = page.next ?? undefined
  } while (cursor)
}

/** One row, within reach; null otherwise. */
export async function findRow(reader: Reader, id: string) {
  const row = await rowColumns(filtered(reader, {}).where('a.id', '=', id)).executeTakeFirst()
  return row ? rowView(reader, row) : null
}

/** The figures beside the views. One statement. */
export async function countApplications(reader: Reader) {
  const { deps, actor, now } = reader
  const rows = await filtered(reader, {})
    .select('a.state')
    .select([
      sql<number>`count(*)::int`.as('n'),
      sql<number>`count(*) filter (where ${ownOf(actor)})::int`.as('mine'),
      sql<number>`count(*) filter (where ${waitsForReader(deps.zoneId, actor)})::int`.as('waiting'),
      sql<number>`count(*) filter (where a.due_at < ${at(now)})::int`.as('overdue'),
    ])
    .groupBy('a.state')
    .execute()
  const sum = (pick: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + pick(row), 0)
  return {
    mine: sum(({ mine }) => mine),
    waiting: sum(({ waiting }) => waiting),
    overdue: sum(({ overdue }) => overdue),
    byState: rows.map(({ state, n }) => ({ state, n })),
  }
}
