import { implement } from '@orpc/server'
import { sql } from 'kysely'
import { reaches, reachesAll } from '@tingzhou/access'
import { containing, type CommandReused } from '@tingzhou/db'
import {
  keysetPage,
  problem,
  requireActor,
  requireRole,
  unwrap,
  type ProblemTable,
  type RequestContext,
} from '@tingzhou/http'
import { partiesOf, type Actor } from '@tingzhou/parties'
import type { RaiseError } from './appeal.ts'
import { isStaff } from './kinds.ts'
import { appealProblems } from './problems.ts'
import { command, commonProblems, given, refuse } from './room.ts'
import { needsDeps } from './runtime.ts'
import { campaignContract, visitContract } from './visits-contract.ts'
import {
  cancelVisit,
  changeCampaign,
  changeVisit,
  planVisit,
  readCoverage,
  reportVisit,
  selectCampaigns,
  selectVisits,
  startCampaign,
  type StoredVisit,
  type VisitError,
} from './visits.ts'
import { readNames, refOf } from './zone-map.ts'
import './texts.ts'

const problems = {
  ...appealProblems,
  ...commonProblems,
  campaign_not_found: refuse(404, 'campaignId'),
  campaign_period: refuse(422, 'to'),
  campaign_closed: refuse(422, 'campaignId'),
  day_outside_campaign: refuse(422, 'date'),
  account_unknown: refuse(422),
  enterprise_unknown: refuse(422, 'enterpriseId'),
  visit_not_found: refuse(404),
  visit_state: refuse(409, 'state'),
  visit_in_future: refuse(422, 'date'),
  not_your_visit: refuse(403),
  not_your_area: refuse(403),
} satisfies ProblemTable<VisitError | RaiseError | CommandReused>

const campaignApi = implement(campaignContract).$context<RequestContext>()

export const campaignHandlers = campaignApi.router({
  list: campaignApi.list.handler(async ({ context, input }) => {
    requireStaff(context)
    let query = selectCampaigns(context.deps.db, context.deps.zoneId)
    if (input.state) query = query.where('state', '=', input.state)
    if (input.q) query = query.where('name', 'ilike', containing(input.q))
    const counted = await query
      .clearSelect()
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirst()
    const page = await keysetPage(
      query,
      [
        { ref: sql.ref('from_day'), order: 'desc', kind: 'string', read: (row) => row.from },
        { ref: sql.ref('id'), order: 'desc', kind: 'string', read: (row) => row.id },
      ],
      input,
    )
    return { rows: await campaignViews(context, page.rows), next: page.next, total: counted?.n ?? 0 }
  }),
  get: campaignApi.get.handler(async ({ context, input }) => {
    requireStaff(context)
    const row = await selectCampaigns(context.deps.db, context.deps.zoneId)
      .where('id', '=', input.id)
      .executeTakeFirst()
    const [view] = row ? await campaignViews(context, [row]) : []
    if (view) return view
    throw problem({ kind: 'campaign_not_found', status: 404, area: 'needs', field: 'id', value: input.id })
  }),
  create: campaignApi.create.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), 'supervisor', 'dispatcher', 'admin', 'leader', 'machine')
    const started = await command(context, actor, 'start_campaign', input, (tx) =>
      startCampaign(tx, context.deps, actor, input),
    )
    return unwrap(started, problems)
  }),
  change: campaignApi.change.handler(async ({ context, input }) => {
    const actor = requireRole(requireActor(context), 'supervisor', 'dispatcher', 'admin', 'leader', 'machine')
    const { id, rev, why, commandId: _, ...change } = input
    const changed = await command(context, actor, 'change_campaign', input, (tx) =>
      changeCampaign(tx, context.deps, actor, { id, rev, why, change: given(change) }),
    )
    return unwrap(changed, problems)
  }),
})

const visitApi = implement(visitContract).$context<RequestContext>()

