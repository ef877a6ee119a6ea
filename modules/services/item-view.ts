import { sql, type SqlBool } from 'kysely'
import { reaches } from '@tingzhou/access'
import { readHistory } from '@tingzhou/audit'
import { at } from '@tingzhou/db'
import { keysetPage } from '@tingzhou/http'
import { waitsFor } from '@tingzhou/process'
import { copiesOf, planOfApplication } from './application-check.ts'
import { deskView, urgesOf } from './desk-view.ts'
import { filesOf, materialViews } from './material-view.ts'
import { shownName } from './certificate.ts'
import type { ItemCase } from './dossier.ts'
import { applicationOf } from './item-decide.ts'
import { itemMovable } from './item-moves.ts'
import { standInItem } from './item-stand.ts'
import { offerMoves } from './move.ts'
import { itemNamed } from './one-thing.ts'
import { oneThingOf } from './one-thing-store.ts'
import { placeNamed } from './place-view.ts'
import { departmentIn } from './plan.ts'
import { clockView, inLanguage, type Reader } from './reader.ts'

export type ItemFilter = {
  readonly states?: readonly ItemCase['state'][] | undefined
  readonly department?: string | undefined
  readonly applicationId?: string | undefined
  readonly waiting?: boolean | undefined
  readonly overdue?: boolean | undefined
  readonly sampled?: boolean | undefined
}

function filtered({ deps, actor, now }: Reader, filter: ItemFilter) {
  const { zoneId } = deps
  let query = deps.db
    .selectFrom('item_case as i')
    .innerJoin('service_application as a', (join) =>
      join.onRef('a.zone_id', '=', 'i.zone_id').onRef('a.id', '=', 'i.application_id'),
    )
    .leftJoin('party as d', (join) => join.onRef('d.zone_id', '=', 'i.zone_id').onRef('d.id', '=', 'i.department_id'))
    .leftJoin('party as s', (join) => join.onRef('s.zone_id', '=', 'i.zone_id').onRef('s.id', '=', 'i.assignee_id'))
    .where('i.zone_id', '=', zoneId)
    .where(reaches(actor, 'item_case', { zoneId, objectId: sql.ref('i.id') }))
  if (filter.states) query = query.where('i.state', 'in', filter.states.length > 0 ? [...filter.states] : ['waiting'])
  if (filter.department !== undefined) query = query.where('i.department', '=', filter.department)
  if (filter.applicationId !== undefined) query = query.where('i.application_id', '=', filter.applicationId)
  if (filter.waiting) query = query.where(waitsFor(zoneId, actor, sql.ref('i.id')))
  if (filter.overdue) query = query.where('i.due_at', '<', at(now) as never).where('i.paused_at', 'is', null)
  if (filter.sampled)
    query = query.where(
      sql<SqlBool>`exists (select from item_decision x where x.zone_id = i.zone_id and x.item_case_id = i.id and x.sampled and x.judgement is null)`,
    )
  return query
}

const rowColumns = (query: ReturnType<typeof filtered>) =>
  query.select([
    'i.id',
    'i.application_id',
    'i.code',
    'i.department',
    'i.department_id',
    'i.place',
    'i.state',
    'i.after_items',
    'i.automatic',
    'i.assignee_id',
    'i.promised_days',
    'i.started_at',
    'i.due_at',
    'i.paused_at',
    'i.supervised_at',
    'i.suspended_at',
    'i.urged_at',
    'i.decided_at',
    'i.decision_reason',
    'i.created_at',
    'i.rev',
    'a.no',
    'a.one_thing_id',
    'd.name as department_name',
    's.name as assignee_name',
  ])

type Row = Awaited<ReturnType<ReturnType<typeof rowColumns>['executeTakeFirstOrThrow']>>

async function rowView(reader: Reader, row: Row) {
  const { body } = await oneThingOf(reader.deps.db, reader.deps, row.one_thing_id)
  const item = body.items.find(({ code }) => code === row.code)
  return {
    id: row.id,
    applicationId: row.application_id,
    applicationNo: row.no,
    oneThing: { code: body.code, name: body.name },
    code: row.code,
    name: item?.name ?? { zh: row.code, en: row.code },
    department: { code: row.department, id: row.department_id, name: row.department_name ?? row.department },
    place: placeNamed(body, row.place),
    state: row.state,
    after: row.after_items,
    automatic: row.automatic,
    clock: clockView(reader, {
      startedAt: row.started_at,
      dueAt: row.due_at,
      days: row.promised_days,
      paused: row.paused_at !== null,
    }),
    supervised: row.supervised_at !== null,
    suspendedAt: row.suspended_at,
    urgedAt: row.urged_at,
    assignee: row.assignee_id === null ? null : { id: row.assignee_id, name: row.assignee_name ?? '' },
    decidedAt: row.decided_at,
    reason: row.decision_reason,
    because: itemNamed(body, row.decision_reason),
    rev: row.rev,
  }
}

