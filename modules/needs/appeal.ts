import { sql } from 'kysely'
import { flushBatch, newBatch, newId, runCommand, type Tx, type WriteBatch } from '@tingzhou/db'
import { assert, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { startInstance, type Cause } from '@tingzhou/process'
import { addDuration } from '@tingzhou/calendar'
import {
  change,
  clockPorts,
  closeDossier,
  concerned,
  dossierOf,
  drawAppealNumber,
  openDossier,
  say,
  tell,
  type Appeal,
  type Dossier,
  type NeedsDeps,
} from './dossier.ts'
import { attachTo } from './evidence.ts'
import { areaMustBe, categoryMustBe, isOpenArea, isUsedCategory } from './lookups.ts'
import { findActiveMandate } from './mandates.ts'
import type { MoveError } from './move-spec.ts'
import { appealHost, freshVars } from './process.ts'
import { grantAppealReach } from './reach.ts'
import type { AppealState, Channel, Nature } from './words.ts'

/** What an applicant or officer fills in. */
export type AppealFields = {
  readonly title: string
  readonly text: string
  readonly nature: Nature
  readonly category: string | null
  readonly wanted: string
  readonly occurredAt: number | null
  readonly areaId: string | null
  readonly lon: number | null
  readonly lat: number | null
  readonly address: string
  readonly contactName: string
  readonly contactPhone: string
  readonly anonymous: boolean
  readonly sensitive: boolean
  readonly fileIds: readonly string[]
}

export type NewAppeal = AppealFields & {
  readonly enterpriseId: string | null
  readonly channel: Channel
  readonly visitId: string | null
  readonly meetingId: string | null
  readonly mandateId: string | null
  readonly draft: boolean
}

export type Raised = {
  readonly id: string
  readonly no: string | null
  readonly state: AppealState
  readonly rev: number
}

export type RaiseError =
  | MoveError
  | {
      readonly kind: 'not_for_enterprise'
      readonly field: string
      readonly value: string | null
      readonly rule: string
    }
  | { readonly kind: 'enterprise_needed'; readonly field: string; readonly value: null; readonly rule: string }

/** Runs `createAppeal` as a command of its own. */
export function raiseAppeal(
  deps: NeedsDeps,
  actor: Actor,
  commandId: string,
  fields: NewAppeal,
): Promise<Result<Raised, RaiseError>> {
  return runCommand(deps, { commandId, actorId: actor.accountId, name: 'needs.raise', input: fields }, (tx, last) =>
    fillAppeal(tx, last, deps, actor, fields),
  )
}

/**
 * Writes a new appeal; unless it is a draft, gives it its number and starts its process.
 * An enterprise contact raises for the own enterprise; officers and guides name one. A guide needs an active mandate.
 */
export async function createAppeal(
  tx: Tx,
  deps: NeedsDeps,
  actor: Actor,
  fields: NewAppeal,
): Promise<Result<Raised, RaiseError>> {
  const batch = newBatch()
  const raised = await fillAppeal(tx, batch, deps, actor, fields)
  if (raised.ok) await flushBatch(tx, batch)
  return raised
}

async function fillAppeal(
  tx: Tx,
  batch: WriteBatch,
  deps: NeedsDeps,
  actor: Actor,
  fields: NewAppeal,
): Promise<Result<Raised, RaiseError>> {
  const enterpriseId = await enterpriseOf(tx, deps, actor, fields)
  if (!enterpriseId.ok) return enterpriseId
  const found = await readNamed(tx, deps, fields, enterpriseId.value)
  const applicant = applicantOf(actor, fields, enterpriseId.value, found.enterprise)
  if (!applicant.ok) return applicant
  const named = checkNamed(fields, found)
  if (!named.ok) return named
  const now = deps.clock()
  const cause: Cause = { by: 'actor', actor, verb: 'submit' }
  const row = blankAppeal(deps, now, {
    ...applicant.value,
    raised_by: actor.accountId,
    channel: fields.channel,
    visit_id: fields.visitId,
    meeting_id: fields.meetingId,
    mandate_id: fields.mandateId,
    ...columnsOf(fields, applicant.value.area_id),
  })
  const dossier = dossierOf(deps, row, null, cause, { fresh: true, batch })
  dossier.onBehalfOf = partiesOf(actor, 'enterprise').length > 0 ? null : row.enterprise_id
  const attached = await attachTo(tx, dossier, fields.fileIds)
  if (!attached.ok) return attached
  grantFirstReach(dossier)
  if (fields.draft) {
    say(dossier, { verb: 'draft' })
    closeDossier(tx, dossier)
    return ok(raisedOf(dossier))
  }
  return beginProcess(tx, dossier, now)
}

/** An enterprise as far as an appeal of it is concerned. */
type Raising = {
  readonly id: string
  readonly areaId: string | null
  readonly synthetic: boolean
  readonly merged: boolean
}

/** What an applicant names, as the registers know it. */
type Named = { readonly enterprise: Raising | null; readonly category: boolean; readonly area: boolean }

/** Looks up everything that an applicant names. One statement. */
async function readNamed(
  tx: Tx,
  { zoneId }: NeedsDeps,
  { category, areaId }: AppealFields,
  enterpriseId: string | null,
): Promise<Named> {
  const { rows } = await sql<Named>`select
    (select json_build_object('id', e.id, 'areaId', e.area_id, 'synthetic', e.synthetic, 'merged', e.merged_into is not null)
      from enterprise e where e.zone_id = ${zoneId} and e.id = ${enterpriseId}::text) as enterprise,
    ${isUsedCategory(zoneId, category)} as category, ${isOpenArea(zoneId, areaId)} as area`.execute(tx)
  const [found] = rows
  assert(found, 'a query without a table gives one row')
  return found
}

/** The category and the area that an applicant names exist. Pure. */
function checkNamed({ category, areaId }: AppealFields, found: Named): Result<void, MoveError> {
  const known = category === null ? ok(undefined) : categoryMustBe(found.category, category)
  if (!known.ok || areaId === null) return known
  return areaMustBe(found.area, areaId)
}

type Applicant = Pick<Appeal, 'enterprise_id' | 'area_id' | 'synthetic'>

/** Who raises for any enterprise. */
const officesOfTheZone = [
  'dispatcher',
  'duty_officer',
  'window_officer',
  'visitor_officer',
  'machine',
  'admin',
] as const

const isOfficial = (actor: Actor): boolean => hasRole(actor, 'area_lead', ...officesOfTheZone)

const notFor = (enterpriseId: string, rule: string) =>
  err({ kind: 'not_for_enterprise', field: 'enterpriseId', value: enterpriseId, rule } as const)

/** For which enterprise somebody raises: the own one, or one that they may speak for; null: the zone's own matter. */
async function enterpriseOf(
  tx: Tx,
  deps: NeedsDeps,
  actor: Actor,
  fields: NewAppeal,
): Promise<Result<string | null, RaiseError>> {
  const own = partiesOf(actor, 'enterprise')
  const official = isOfficial(actor)
  const enterpriseId = fields.enterpriseId ?? (official ? null : (own[0] ?? null))
  if (enterpriseId === null) {
    if (official) return ok(null)
    return err({
      kind: 'enterprise_needed',
      field: 'enterpriseId',
      value: null,
      rule: 'the enterprise for whom you act',
    })
  }
  if (!official && !own.includes(enterpriseId)) {
    const mandate = hasRole(actor, 'guide')
      ? await findActiveMandate(tx, deps.zoneId, actor.accountId, enterpriseId, deps.clock())
      : null
    if (!mandate) return notFor(enterpriseId, 'your own enterprise, or one that gave you an active mandate')
  }
  return ok(enterpriseId)
}

/** Whose the appeal is. Pure. */
function applicantOf(
  actor: Actor,
  { areaId }: AppealFields,
  enterpriseId: string | null,
  enterprise: Raising | null,
): Result<Applicant, RaiseError> {
  if (enterpriseId === null) return ok({ enterprise_id: null, area_id: areaId, synthetic: false })
  if (!enterprise || enterprise.merged) return notFor(enterpriseId, 'an enterprise of the register')
  // An area lead speaks for the firms of the own area only (casework.md §7).
  const leads = partiesOf(actor, 'area_lead')
  const own = partiesOf(actor, 'enterprise')
  const elsewhere = enterprise.areaId === null || !leads.includes(enterprise.areaId)
  if (leads.length > 0 && elsewhere && !own.includes(enterpriseId) && !hasRole(actor, ...officesOfTheZone))
    return notFor(enterpriseId, 'an enterprise of your area')
  return ok({ enterprise_id: enterprise.id, area_id: areaId ?? enterprise.areaId, synthetic: enterprise.synthetic })
}

const columnsOf = (fields: AppealFields, areaId: string | null) => ({
  title: fields.title,
  body: fields.text,
  nature: fields.nature,
  category: fields.category,
  wanted: fields.wanted,
  // The contract has checked that it is a whole number of milliseconds.
  occurred_at: fields.occurredAt as EpochMs | null,
  area_id: fields.areaId ?? areaId,
  lon: fields.lon,
  lat: fields.lat,
  address: fields.address,
  contact_name: fields.contactName,
  contact_phone: fields.contactPhone,
  anonymous: fields.anonymous,
  sensitive: fields.sensitive,
})

/** A child of a split appeal, within the parent's step: same applicant, same receipt. */
export async function insertAppeal(
  tx: Tx,
  parent: Dossier,
  part: { title: string; text: string; category: string; parentId: string; receivedAt: EpochMs },
): Promise<void> {
  const { deps, appeal, now, cause } = parent
  const row = blankAppeal(deps, now, {
    ...appeal,
    id: newId(),
    no: null,
    title: part.title,
    body: part.text,
    category: part.category,
    parent_id: part.parentId,
    instance_id: null,
    owner_id: null,
  })
  const child = dossierOf(deps, row, null, cause, { fresh: true })
  grantFirstReach(child)
  const begun = await beginProcess(tx, child, part.receivedAt)
  assert(begun.ok, 'a child of an appeal starts as its parent did')
  await flushBatch(tx, child.batch)
}

/** Sends a draft off: the number is issued, the process begins. */
export async function submitDraft(tx: Tx, dossier: Dossier): Promise<Result<Raised, MoveError>> {
  return beginProcess(tx, dossier, dossier.now)
}

async function beginProcess(tx: Tx, dossier: Dossier, receivedAt: EpochMs): Promise<Result<Raised, MoveError>> {
  const { deps, appeal } = dossier
  const host = appealHost(deps)
  const { no, version } = await drawAppealNumber(tx, dossier, host.key)
  const { rules, calendar } = await clockPorts(tx, dossier)
  const duration = rules.durations[appeal.class].dispatch
  const due = duration ? addDuration(calendar, receivedAt, duration) : null
  if (due && !due.ok) return due
  change(dossier, { no, received_at: receivedAt, state: 'registered', first_category: appeal.category })
  say(dossier, { verb: 'submit', data: { no, channel: appeal.channel } })
  tell(dossier, 'appeal_registered', concerned(dossier), { no })
  const runtime = { deps: { zoneId: deps.zoneId, clock: deps.clock, newId: deps.newId }, definitions: deps.definitions }
  const instanceId = deps.newId()
  change(dossier, { instance_id: instanceId })
  assert(version !== null, 'the process of appeals is deployed')
  const business = { id: appeal.id, instanceId, version }
  const started = await startInstance(tx, runtime, host, dossier, business, {
    ...freshVars,
    dispatchDueAt: due ? due.value : null,
  })
  if (!started.ok) return err({ kind: 'process_refused', step: started.error })
  return ok(raisedOf(dossier))
}

export const raisedOf = ({ appeal }: Dossier): Raised => ({
  id: appeal.id,
  no: appeal.no,
  state: appeal.state,
  rev: appeal.rev,
})

function grantFirstReach(dossier: Dossier): void {
  const { enterprise_id, area_id, raised_by } = dossier.appeal
  grantAppealReach(dossier, [
    { partyId: raised_by, relation: 'person' },
    ...(enterprise_id ? [{ partyId: enterprise_id, relation: 'enterprise' as const }] : []),
    ...(area_id ? [{ partyId: area_id, relation: 'area' as const }] : []),
  ])
}

function blankAppeal(
  deps: NeedsDeps,
  now: EpochMs,
  given: Partial<Appeal> & Pick<Appeal, 'title' | 'body' | 'nature' | 'raised_by' | 'channel'>,
): Appeal {
  return {
    class: given.nature === 'consult' ? 'P4' : 'P2',
    category: null,
    wanted: '',
    enterprise_id: null,
    contact_name: '',
    contact_phone: '',
    anonymous: false,
    sensitive: false,
    area_id: null,
    address: '',
    lon: null,
    lat: null,
    occurred_at: null,
    visit_id: null,
    meeting_id: null,
    mandate_id: null,
    parent_id: null,
    no: null,
    id: deps.newId(),
    synthetic: false,
    ...given,
    zone_id: deps.zoneId,
    state: 'draft',
    first_category: given.category ?? null,
    received_at: null,
    merged_into: null,
    repeat_of: null,
    instance_id: null,
    owner_id: null,
    round: 0,
    accepted_returns: 0,
    reopen_count: 0,
    callback_attempts: 0,
    review_used: false,
    supervision_level: 0,
    result: null,
    solved: null,
    rating: null,
    rating_words: '',
    question: null,
    closing_no: null,
    replied_at: null,
    closed_at: null,
    clock_kind: null,
    due_at: null,
    paused_at: null,
    calendar_version: null,
    next_step: null,
    next_roles: [],
    next_party: null,
    created_at: now,
    updated_at: now,
    rev: 1,
  }
}

/** Changes a draft; nobody but who raised it. */
export function editDraft(
  deps: NeedsDeps,
  actor: Actor,
  input: AppealFields & { readonly id: string; readonly commandId: string; readonly rev: number },
): Promise<Result<Raised, RaiseError>> {
  return runCommand(
    deps,
    { commandId: input.commandId, actorId: actor.accountId, name: 'needs.edit', input },
    async (tx, last): Promise<Result<Raised, RaiseError>> => {
      const dossier = await openDossier(tx, deps, input.id, { by: 'actor', actor, verb: 'edit' }, last)
      if (!dossier || dossier.appeal.raised_by !== actor.accountId) return err({ kind: 'not_found' } as const)
      const { appeal } = dossier
      if (appeal.rev !== input.rev)
        return err({
          kind: 'stale_revision',
          expected: input.rev,
          actual: appeal.rev,
          state: appeal.state,
        } as const)
      if (appeal.state !== 'draft')
        return err({ kind: 'not_in_state', move: 'edit', state: appeal.state, rule: 'a draft' } as const)
      const named = checkNamed(input, await readNamed(tx, deps, input, null))
      if (!named.ok) return named
      change(dossier, columnsOf(input, appeal.area_id))
      const attached = await attachTo(tx, dossier, input.fileIds)
      if (!attached.ok) return attached
      say(dossier, { verb: 'edit' })
      closeDossier(tx, dossier)
      return ok(raisedOf(dossier))
    },
  )
}
