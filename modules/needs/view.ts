import { sql, type Expression } from 'kysely'
import { reaches } from '@tingzhou/access'
import { workingSecondsBetween, type Calendar } from '@tingzhou/calendar'
import { containing, type Db } from '@tingzhou/db'
import { listFiles, type FileInfo } from '@tingzhou/files'
import { keysetPage, type Page } from '@tingzhou/http'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { loadInstance, waitsFor } from '@tingzhou/process'
import type { z } from 'zod'
import type * as contract from './appeal-contract.ts'
import type { NeedsDeps } from './dossier.ts'
import { applyFigure } from './indicator-store.ts'
import { offerMoves, standIn } from './moves.ts'
import { maskPhone } from '@tingzhou/registry'
import { restingStates, type AppealState } from './words.ts'

type Row = z.infer<typeof contract.AppealRow>
type Detail = z.infer<typeof contract.AppealDetail>
type Filters = z.infer<typeof contract.AppealFilters>

/** The one who reads, and the ports of reading. */
export type Reader = {
  readonly deps: NeedsDeps
  readonly actor: Actor
  readonly calendar: Calendar
  readonly now: EpochMs
}

const zoneRoles = ['dispatcher', 'supervisor', 'auditor', 'admin', 'leader'] as const

/** Everything the reader may see of appeals: lists, counts, exports and figures all begin here. */
function readable({ deps, actor }: Reader) {
  const db: Db = deps.db
  return (
    db
      .selectFrom('appeal as a')
      .where('a.zone_id', '=', deps.zoneId)
      .where(reaches(actor, 'appeal', { zoneId: deps.zoneId, objectId: sql.ref('a.id') }))
      // A draft belongs to who writes it.
      .where((eb) => eb.or([eb('a.state', '<>', 'draft'), eb('a.raised_by', '=', actor.accountId)]))
  )
}

function filtered(reader: Reader, filters: Filters) {
  const { deps, actor, now } = reader
  let query = readable(reader)
  if (filters.q) {
    const like = containing(filters.q)
    query = query.where((eb) =>
      eb.or([
        eb('a.title', 'ilike', like),
        eb('a.no', 'ilike', like),
        eb('a.closing_no', 'ilike', like),
        eb.exists(
          eb
            .selectFrom('party as f')
            .select(sql`1`.as('one'))
            .whereRef('f.zone_id', '=', 'a.zone_id')
            .where(sql<boolean>`f.id = a.enterprise_id`)
            .where('f.name', 'ilike', like),
        ),
      ]),
    )
  }
  if (filters.states) query = query.where('a.state', 'in', filters.states)
  if (filters.open !== undefined) query = query.where('a.state', filters.open ? 'not in' : 'in', [...restingStates])
  if (filters.mine) query = query.where(waitsFor(deps.zoneId, actor, sql.ref('a.id')))
  if (filters.category)
    query =
      filters.category.length === 4
        ? query.where('a.category', '=', filters.category)
        : query.where('a.category', 'like', `${filters.category}%`)
  if (filters.class) query = query.where('a.class', '=', filters.class)
  if (filters.nature) query = query.where('a.nature', '=', filters.nature)
  if (filters.channel) query = query.where('a.channel', '=', filters.channel)
  if (filters.areaId) query = query.where('a.area_id', '=', filters.areaId)
  if (filters.ownerId) query = query.where('a.owner_id', '=', filters.ownerId)
  if (filters.enterpriseId) query = query.where('a.enterprise_id', '=', filters.enterpriseId)
  if (filters.overdue)
    query = query.where(sql<boolean>`a.due_at < ${new Date(now)}::timestamptz`).where('a.clock_kind', '<>', 'wait')
  if (filters.supervised) query = query.where('a.supervision_level', '>', 0)
  if (filters.receivedFrom)
    query = query.where(
      sql<boolean>`a.received_at >= ${filters.receivedFrom}::date::timestamp at time zone 'Asia/Shanghai'`,
    )
  if (filters.receivedTo)
    query = query.where(
      sql<boolean>`a.received_at < (${filters.receivedTo}::date + 1)::timestamp at time zone 'Asia/Shanghai'`,
    )
  if (filters.figure) query = applyFigure(query, deps.zoneId, filters, now)
  return query
}

