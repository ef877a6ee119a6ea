import { grantReach } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, newId, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import { assert, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { findParties, hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { createAppeal, type RaiseError } from './appeal.ts'
import { recordDeeds, type Deed, type ZoneDeps } from './deed.ts'
import type { NeedsDeps } from './dossier.ts'
import type { Changed } from './fields.ts'
import type { visitForms, visitStates } from './visits-contract.ts'
import type { Nature } from './words.ts'
import { readEnterpriseFacts, readZoneMap } from './zone-map.ts'

export type CampaignFields = {
  readonly name: string
  readonly description: string
  readonly from: string
  readonly to: string
  readonly cadreIds: readonly string[]
}
export type CampaignError =
  | { readonly kind: 'campaign_not_found' }
  | { readonly kind: 'campaign_period'; readonly from: string; readonly to: string }
  | { readonly kind: 'account_unknown'; readonly field: string; readonly value: string }
  | StaleRevision

export type VisitForm = (typeof visitForms)[number]
export type VisitState = (typeof visitStates)[number]
export type VisitFields = {
  readonly date: string
  readonly form: VisitForm
  readonly visitorIds: readonly string[]
  readonly purpose: string
}
export type StoredVisit = VisitFields & {
  readonly id: string
  readonly campaignId: string | null
  readonly enterpriseId: string
  readonly areaId: string | null
  readonly state: VisitState
  readonly doneAt: EpochMs | null
  readonly summary: string
  readonly metWith: string
  readonly reason: string
  readonly synthetic: boolean
  readonly updatedAt: EpochMs
  readonly rev: number
}
export type NewFinding = {
  readonly title: string
  readonly text: string
  readonly nature: Nature
  readonly category: string | null
  readonly wanted: string
  readonly sensitive: boolean
  readonly fileIds: readonly string[]
}

export type VisitRefusal =
  | { readonly kind: 'visit_not_found' }
  | { readonly kind: 'visit_state'; readonly state: VisitState }
  | { readonly kind: 'visit_in_future'; readonly date: string }
  | { readonly kind: 'not_your_visit' }
  | { readonly kind: 'not_your_area' }
  | { readonly kind: 'enterprise_unknown'; readonly value: string }
  | { readonly kind: 'campaign_closed'; readonly name: string }
  | { readonly kind: 'day_outside_campaign'; readonly value: string; readonly from: string; readonly to: string }
export type VisitError = VisitRefusal | CampaignError

/** Who may plan visits and start campaigns anywhere in the zone. */
const zonePlanners = ['dispatcher', 'supervisor', 'admin', 'machine', 'duty_officer'] as const

/** Whether the actor may plan a visit to an enterprise of this area. Pure. */
export function mayPlan(actor: Actor, areaId: string | null): Result<void, VisitRefusal> {
  if (hasRole(actor, ...zonePlanners, 'visitor_officer', 'leader')) return ok(undefined)
  const own = partiesOf(actor, 'area_lead')
  return areaId !== null && own.includes(areaId) ? ok(undefined) : err({ kind: 'not_your_area' })
}

/** Whether the actor may change or record a visit: its visitors, the area lead, the office. Pure. */
export function mayWorkOn(actor: Actor, visit: Pick<StoredVisit, 'visitorIds' | 'areaId'>): Result<void, VisitRefusal> {
  const own = visit.visitorIds.includes(actor.accountId) || hasRole(actor, ...zonePlanners)
  const lead = visit.areaId !== null && partiesOf(actor, 'area_lead').includes(visit.areaId)
  return own || lead ? ok(undefined) : err({ kind: 'not_your_visit' })
}

/** Starts a campaign 走访行动. */
export async function startCampaign(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: CampaignFields & { readonly synthetic: boolean },
): Promise<Result<Changed, CampaignError>> {
  const allowed = await checkCampaign(tx, deps.zoneId, input)
  if (!allowed.ok) return allowed
  const id = newId()
  const now = at(deps.clock())
  const by = actor.accountId
  await tx
    .insertInto('campaign')
    .values({
      zone_id: deps.zoneId,
      id,
      ...campaignColumns(input),
      synthetic: input.synthetic,
      created_at: now,
      created_by: by,
      updated_at: now,
      updated_by: by,
    })
    .execute()
  await recordDeeds(tx, deps, actor, [
    { ...campaignDeed(id), verb: 'start', event: 'campaign_started', data: { name: input.name }, to: input.cadreIds },
  ])
  return ok({ id, rev: 1 })
}

export async function changeCampaign(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: {
    readonly id: string
    readonly rev: number
    readonly why: string
    readonly change: Partial<CampaignFields & { readonly state: 'open' | 'closed' }>
  },
): Promise<Result<Changed, CampaignError>> {
  const row = await selectCampaigns(tx, deps.zoneId).where('id', '=', input.id).forUpdate().executeTakeFirst()
  if (!row) return err({ kind: 'campaign_not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  const after = { ...row, ...input.change }
  const allowed = await checkCampaign(tx, deps.zoneId, after)
  if (!allowed.ok) return allowed
  await tx
    .updateTable('campaign')
    .set({
      ...campaignColumns(after),
      state: after.state,
      updated_at: at(deps.clock()),
      updated_by: actor.accountId,
      rev: row.rev + 1,
    })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await recordDeeds(tx, deps, actor, [
    {
      ...campaignDeed(input.id),
      verb: 'change',
      event: 'campaign_changed',
      reason: input.why,
      data: { before: campaignFacts(row), after: campaignFacts(after) },
    },
  ])
  return ok({ id: input.id, rev: row.rev + 1 })
}

async function checkCampaign(
  tx: Tx,
  zoneId: string,
  { from, to, cadreIds }: CampaignFields,
): Promise<Result<void, CampaignError>> {
  if (from > to) return err({ kind: 'campaign_period', from, to })
  return checkAccounts(tx, zoneId, 'cadreIds', cadreIds)
}

/** Whether every id is an account of the zone. One statement. */
export async function checkAccounts(
  tx: Tx,
  zoneId: string,
  field: string,
  ids: readonly string[],
): Promise<Result<void, Extract<CampaignError, { kind: 'account_unknown' }>>> {
  const people = await findParties(tx, zoneId, [...new Set(ids)])
  const known = new Set(people.filter(({ kind }) => kind === 'person').map(({ id }) => id))
  const stranger = ids.find((id) => !known.has(id))
  return stranger === undefined ? ok(undefined) : err({ kind: 'account_unknown', field, value: stranger })
}

/** Plans a visit 走访; enterprise, area lead and visitors see it from then on. */
export async function planVisit(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: VisitFields & {
    readonly enterpriseId: string
    readonly campaignId: string | null
    readonly synthetic: boolean
  },
): Promise<Result<Changed, VisitError>> {
  const { zoneId } = deps
  const enterprise = (await readEnterpriseFacts(tx, zoneId, [input.enterpriseId])).get(input.enterpriseId)
  if (!enterprise) return err({ kind: 'enterprise_unknown', value: input.enterpriseId })
  const allowed = mayPlan(actor, enterprise.areaId)
  if (!allowed.ok) return allowed
  const people = await checkAccounts(tx, zoneId, 'visitorIds', input.visitorIds)
  if (!people.ok) return people
  const fitting = await checkCampaignDay(tx, zoneId, input.campaignId, input.date)
  if (!fitting.ok) return fitting
  const id = newId()
  const now = at(deps.clock())
  await tx
    .insertInto('visit')
    .values({
      zone_id: zoneId,
      id,
      campaign_id: input.campaignId,
      enterprise_id: input.enterpriseId,
      area_id: enterprise.areaId,
      ...visitColumns(input),
      synthetic: input.synthetic,
      created_at: now,
      created_by: actor.accountId,
      updated_at: now,
      updated_by: actor.accountId,
    })
    .execute()
  await grantReach(tx, zoneId, [
    { objectKind: 'visit', objectId: id, partyId: input.enterpriseId, relation: 'enterprise' },
    ...(enterprise.areaId === null
      ? []
      : [{ objectKind: 'visit', objectId: id, partyId: enterprise.areaId, relation: 'area' } as const]),
    ...visitorReach(id, input.visitorIds),
  ])
  await recordDeeds(tx, deps, actor, [
    visitDeed({ id, ...input }, 'plan', 'visit_planned', {
      data: { date: input.date, enterpriseId: input.enterpriseId },
    }),
  ])
  return ok({ id, rev: 1 })
}

export async function changeVisit(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly why: string; readonly change: Partial<VisitFields> },
): Promise<Result<Changed, VisitError>> {
  const locked = await lockPlanned(tx, deps, actor, input)
  if (!locked.ok) return locked
  const after = { ...locked.value, ...input.change }
  const people = await checkAccounts(tx, deps.zoneId, 'visitorIds', after.visitorIds)
  if (!people.ok) return people
  const fitting = await checkCampaignDay(tx, deps.zoneId, after.campaignId, after.date)
  if (!fitting.ok) return fitting
  await updateVisit(tx, deps, actor, locked.value, visitColumns(after))
  await grantReach(tx, deps.zoneId, visitorReach(after.id, after.visitorIds))
  const data = { before: visitFacts(locked.value), after: visitFacts(after) }
  await recordDeeds(tx, deps, actor, [visitDeed(after, 'change', 'visit_changed', { reason: input.why, data })])
  return ok({ id: input.id, rev: input.rev + 1 })
}

export async function cancelVisit(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly reason: string },
): Promise<Result<Changed, VisitError>> {
  const locked = await lockPlanned(tx, deps, actor, input)
  if (!locked.ok) return locked
  await updateVisit(tx, deps, actor, locked.value, { state: 'cancelled', reason: input.reason })
  await recordDeeds(tx, deps, actor, [visitDeed(locked.value, 'cancel', 'visit_cancelled', { reason: input.reason })])
  return ok({ id: input.id, rev: input.rev + 1 })
}

export type Raised = { readonly id: string; readonly no: string | null }

/** Records a visit that took place; each finding becomes an appeal of the enterprise, in the same transaction. */
export async function reportVisit(
  tx: Tx,
  deps: NeedsDeps,
  actor: Actor,
  input: {
    readonly id: string
    readonly rev: number
    readonly summary: string
    readonly metWith: string
    readonly findings: readonly NewFinding[]
  },
): Promise<Result<Changed & { readonly appeals: readonly Raised[] }, VisitError | RaiseError>> {
  const locked = await lockPlanned(tx, deps, actor, input)
  if (!locked.ok) return locked
  const visit = locked.value
  const now = deps.clock()
  if (localDateOf(now) < visit.date) return err({ kind: 'visit_in_future', date: visit.date })
  const { summary, metWith: met_with } = input
  await updateVisit(tx, deps, actor, visit, { state: 'done', done_at: at(now), summary, met_with })
  const appeals: Raised[] = []
  for (const [index, finding] of input.findings.entries()) {
    const raised = await createAppeal(tx, deps, actor, {
      ...blankAppeal,
      ...finding,
      enterpriseId: visit.enterpriseId,
      areaId: visit.areaId,
      channel: 'visit',
      visitId: visit.id,
    })
    if (!raised.ok) return raised
    const { id, no } = raised.value
    await tx
      .insertInto('visit_finding')
      .values({ zone_id: deps.zoneId, visit_id: visit.id, number: index + 1, title: finding.title, appeal_id: id })
      .execute()
    appeals.push({ id, no })
  }
  await recordDeeds(tx, deps, actor, [
    visitDeed(visit, 'report', 'visit_reported', { data: { findings: appeals.map(({ no }) => no) } }),
  ])
  return ok({ id: visit.id, rev: visit.rev + 1, appeals })
}

/** What an appeal says that nobody filled in. */
export const blankAppeal = {
  occurredAt: null,
  lon: null,
  lat: null,
  address: '',
  contactName: '',
  contactPhone: '',
  anonymous: false,
  visitId: null,
  meetingId: null,
  mandateId: null,
  draft: false,
} as const

async function lockPlanned(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  { id, rev }: { readonly id: string; readonly rev: number },
): Promise<Result<StoredVisit, VisitError>> {
  const visit = await selectVisits(tx, deps.zoneId).where('visit.id', '=', id).forUpdate().executeTakeFirst()
  if (!visit) return err({ kind: 'visit_not_found' })
  const allowed = mayWorkOn(actor, visit)
  if (!allowed.ok) return allowed
  if (visit.state !== 'planned') return err({ kind: 'visit_state', state: visit.state })
  const fresh = expectRevision(visit.rev, rev)
  return fresh.ok ? ok(visit) : fresh
}

async function checkCampaignDay(
  tx: Tx,
  zoneId: string,
  campaignId: string | null,
  day: string,
): Promise<Result<void, VisitError>> {
  if (campaignId === null) return ok(undefined)
  const campaign = await selectCampaigns(tx, zoneId).where('id', '=', campaignId).executeTakeFirst()
  if (!campaign) return err({ kind: 'campaign_not_found' })
  const { name, state, from, to } = campaign
  if (state === 'closed') return err({ kind: 'campaign_closed', name })
  return from <= day && day <= to ? ok(undefined) : err({ kind: 'day_outside_campaign', value: day, from, to })
}

async function updateVisit(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  visit: StoredVisit,
  columns: Partial<ReturnType<typeof visitColumns>> & {
    readonly state?: VisitState
    readonly done_at?: Date
    readonly summary?: string
    readonly met_with?: string
    readonly reason?: string
  },
): Promise<void> {
  await tx
    .updateTable('visit')
    .set({ ...columns, updated_at: at(deps.clock()), updated_by: actor.accountId, rev: visit.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', visit.id)
    .execute()
}

export type Coverage = {
  readonly areaId: string | null
  readonly name: string | null
  readonly enterprises: number
  readonly visited: number
  readonly visits: number
  readonly findings: number
}

/** How many enterprises of each area were visited in a period. Three statements. */
export async function readCoverage(db: Db, zoneId: string, from: string, to: string): Promise<readonly Coverage[]> {
  const enterprises = await db
    .selectFrom('enterprise')
    .select(['area_id as areaId'])
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('zone_id', '=', zoneId)
    .where('merged_into', 'is', null)
    .where('status', 'not in', ['closed', 'moved'])
    .groupBy('area_id')
    .execute()
  const visits = await db
    .selectFrom('visit')
    .leftJoin('visit_finding as f', (join) =>
      join.onRef('f.zone_id', '=', 'visit.zone_id').onRef('f.visit_id', '=', 'visit.id'),
    )
    .select(['visit.area_id as areaId'])
    .select((eb) => [
      eb.fn.count<number>('visit.enterprise_id').distinct().as('visited'),
      eb.fn.count<number>('visit.id').distinct().as('visits'),
      eb.fn.count<number>('f.appeal_id').as('findings'),
    ])
    .where('visit.zone_id', '=', zoneId)
    .where('visit.state', '=', 'done')
    .where('visit.day', '>=', from)
    .where('visit.day', '<=', to)
    .groupBy('visit.area_id')
    .execute()
  const { areas } = await readZoneMap(db, zoneId)
  const keys = new Set([
    ...areas.keys(),
    ...enterprises.map(({ areaId }) => areaId),
    ...visits.map(({ areaId }) => areaId),
  ])
  return [...keys].map((areaId) => {
    const done = visits.find((one) => one.areaId === areaId)
    return {
      areaId,
      name: areaId === null ? null : (areas.get(areaId)?.name ?? areaId),
      enterprises: enterprises.find((one) => one.areaId === areaId)?.n ?? 0,
      visited: done?.visited ?? 0,
      visits: done?.visits ?? 0,
      findings: done?.findings ?? 0,
    }
  })
}

const campaignColumns = (fields: CampaignFields) => ({
  name: fields.name,
  description: fields.description,
  from_day: fields.from,
  to_day: fields.to,
  cadre_ids: [...fields.cadreIds],
})
const campaignFacts = ({ name, from, to, cadreIds, ...rest }: CampaignFields & { readonly state: string }) => ({
  name,
  from,
  to,
  cadres: cadreIds.length,
  state: rest.state,
})
const campaignDeed = (id: string) => ({ objectKind: 'campaign', objectId: id }) as const

const visitColumns = (fields: VisitFields) => ({
  day: fields.date,
  form: fields.form,
  visitor_ids: [...fields.visitorIds],
  purpose: fields.purpose,
})
const visitFacts = ({ date, form, visitorIds, purpose }: VisitFields) => ({ date, form, visitorIds, purpose })

const visitorReach = (id: string, visitorIds: readonly string[]) =>
  visitorIds.map((partyId) => ({ objectKind: 'visit', objectId: id, partyId, relation: 'person' }) as const)

function visitDeed(
  visit: { readonly id: string; readonly enterpriseId: string; readonly visitorIds: readonly string[] },
  verb: string,
  event: string,
  more: Pick<Deed, 'reason' | 'data'> = {},
): Deed {
  assert(visit.visitorIds.length > 0, 'a visit has visitors')
  return {
    objectKind: 'visit',
    objectId: visit.id,
    verb,
    event,
    public: true,
    to: [visit.enterpriseId, ...visit.visitorIds],
    ...more,
  }
}

export const selectCampaigns = (tx: Tx | Db, zoneId: string) =>
  tx
    .selectFrom('campaign')
    .select(['id', 'name', 'description', 'from_day as from', 'to_day as to', 'cadre_ids as cadreIds', 'state'])
    .select(['synthetic', 'rev', 'updated_at as updatedAt'])
    .where('zone_id', '=', zoneId)

export const selectVisits = (tx: Tx | Db, zoneId: string) =>
  tx
    .selectFrom('visit')
    .select(['visit.id', 'campaign_id as campaignId', 'enterprise_id as enterpriseId', 'area_id as areaId'])
    .select([
      'day as date',
      'form',
      'visitor_ids as visitorIds',
      'purpose',
      'visit.state',
      'done_at as doneAt',
      'summary',
    ])
    .select(['met_with as metWith', 'reason', 'visit.synthetic', 'visit.updated_at as updatedAt', 'visit.rev'])
    .where('visit.zone_id', '=', zoneId)