/** One page of item cases within reach, newest first. */
export async function listItems(
  reader: Reader,
  filter: ItemFilter & { readonly cursor?: string | undefined; readonly limit: number },
) {
  const query = filtered(reader, filter)
  const page = await keysetPage(
    rowColumns(query),
    [
      { ref: sql.ref('i.created_at'), order: 'desc', kind: 'instant', read: (row) => row.created_at },
      { ref: sql.ref('i.id'), order: 'desc', kind: 'string', read: (row) => row.id },
    ],
    filter,
  )
  const { n } = await query.select(({ fn }) => fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  return { rows: await Promise.all(page.rows.map((row) => rowView(reader, row))), next: page.next, total: Number(n) }
}

/** The item cases of an application within reach, in the order of their opening. */
export const itemsOf = async (reader: Reader, applicationId: string) =>
  (await listItems(reader, { applicationId, limit: 200 })).rows.toReversed()

const spoken = new Set(['pass_review', 'approve', 'refuse', 'send_back', 'finish_special', 'judge_sample', 'note'])

/** One item case with everything that a reviewer looks at; null when it is out of reach. */
export async function findItem(reader: Reader, id: string) {
  const { deps, actor, lang } = reader
  const { db, zoneId } = deps
  const found = await rowColumns(filtered(reader, {}).where('i.id', '=', id)).executeTakeFirst()
  if (!found) return null
  const row = await db
    .selectFrom('item_case')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const application = await applicationOf(db, { deps, row })
  const planned = await planOfApplication(db, deps, application)
  const item = planned.selection.items.find(({ code }) => code === row.code)
  const copies = await copiesOf(db, zoneId, application.id)
  const files = await filesOf(
    db,
    zoneId,
    copies.flatMap(({ fileIds }) => fileIds),
  )
  const prefilled = new Map(planned.prefilled.map((one) => [one.field, inLanguage(one.source, lang)]))
  const history = await readHistory(db, zoneId, id, { after: 0, limit: 200, publicOnly: false })
  const asks = await db
    .selectFrom('supplement_ask as k')
    .innerJoin('service_supplement as l', (join) =>
      join.onRef('l.zone_id', '=', 'k.zone_id').onRef('l.id', '=', 'k.supplement_id'),
    )
    .select(['k.supplement_id', 'k.material', 'k.field', 'k.words', 'k.asked_at', 'l.supplied_at'])
    .where('k.zone_id', '=', zoneId)
    .where('k.item_case_id', '=', id)
    .orderBy('k.asked_at')
    .limit(200)
    .execute()
  const certificate = await db
    .selectFrom('certificate')
    .select('no')
    .where('zone_id', '=', zoneId)
    .where('item_case_id', '=', id)
    .executeTakeFirst()
  const stand = await standInItem(db, deps, actor, row)
  return {
    ...(await rowView(reader, found)),
    applicant: {
      kind: application.target,
      id: application.enterprise_id,
      // Whoever decides reads the name that the decision is about.
      name: stand.official ? application.applicant_name : shownName(application.target, application.applicant_name),
    },
    fields: planned.stored.body.fields
      .filter(({ code }) => item?.fields.includes(code) === true)
      .map(({ code, name }) => ({
        code,
        name,
        value: application.field_values[code] ?? null,
        source: prefilled.get(code) ?? null,
      })),
    materials: await materialViews(db, deps, { applicationId: application.id, planned, copies, files, item: row.code }),
    opinions: stand.official
      ? history
          .filter(({ verb, reason }) => spoken.has(verb) && reason !== null)
          .map(({ at: when, actorName, verb, reason }) => ({ at: when, by: actorName, verb, words: reason ?? '' }))
      : [],
    asks: asks.map((one) => ({
      supplementId: one.supplement_id,
      material: one.material,
      field: one.field,
      words: one.words,
      at: one.asked_at,
      suppliedAt: one.supplied_at,
    })),
    specials: row.specials.map((special, index) => ({
      index,
      kind: special.kind,
      name: special.name,
      days: special.days.days,
      dueAt: special.dueAt,
      doneAt: special.doneAt,
      words: special.words,
    })),
    decision: stand.official ? await decisionOf(reader, id) : null,
    basis: row.basis,
    certificateNo: certificate?.no ?? null,
    nextStep: row.next_step,
    moves: offerMoves(itemMovable, stand, row),
    desk: stand.official && stand.desk !== null ? deskView(stand.desk, actor) : null,
    urges: await urgesOf(reader, id),
    department: departmentIn(planned, row.department),
  }
}

async function decisionOf({ deps }: Reader, itemCaseId: string) {
  const row = await deps.db
    .selectFrom('item_decision as x')
    .leftJoin('party as p', (join) => join.onRef('p.zone_id', '=', 'x.zone_id').onRef('p.id', '=', 'x.accountable_id'))
    .selectAll('x')
    .select('p.name as accountable')
    .where('x.zone_id', '=', deps.zoneId)
    .where('x.item_case_id', '=', itemCaseId)
    .executeTakeFirst()
  if (!row) return null
  return {
    id: row.id,
    at: row.decided_at,
    outcome: row.outcome,
    table: row.decision_table,
    tableVersion: row.table_sha256,
    inputs: { ...row.inputs },
    evidenceHash: row.evidence_sha256,
    accountable: { id: row.accountable_id, name: row.accountable ?? '' },
    sampled: row.sampled,
    judgement: row.judgement,
    judgedBy: row.judged_by,
    judgedReason: row.judged_reason,
  }
}