const named = (id: Expression<unknown>, zone: Expression<unknown>) =>
  sql<string | null>`(select p.name from party p where p.zone_id = ${zone} and p.id = ${id})`

function rowColumns<T extends ReturnType<typeof filtered>>(query: T) {
  const zone = sql.ref('a.zone_id')
  return query.select([
    'a.id',
    'a.no',
    'a.title',
    'a.state',
    'a.nature',
    'a.channel',
    'a.category',
    'a.class',
    'a.enterprise_id',
    'a.area_id',
    'a.owner_id',
    'a.received_at',
    'a.updated_at',
    'a.clock_kind',
    'a.due_at',
    'a.paused_at',
    'a.supervision_level',
    'a.reopen_count',
    'a.sensitive',
    'a.closing_no',
    'a.rev',
    'a.synthetic',
    named(sql.ref('a.enterprise_id'), zone).as('enterprise_name'),
    named(sql.ref('a.area_id'), zone).as('area_name'),
    named(sql.ref('a.owner_id'), zone).as('owner_name'),
  ])
}

type Selected = Awaited<ReturnType<ReturnType<typeof rowColumns>['execute']>>[number]

const partyOf = (id: string | null, name: string | null) => (id === null ? null : { id, name: name ?? id })

function toRow(row: Selected, { calendar, now }: Reader): Row {
  return {
    id: row.id,
    no: row.no,
    title: row.title,
    state: row.state,
    nature: row.nature,
    channel: row.channel,
    category: row.category,
    class: row.class,
    enterprise: partyOf(row.enterprise_id, row.enterprise_name),
    area: partyOf(row.area_id, row.area_name),
    owner: partyOf(row.owner_id, row.owner_name),
    receivedAt: row.received_at,
    clock: clockOf(row, calendar, now),
    supervisionLevel: row.supervision_level,
    reopenCount: row.reopen_count,
    sensitive: row.sensitive,
    closingNo: row.closing_no,
    rev: row.rev,
    synthetic: row.synthetic,
  }
}

function clockOf(
  row: Pick<Selected, 'clock_kind' | 'due_at' | 'paused_at'>,
  calendar: Calendar,
  now: EpochMs,
): Row['clock'] {
  if (row.clock_kind === null || row.due_at === null) return null
  const left = workingSecondsBetween(calendar, now, row.due_at)
  return {
    kind: row.clock_kind,
    dueAt: row.due_at,
    paused: row.paused_at !== null,
    overdue: row.clock_kind !== 'wait' && row.due_at < now,
    workingSecondsLeft: left.ok ? Math.round(left.value) : null,
  }
}

// An appeal without a clock sorts after all others: the end of the calendar's range.
const farAway = epochMs(Date.UTC(9999, 0, 1))

/** One page of the appeals within reach, with the number of all that fit the filters. Two statements. */
export async function listAppeals(
  reader: Reader,
  filters: Filters & {
    cursor?: string | undefined
    limit: number
    sort: 'receivedAt' | 'dueAt' | 'updatedAt'
    order: 'asc' | 'desc'
  },
): Promise<Page<Row> & { total: number }> {
  const query = filtered(reader, filters)
  const ref = {
    receivedAt: sql`coalesce(a.received_at, a.created_at)`,
    dueAt: sql`coalesce(a.due_at, ${new Date(farAway)}::timestamptz)`,
    updatedAt: sql.ref('a.updated_at'),
  }[filters.sort]
  const page = await keysetPage(
    rowColumns(query).select(sql<EpochMs>`${ref}`.as('sort_key')),
    [
      { ref, order: filters.order, kind: 'instant', read: (row) => row.sort_key },
      { ref: sql.ref('a.id'), order: filters.order, kind: 'string', read: (row) => row.id },
    ],
    { cursor: filters.cursor, limit: filters.limit },
  )
  const counted = await query.select(({ fn }) => fn.countAll<number>().as('n')).executeTakeFirst()
  return { rows: page.rows.map((row) => toRow(row, reader)), next: page.next, total: counted?.n ?? 0 }
}

