import { implement } from '@orpc/server'
import { caseDeps, drawingOf, readTrail } from '@tingzhou/casework'
import { containing, runCommand } from '@tingzhou/db'
import { problem, requireActor, requireRole, unwrap, type RequestContext } from '@tingzhou/http'
import { hasRole } from '@tingzhou/parties'
import { applicationContract } from './application-contract.ts'
import { moveApplication } from './application-moves.ts'
import { findApplication, listApplications, type Reader } from './application-view.ts'
import { apply } from './application.ts'
import { campaignContract } from './campaign-contract.ts'
import { moveCampaign } from './campaign-moves.ts'
import { findCampaign, listCampaigns } from './campaign-view.ts'
import { campaignRoles, startCampaign } from './campaign.ts'
import sheetJson from './data/sheet-default.json' with { type: 'json' }
import { honourContract } from './honour-contract.ts'
import { honourStatistics, listHonours } from './honour-view.ts'
import { keepHonour } from './honour.ts'
import { recomputeCampaign } from './list-store.ts'
import { reviewProblems } from './problems.ts'
import { ScoreSheet } from './score-sheet.ts'
import './texts.ts'

const readerOf = (context: RequestContext): Reader => ({
  deps: caseDeps(context.deps),
  actor: requireActor(context),
})

/** Out of reach and not existing look the same from outside. */
function missing(kind: 'campaign_not_found' | 'application_not_found' | 'honour_not_found', id: string): never {
  throw problem({ kind, status: 404, area: 'safety', field: 'id', value: id })
}

const campaigns = implement(campaignContract).$context<RequestContext>()

export const campaignHandlers = campaigns.router({
  list: campaigns.list.handler(({ context, input }) => listCampaigns(readerOf(context), input)),
  get: campaigns.get.handler(
    async ({ context, input }) =>
      (await findCampaign(readerOf(context), input.id)) ?? missing('campaign_not_found', input.id),
  ),
  create: campaigns.create.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    const { commandId, ...fields } = input
    const command = { commandId, actorId: actor.accountId, name: 'safety.start_campaign', input: fields }
    return unwrap(await runCommand(deps, command, (tx) => startCampaign(tx, deps, actor, fields)), reviewProblems)
  }),
  move: campaigns.move.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    return unwrap(await moveCampaign(deps, actor, input.id, input.move), reviewProblems)
  }),
  recompute: campaigns.recompute.handler(async ({ context, input }) => {
    const { deps } = readerOf(context)
    const row = await deps.db
      .selectFrom('review_campaign')
      .select('list_version as listVersion')
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', input.id)
      .executeTakeFirst()
    const answer = row ? await recomputeCampaign(deps.db, deps.zoneId, { id: input.id, ...row }) : null
    return answer ?? missing('campaign_not_found', input.id)
  }),
  trail: campaigns.trail.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    const publicOnly = !hasRole(actor, 'supervisor', 'admin', 'auditor', 'leader')
    return readTrail(deps.db, deps.zoneId, input.id, { publicOnly })
  }),
  process: campaigns.process.handler(async ({ context, input: { id } }) => {
    const { deps } = readerOf(context)
    return (await drawingOf(deps.db, deps.zoneId, 'review_campaign', id)) ?? missing('campaign_not_found', id)
  }),
  defaultSheet: campaigns.defaultSheet.handler(({ context }) => {
    requireActor(context)
    return { sheet: ScoreSheet.parse(sheetJson) }
  }),
  people: campaigns.people.handler(async ({ context, input }) => {
    requireRole(requireActor(context), ...campaignRoles)
    const { db, zoneId } = context.deps
    const people = await db
      .selectFrom('membership as m')
      .innerJoin('party as p', (join) => join.onRef('p.zone_id', '=', 'm.zone_id').onRef('p.id', '=', 'm.account_id'))
      .select(['p.id as accountId', 'p.name'])
      .distinct()
      .where('m.zone_id', '=', zoneId)
      .where('m.until', 'is', null)
      .where('m.role', 'not in', ['enterprise', 'machine'])
      .where('p.kind', '=', 'person')
      .where('p.state', '=', 'open')
      .where('p.name', 'ilike', containing(input.q))
      .orderBy('p.name')
      .orderBy('p.id')
      .limit(200)
      .execute()
    return { rows: people }
  }),
})

const applications = implement(applicationContract).$context<RequestContext>()

export const applicationHandlers = applications.router({
  list: applications.list.handler(({ context, input }) => listApplications(readerOf(context), input)),
  get: applications.get.handler(
    async ({ context, input }) =>
      (await findApplication(readerOf(context), input.id)) ?? missing('application_not_found', input.id),
  ),
  apply: applications.apply.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    const { commandId, ...fields } = input
    const command = { commandId, actorId: actor.accountId, name: 'safety.apply', input: fields }
    return unwrap(await runCommand(deps, command, (tx) => apply(tx, deps, actor, fields)), reviewProblems)
  }),
  move: applications.move.handler(async ({ context, input }) => {
    const reader = readerOf(context)
    if (!(await findApplication(reader, input.id))) return missing('application_not_found', input.id)
    return unwrap(await moveApplication(reader.deps, reader.actor, input.id, input.move), reviewProblems)
  }),
  trail: applications.trail.handler(async ({ context, input }) => {
    const reader = readerOf(context)
    const found = await findApplication(reader, input.id)
    if (!found) return missing('application_not_found', input.id)
    // Also a reviewer who has not scored yet reads only what is public: nothing there tells a score.
    const publicOnly = hasRole(reader.actor, 'enterprise') || found.scoresHidden > 0
    return readTrail(reader.deps.db, reader.deps.zoneId, input.id, { publicOnly })
  }),
})

const honours = implement(honourContract).$context<RequestContext>()

export const honourHandlers = honours.router({
  list: honours.list.handler(({ context, input }) => listHonours(readerOf(context), input)),
  statistics: honours.statistics.handler(({ context }) => honourStatistics(readerOf(context))),
  check: honours.check.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    const { commandId, ...fields } = input
    const command = { commandId, actorId: actor.accountId, name: 'safety.check_honour', input: fields }
    return unwrap(
      await runCommand(deps, command, (tx) => keepHonour(tx, deps, actor, { act: 'check', ...fields })),
      reviewProblems,
    )
  }),
  withdraw: honours.withdraw.handler(async ({ context, input }) => {
    const { deps, actor } = readerOf(context)
    const { commandId, ...fields } = input
    const command = { commandId, actorId: actor.accountId, name: 'safety.withdraw_honour', input: fields }
    return unwrap(
      await runCommand(deps, command, (tx) => keepHonour(tx, deps, actor, { act: 'withdraw', ...fields })),
      reviewProblems,
    )
  }),
  trail: honours.trail.handler(({ context, input }) => {
    const { deps } = readerOf(context)
    return readTrail(deps.db, deps.zoneId, input.id, { publicOnly: true })
  }),
})