export const visitHandlers = visitApi.router({
  list: visitApi.list.handler(async ({ context, input }) => {
    const actor = requireActor(context)
    let query = readable(context, actor)
    if (input.state) query = query.where('visit.state', '=', input.state)
    if (input.campaignId) query = query.where('campaign_id', '=', input.campaignId)
    if (input.enterpriseId) query = query.where('enterprise_id', '=', input.enterpriseId)
    if (input.areaId) query = query.where('area_id', '=', input.areaId)
    if (input.mine) query = query.where(sql<boolean>`${actor.accountId} = any(visitor_ids)`)
    if (input.from) query = query.where('day', '>=', input.from)
    if (input.to) query = query.where('day', '<=', input.to)
    if (input.q)
      query = query.where(
        sql<boolean>`exists (select from party p where p.zone_id = visit.zone_id and p.id = visit.enterprise_id and p.name ilike ${containing(input.q)})`,
      )
    const counted = await query
      .clearSelect()
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirst()
    const page = await keysetPage(
      query,
      [
        { ref: sql.ref('day'), order: 'desc', kind: 'string', read: (row) => row.date },
        { ref: sql.ref('visit.id'), order: 'desc', kind: 'string', read: (row) => row.id },
      ],
      input,
    )
    return { rows: await visitViews(context, page.rows), next: page.next, total: counted?.n ?? 0 }
  }),
  get: visitApi.get.handler(async ({ context, input }) => {
    const row = await readable(context, requireActor(context)).where('visit.id', '=', input.id).executeTakeFirst()
    const [view] = row ? await visitViews(context, [row]) : []
    if (view) return view
    throw problem({ kind: 'visit_not_found', status: 404, area: 'needs', field: 'id', value: input.id })
  }),
  plan: visitApi.plan.handler(async ({ context, input }) => {
    const actor = requireStaff(context)
    return unwrap(
      await command(context, actor, 'plan_visit', input, (tx) => planVisit(tx, context.deps, actor, input)),
      problems,
    )
  }),
  change: visitApi.change.handler(async ({ context, input }) => {
    const actor = requireStaff(context)
    const { id, rev, why, commandId: _, ...change } = input
    const changed = await command(context, actor, 'change_visit', input, (tx) =>
      changeVisit(tx, context.deps, actor, { id, rev, why, change: given(change) }),
    )
    return unwrap(changed, problems)
  }),
  report: visitApi.report.handler(async ({ context, input }) => {
    const actor = requireStaff(context)
    const reported = await command(context, actor, 'report_visit', input, (tx) =>
      reportVisit(tx, needsDeps(context.deps), actor, input),
    )
    const { appeals, ...changed } = unwrap(reported, problems)
    return { ...changed, appeals: [...appeals] }
  }),
  cancel: visitApi.cancel.handler(async ({ context, input }) => {
    const actor = requireStaff(context)
    return unwrap(
      await command(context, actor, 'cancel_visit', input, (tx) => cancelVisit(tx, context.deps, actor, input)),
      problems,
    )
  }),
  coverage: visitApi.coverage.handler(async ({ context, input }) => {
    const actor = requireStaff(context)
    if (input.from > input.to)
      throw problem({ kind: 'period_reversed', status: 422, area: 'needs', field: 'to', value: input.to, meta: input })
    const all = await readCoverage(context.deps.db, context.deps.zoneId, input.from, input.to)
    const own = partiesOf(actor, 'area_lead')
    // Who does not read every visit sees the figures of the own area.
    const rows = reachesAll(actor, 'visit') ? all : all.filter(({ areaId }) => areaId !== null && own.includes(areaId))
    return {
      rows: rows.map(({ areaId, name, ...counts }) => ({
        area: areaId === null ? null : { id: areaId, name: name ?? areaId },
        ...counts,
        coveragePct: counts.enterprises === 0 ? null : Math.round((10_000 * counts.visited) / counts.enterprises) / 100,
      })),
    }
  }),
})

function requireStaff(context: RequestContext): Actor {
  const actor = requireActor(context)
  if (isStaff(actor)) return actor
  throw problem({ kind: 'wrong_role', status: 403, meta: { roles: ['visitor_officer', 'area_lead', 'dispatcher'] } })
}

const readable = ({ deps }: RequestContext, actor: Actor) =>
  selectVisits(deps.db, deps.zoneId).where(
    reaches(actor, 'visit', { zoneId: deps.zoneId, objectId: sql.ref('visit.id') }),
  )

type CampaignRow = Awaited<ReturnType<ReturnType<typeof selectCampaigns>['execute']>>[number]

async function campaignViews({ deps }: RequestContext, rows: readonly CampaignRow[]) {
  if (rows.length === 0) return []
  const { db, zoneId } = deps
  const names = await readNames(
    db,
    zoneId,
    rows.flatMap(({ cadreIds }) => cadreIds),
  )
  const counts = await db
    .selectFrom('visit as v')
    .leftJoin('visit_finding as f', (join) =>
      join.onRef('f.zone_id', '=', 'v.zone_id').onRef('f.visit_id', '=', 'v.id'),
    )
    .select('v.campaign_id')
    .select(sql<number>`count(distinct v.id) filter (where v.state = 'planned')`.as('planned'))
    .select(sql<number>`count(distinct v.id) filter (where v.state = 'done')`.as('done'))
    .select(sql<number>`count(f.appeal_id)`.as('findings'))
    .where('v.zone_id', '=', zoneId)
    .where(
      'v.campaign_id',
      'in',
      rows.map(({ id }) => id),
    )
    .groupBy('v.campaign_id')
    .execute()
  return rows.map((row) => {
    const count = counts.find((one) => one.campaign_id === row.id)
    return {
      ...row,
      cadres: row.cadreIds.map((id) => refOf(names, id)),
      visitsPlanned: count?.planned ?? 0,
      visitsDone: count?.done ?? 0,
      findings: count?.findings ?? 0,
    }
  })
}

async function visitViews({ deps }: RequestContext, rows: readonly StoredVisit[]) {
  if (rows.length === 0) return []
  const { db, zoneId } = deps
  const names = await readNames(
    db,
    zoneId,
    rows.flatMap((row) => [row.enterpriseId, row.areaId, ...row.visitorIds]),
  )
  const campaigns = await selectCampaigns(db, zoneId)
    .where('id', 'in', [...new Set(rows.map(({ campaignId }) => campaignId ?? nobody))])
    .execute()
  const findings = await db
    .selectFrom('visit_finding as f')
    .innerJoin('appeal as a', (join) => join.onRef('a.zone_id', '=', 'f.zone_id').onRef('a.id', '=', 'f.appeal_id'))
    .select(['f.visit_id', 'f.title', 'a.id', 'a.no', 'a.state', 'a.solved'])
    .where('f.zone_id', '=', zoneId)
    .where(
      'f.visit_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('f.number')
    .execute()
  return rows.map((row) => {
    const campaign = campaigns.find(({ id }) => id === row.campaignId)
    return {
      ...row,
      visitorIds: [...row.visitorIds],
      enterprise: refOf(names, row.enterpriseId),
      area: row.areaId === null ? null : refOf(names, row.areaId),
      campaign: campaign ? { id: campaign.id, name: campaign.name } : null,
      visitors: row.visitorIds.map((id) => refOf(names, id)),
      findings: findings
        .filter(({ visit_id }) => visit_id === row.id)
        .map(({ title, id, no, state, solved }) => ({ title, appeal: { id, no, state, solved } })),
    }
  })
}

// `in ()` is not SQL: an id that nothing has.
const nobody = '00000000-0000-0000-0000-000000000000'