/** Every appeal the list shows, in batches, for the export: the same reach, the same filters. */
export async function* allAppeals(reader: Reader, filters: Filters): AsyncGenerator<readonly Row[]> {
  let cursor: string | undefined
  do {
    const page = await listAppeals(reader, { ...filters, cursor, limit: 200, sort: 'receivedAt', order: 'desc' })
    yield page.rows
    cursor = page.next ?? undefined
  } while (cursor)
}

/** The figures beside the saved views. One statement. */
export async function countAppeals(reader: Reader) {
  const { deps, actor, now } = reader
  const rows = await readable(reader)
    .select(['a.state'])
    .select([
      sql<number>`count(*)`.as('n'),
      sql<number>`count(*) filter (where ${waitsFor(deps.zoneId, actor, sql.ref('a.id'))})`.as('mine'),
      sql<number>`count(*) filter (where a.due_at < ${new Date(now)} and a.clock_kind <> 'wait')`.as('overdue'),
      sql<number>`count(*) filter (where a.supervision_level > 0)`.as('supervised'),
    ])
    .groupBy('a.state')
    .execute()
  const sum = (pick: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + pick(row), 0)
  return {
    mine: sum((row) => row.mine),
    open: sum((row) => (restingStates.includes(row.state) ? 0 : row.n)),
    overdue: sum((row) => row.overdue),
    supervised: sum((row) => row.supervised),
    byState: rows.map(({ state, n }) => ({ state, n })),
  }
}

/** The state of an appeal that the reader may see; null when it is out of reach or does not exist. One statement. */
export async function readableState(reader: Reader, id: string): Promise<AppealState | null> {
  const row = await readable(reader).select('a.state').where('a.id', '=', id).executeTakeFirst()
  return row?.state ?? null
}

/** Before finishing, whoever only calls back hears the applicant: no names of those who worked on it (casework.md §7). */
export const hidesNames = (actor: Actor, state: AppealState): boolean =>
  state === 'callback' && hasRole(actor, 'callback_agent') && !hasRole(actor, ...zoneRoles)

/** One appeal with the work on it, as the reader may see it; null when it is out of reach or does not exist. */
export async function findAppeal(reader: Reader, id: string): Promise<Detail | null> {
  const { deps, actor, now } = reader
  const { db, zoneId } = deps
  const row = await rowColumns(readable(reader).where('a.id', '=', id)).executeTakeFirst()
  if (!row) return null
  const appeal = await db
    .selectFrom('appeal')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const [orders, assists, contacts, replies, callbacks, extensions, supervisions, segments] = await workOn(
    db,
    zoneId,
    id,
  )
  const planned = await db
    .selectFrom('planned_item')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('appeal_id', '=', id)
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
  const family = await db
    .selectFrom('appeal')
    .select(['id', 'no', 'title', 'state', 'parent_id', 'merged_into'])
    .where('zone_id', '=', zoneId)
    .where((eb) =>
      eb.or([
        eb('parent_id', '=', id),
        eb('merged_into', '=', id),
        eb(
          'id',
          'in',
          [appeal.merged_into, appeal.parent_id, appeal.repeat_of]
            .filter((one): one is string => one !== null)
            .concat(id),
        ),
      ]),
    )
    .limit(200)
    .execute()
  const files = (await listFiles(db, zoneId, [id])).get(id) ?? []
  const active = orders.find((order) => order.active) ?? null
  const names = await namesOf(db, zoneId, [
    ...orders.flatMap((order) => [order.owner_id, order.assignee_id]),
    ...assists.map((assist) => assist.department_id),
    ...replies.flatMap((reply) => [reply.by_party]),
    planned?.owner_id ?? null,
    appeal.next_party,
  ])
  const party = (partyId: string) => ({ id: partyId, name: names.get(partyId) ?? partyId })
  const stand = await standIn(db, deps, actor, appeal, active)
  const instance = appeal.instance_id ? await loadInstance(db, zoneId, appeal.instance_id) : null
  const activeNodes = [...new Set(instance?.state.tokens.map((token) => token.nodeId) ?? [])]
  const official = !stand.applicant || stand.dispatcher || stand.supervisor
  const nameless = hidesNames(actor, appeal.state)
  const person = (accountId: string, name: string) => (nameless ? { id: '', name: '—' } : { id: accountId, name })
  const sees =
    stand.applicant ||
    stand.dispatcher ||
    stand.areaLead ||
    stand.ownerHead ||
    stand.ownerOfficer ||
    stand.callbackAgent
  const relative = (one: (typeof family)[number]) => ({ id: one.id, no: one.no, title: one.title, state: one.state })
  const nameOfAppeal = (appealId: string | null) => {
    const found = family.find((one) => one.id === appealId)
    return found ? { id: found.id, name: found.no ?? found.title } : null
  }
  const replyFiles = new Set(
    replies.flatMap((reply) => reply.file_ids).concat(assists.flatMap((assist) => assist.file_ids)),
  )
  const offered = offerMoves(stand, appeal.state, new Set(activeNodes))
  return {
    ...toRow(row, reader),
    text: appeal.body,
    wanted: appeal.wanted,
    occurredAt: appeal.occurred_at,
    address: appeal.address,
    lon: appeal.lon,
    lat: appeal.lat,
    contactName: appeal.anonymous && !sees ? '' : appeal.contact_name,
    contactPhone:
      sees && !(appeal.anonymous && !stand.dispatcher && !stand.applicant)
        ? appeal.contact_phone
        : maskPhone(appeal.contact_phone),
    anonymous: appeal.anonymous,
    result: appeal.result,
    solved: appeal.solved,
    rating: appeal.rating,
    mergedInto: nameOfAppeal(appeal.merged_into),
    parent: nameOfAppeal(appeal.parent_id),
    repeatOf: nameOfAppeal(appeal.repeat_of),
    children: family.filter((one) => one.parent_id === id).map(relative),
    followers: family.filter((one) => one.merged_into === id).map(relative),
    nextStep: appeal.next_step,
    waitingFor: appeal.next_party
      ? [party(appeal.next_party)]
      : appeal.next_roles.map((role) => ({ id: role, name: role })),
    question: appeal.question,
    files: files.filter((file) => !replyFiles.has(file.id)).map(fileView),
    orders: orders.map((order) => ({
      id: order.id,
      round: order.round,
      owner: party(order.owner_id),
      assignee: order.assignee_id && !nameless ? party(order.assignee_id) : null,
      class: order.class,
      dispatchedAt: order.dispatched_at,
      dueSignAt: order.due_sign_at,
      signedAt: order.signed_at,
      dueContactAt: order.due_contact_at,
      contactedAt: order.contacted_at,
      dueResultAt: order.due_result_at,
      originalDueResultAt: order.original_due_result_at,
      repliedAt: order.replied_at,
      returnReason: order.return_reason,
      returnBasis: order.return_basis,
      returnDecision: order.return_decision,
      returnUntil: order.return_until,
      ruleNumber: order.rule_number,
      ruleVersion: order.rule_version,
      note: official ? order.note : '',
    })),
    assists: (official ? assists : []).map((assist) => ({
      id: assist.id,
      department: party(assist.department_id),
      question: assist.question,
      dueAt: assist.due_at,
      state: assist.state,
      opinion: assist.opinion,
      answeredAt: assist.answered_at,
      overruledReason: assist.overruled_reason,
    })),
    contacts: contacts.map((one) => ({
      id: one.id,
      at: one.at,
      by: person(one.by_account, one.by_name),
      channel: one.channel as never,
      words: one.words,
    })),
    replies: replies.map((reply) => ({
      id: reply.id,
      round: reply.round,
      at: reply.at,
      by: reply.by_party ? party(reply.by_party) : person(reply.by_account, reply.by_name),
      result: reply.result,
      text: reply.body,
      measures: reply.measures,
      files: files.filter((file) => reply.file_ids.includes(file.id)).map(fileView),
      rejectedReason: official ? reply.rejected_reason : null,
    })),
    callbacks: callbacks.map(({ id: callbackId, attempt, at, reached, contacted, solved, rating, words }) => ({
      id: callbackId,
      attempt,
      at,
      reached,
      contacted,
      solved,
      rating,
      words,
    })),
    extensions: extensions.map((one) => ({
      id: one.id,
      at: one.at,
      reason: one.reason,
      until: one.until,
      state: one.state === 'asked' && one.answer_by < now ? 'refused' : one.state,
      decisionReason: one.decision_reason,
    })),
    supervisions: (official ? supervisions : []).map((one) => ({
      id: one.id,
      level: one.level,
      reason: one.reason,
      auto: one.auto,
      openedAt: one.opened_at,
      closedAt: one.closed_at,
      answer: one.answer,
      answerDueAt: one.answer_due_at,
    })),
    planned: planned
      ? {
          id: planned.id,
          plan: planned.plan,
          owner: party(planned.owner_id),
          reviewDate: planned.review_date,
          state: planned.state,
        }
      : null,
    segments: segments.map((one) => ({
      kind: one.kind,
      from: one.from_at,
      to: one.to_at,
      reason: one.reason,
      dueBefore: one.due_before,
      dueAfter: one.due_after,
    })),
    moves: offered.map((offer) => ({
      ...offer,
      subjectId: subjectOf(offer.move, assists, supervisions, stand.departments),
    })),
    process: {
      key: instance?.state.definitionKey ?? 'appeal',
      version: instance?.state.definitionVersion ?? 0,
      active: activeNodes,
      visited: Object.keys(instance?.visited ?? {}),
    },
  }
}

// More than this of one kind on one appeal is not shown; the history has everything.
const partsMax = 200

async function workOn(db: Db, zoneId: string, id: string) {
  const orders = await db
    .selectFrom('work_order')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('appeal_id', '=', id)
    .orderBy('round')
    .limit(partsMax)
    .execute()
  const assists = await db
    .selectFrom('assist')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('appeal_id', '=', id)
    .orderBy('created_at')
    .limit(partsMax)
    .execute()
  const contacts = await db
    .selectFrom('contact_log')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('appeal_id', '=', id)
    .orderBy('at')
    .limit(partsMax)
    .execute()
  const replies = await db
    .selectFrom('reply')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('appeal_id', '=', id)
    .orderBy('at')
    .limit(partsMax)
    .execute()
  const callbacks = await db
    .selectFrom('callback')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('appeal_id', '=', id)
    .orderBy('at')
    .limit(partsMax)
    .execute()
  const extensions = await db
    .selectFrom('extension')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('appeal_id', '=', id)
    .orderBy('at')
    .limit(partsMax)
    .execute()
  const supervisions = await db
    .selectFrom('supervision')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('appeal_id', '=', id)
    .orderBy('opened_at')
    .limit(partsMax)
    .execute()
  const segments = await db
    .selectFrom('clock_segment')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .where('appeal_id', '=', id)
    .orderBy('from_at')
    .limit(partsMax)
    .execute()
  return [orders, assists, contacts, replies, callbacks, extensions, supervisions, segments] as const
}

/** The row a move is about: the assistant's own open question, the open supervision. */
function subjectOf(
  move: string,
  assists: readonly { id: string; department_id: string; state: string }[],
  supervisions: readonly { id: string; closed_at: EpochMs | null; answered_at: EpochMs | null }[],
  departments: readonly string[],
): string | null {
  if (move === 'opinion')
    return assists.find((one) => one.state === 'open' && departments.includes(one.department_id))?.id ?? null
  if (move === 'overrule') return assists.find((one) => one.state === 'open')?.id ?? null
  if (move === 'answer_supervision')
    return supervisions.find((one) => one.closed_at === null && one.answered_at === null)?.id ?? null
  if (move === 'lift_supervision') return supervisions.find((one) => one.closed_at === null)?.id ?? null
  return null
}

const fileView = (file: FileInfo) => ({
  id: file.id,
  name: file.name,
  mediaType: file.mediaType,
  size: file.sizeBytes,
  evidence: file.purpose === 'evidence',
  takenAt: file.takenAt,
  lon: file.place?.longitude ?? null,
  lat: file.place?.latitude ?? null,
})

async function namesOf(db: Db, zoneId: string, ids: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids.filter((id): id is string => id !== null))]
  if (wanted.length === 0) return new Map()
  const rows = await db
    .selectFrom('party')
    .select(['id', 'name'])
    .where('zone_id', '=', zoneId)
    .where('id', 'in', wanted)
    .execute()
  return new Map(rows.map((row) => [row.id, row.name]))
}
