import { grantReach, type ReachRow } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, newId, type Db, type StaleRevision, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { findParties, hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { createAppeal, type RaiseError } from './appeal.ts'
import { recordDeeds, type Deed, type ZoneDeps } from './deed.ts'
import type { NeedsDeps } from './dossier.ts'
import type { Changed } from './fields.ts'
import type { itemStates, meetingStates } from './meetings-contract.ts'
import { blankAppeal, checkAccounts, type CampaignError } from './visits.ts'
import type { Nature } from './words.ts'

export type MeetingState = (typeof meetingStates)[number]
export type ItemState = (typeof itemStates)[number]

export type MeetingFields = {
  readonly title: string
  readonly date: string
  readonly time: string | null
  readonly place: string
  readonly areaId: string | null
  readonly hostId: string
  readonly enterpriseIds: readonly string[]
  readonly departmentIds: readonly string[]
}
export type NewItem = {
  readonly title: string
  readonly text: string
  readonly enterpriseId: string | null
  readonly ownerId: string | null
  readonly due: string | null
}
export type StoredMeeting = MeetingFields & {
  readonly id: string
  readonly state: MeetingState
  readonly minutes: string
  readonly synthetic: boolean
  readonly updatedAt: EpochMs
  readonly rev: number
}
export type StoredItem = NewItem & {
  readonly id: string
  readonly meetingId: string
  readonly number: number
  readonly state: ItemState
  readonly outcome: string
  readonly appealId: string | null
  readonly rev: number
}
export type Outcome = {
  readonly itemId: string
  readonly state: 'open' | 'settled' | 'dropped'
  readonly outcome: string
  readonly ownerId: string | null
  readonly due: string | null
}

export type MeetingError =
  | { readonly kind: 'meeting_not_found' }
  | { readonly kind: 'meeting_state'; readonly state: MeetingState }
  | { readonly kind: 'meeting_in_future'; readonly date: string }
  | { readonly kind: 'item_not_found' }
  | { readonly kind: 'item_state'; readonly state: ItemState }
  | { readonly kind: 'item_needs_enterprise'; readonly field: string }
  | { readonly kind: 'not_your_item' }
  | { readonly kind: 'not_your_area' }
  | { readonly kind: 'enterprise_unknown'; readonly value: string }
  | { readonly kind: 'owner_unknown'; readonly value: string }
  | { readonly kind: 'area_unknown'; readonly value: string }
  | Extract<CampaignError, { kind: 'account_unknown' }>
  | StaleRevision

const hosts = ['dispatcher', 'supervisor', 'admin', 'machine', 'leader', 'duty_officer'] as const

/** Whether the actor may call a meeting for this area, or (null) for the zone. Pure. */
export function mayConvene(actor: Actor, areaId: string | null): Result<void, MeetingError> {
  const lead = areaId !== null && partiesOf(actor, 'area_lead').includes(areaId)
  return lead || hasRole(actor, ...hosts) ? ok(undefined) : err({ kind: 'not_your_area' })
}

/** Whether the actor may work on an item: host, office, area lead, or the department that follows it up. Pure. */
export function mayFollowUp(
  actor: Actor,
  meeting: StoredMeeting,
  item: Pick<StoredItem, 'ownerId'>,
): Result<void, MeetingError> {
  const owns = item.ownerId !== null && partiesOf(actor, 'dept_head', 'dept_officer').includes(item.ownerId)
  if (owns || actor.accountId === meeting.hostId || mayConvene(actor, meeting.areaId).ok) return ok(undefined)
  return err({ kind: 'not_your_item' })
}

/** Announces a meeting 园区说事 with its agenda; whoever is invited sees it. */
export async function announceMeeting(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: MeetingFields & { readonly items: readonly NewItem[]; readonly synthetic: boolean },
): Promise<Result<Changed, MeetingError>> {
  const allowed = mayConvene(actor, input.areaId)
  if (!allowed.ok) return allowed
  const known = await checkInvited(tx, deps.zoneId, input, input.items)
  if (!known.ok) return known
  const id = newId()
  const now = at(deps.clock())
  await tx
    .insertInto('meeting')
    .values({
      zone_id: deps.zoneId,
      id,
      ...columnsOf(input),
      synthetic: input.synthetic,
      created_at: now,
      created_by: actor.accountId,
      updated_at: now,
      updated_by: actor.accountId,
    })
    .execute()
  for (const [index, item] of input.items.entries()) await insertItem(tx, deps, id, index + 1, item)
  await grantReach(tx, deps.zoneId, reachOf(id, input, input.items))
  await recordDeeds(tx, deps, actor, [
    deedOf(id, input, 'announce', 'meeting_announced', { data: { date: input.date, items: input.items.length } }),
  ])
  return ok({ id, rev: 1 })
}

/** Changes a meeting that was not held yet. */
export async function changeMeeting(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly why: string; readonly change: Partial<MeetingFields> },
): Promise<Result<Changed, MeetingError>> {
  const locked = await lockMeeting(tx, deps.zoneId, actor, input)
  if (!locked.ok) return locked
  const before = locked.value
  const after = { ...before, ...input.change }
  const allowed = mayConvene(actor, after.areaId)
  if (!allowed.ok) return allowed
  const known = await checkInvited(tx, deps.zoneId, after, [])
  if (!known.ok) return known
  await updateMeeting(tx, deps, actor, before, columnsOf(after))
  await grantReach(tx, deps.zoneId, reachOf(input.id, after, []))
  const data = { before: columnsOf(before), after: columnsOf(after) }
  await recordDeeds(tx, deps, actor, [
    deedOf(input.id, after, 'change', 'meeting_changed', { reason: input.why, data }),
  ])
  return ok({ id: input.id, rev: input.rev + 1 })
}

/** Adds a matter to the agenda, also while the meeting sits. */
export async function addItem(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: NewItem & { readonly id: string; readonly rev: number },
): Promise<Result<Changed & { readonly itemId: string }, MeetingError>> {
  const locked = await lockMeeting(tx, deps.zoneId, actor, input, ['announced', 'held'])
  if (!locked.ok) return locked
  const meeting = locked.value
  const known = await checkInvited(tx, deps.zoneId, meeting, [input])
  if (!known.ok) return known
  const last = await tx
    .selectFrom('meeting_item')
    .select((eb) => eb.fn.max('number').as('number'))
    .where('zone_id', '=', deps.zoneId)
    .where('meeting_id', '=', meeting.id)
    .executeTakeFirst()
  const itemId = await insertItem(tx, deps, meeting.id, (last?.number ?? 0) + 1, input)
  await updateMeeting(tx, deps, actor, meeting, {})
  await grantReach(tx, deps.zoneId, reachOf(meeting.id, meeting, [input]))
  await recordDeeds(tx, deps, actor, [
    deedOf(meeting.id, meeting, 'add_item', 'meeting_changed', { data: { itemId, title: input.title } }),
  ])
  return ok({ id: meeting.id, rev: meeting.rev + 1, itemId })
}

/** Records the minutes, and for each item what came of it. Items left open go to the follow-up list. */
export async function holdMeeting(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly minutes: string; readonly outcomes: readonly Outcome[] },
): Promise<Result<Changed, MeetingError>> {
  const locked = await lockMeeting(tx, deps.zoneId, actor, input, ['announced', 'held'])
  if (!locked.ok) return locked
  const meeting = locked.value
  if (localDateOf(deps.clock()) < meeting.date) return err({ kind: 'meeting_in_future', date: meeting.date })
  await updateMeeting(tx, deps, actor, meeting, { state: 'held', minutes: input.minutes })
  for (const outcome of input.outcomes) {
    const item = await lockItem(tx, deps.zoneId, meeting.id, outcome.itemId)
    if (!item.ok) return item
    const known = await checkOwner(tx, deps.zoneId, outcome.ownerId)
    if (!known.ok) return known
    const ownerId = outcome.ownerId ?? item.value.ownerId
    const due = outcome.due ?? item.value.due
    await updateItem(tx, deps, item.value, { state: outcome.state, outcome: outcome.outcome, owner_id: ownerId, due })
    await grantReach(tx, deps.zoneId, reachOf(meeting.id, meeting, [{ ...item.value, ownerId }]))
  }
  await recordDeeds(tx, deps, actor, [
    deedOf(meeting.id, meeting, 'hold', 'meeting_held', {
      data: { items: input.outcomes.map(({ itemId, state }) => ({ itemId, state })) },
    }),
  ])
  return ok({ id: meeting.id, rev: meeting.rev + 1 })
}

export async function cancelMeeting(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly reason: string },
): Promise<Result<Changed, MeetingError>> {
  const locked = await lockMeeting(tx, deps.zoneId, actor, input)
  if (!locked.ok) return locked
  await updateMeeting(tx, deps, actor, locked.value, { state: 'cancelled', reason: input.reason })
  await recordDeeds(tx, deps, actor, [
    deedOf(input.id, locked.value, 'cancel', 'meeting_cancelled', { reason: input.reason }),
  ])
  return ok({ id: input.id, rev: input.rev + 1 })
}

/** Makes an appeal of an item that cannot be settled in the room. */
export async function raiseItem(
  tx: Tx,
  deps: NeedsDeps,
  actor: Actor,
  input: {
    readonly id: string
    readonly itemId: string
    readonly rev: number
    readonly enterpriseId: string | null
    readonly nature: Nature
    readonly category: string | null
  },
): Promise<
  Result<{ readonly id: string; readonly no: string | null; readonly itemRev: number }, MeetingError | RaiseError>
> {
  const found = await openItem(tx, deps.zoneId, actor, input)
  if (!found.ok) return found
  const { meeting, item } = found.value
  const enterpriseId = input.enterpriseId ?? item.enterpriseId
  if (enterpriseId === null) return err({ kind: 'item_needs_enterprise', field: 'enterpriseId' })
  const raised = await createAppeal(tx, deps, actor, {
    ...blankAppeal,
    title: item.title,
    text: item.text,
    nature: input.nature,
    category: input.category,
    wanted: '',
    sensitive: false,
    fileIds: [],
    enterpriseId,
    areaId: null,
    channel: 'meeting',
    meetingId: meeting.id,
  })
  if (!raised.ok) return raised
  const { id, no } = raised.value
  await updateItem(tx, deps, item, { state: 'appeal', appeal_id: id })
  await recordDeeds(tx, deps, actor, [
    deedOf(meeting.id, meeting, 'raise_item', 'meeting_changed', { data: { itemId: item.id, appeal: no } }),
  ])
  return ok({ id, no, itemRev: item.rev + 1 })
}

/** Says how far an item is. */
export async function followUp(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: {
    readonly id: string
    readonly itemId: string
    readonly rev: number
    readonly state: 'open' | 'settled' | 'dropped'
    readonly outcome: string
    readonly ownerId?: string | null | undefined
    readonly due?: string | null | undefined
  },
): Promise<Result<Changed, MeetingError>> {
  const found = await openItem(tx, deps.zoneId, actor, input)
  if (!found.ok) return found
  const { meeting, item } = found.value
  const ownerId = input.ownerId === undefined ? item.ownerId : input.ownerId
  const due = input.due === undefined ? item.due : input.due
  const known = await checkOwner(tx, deps.zoneId, ownerId)
  if (!known.ok) return known
  await updateItem(tx, deps, item, { state: input.state, outcome: input.outcome, owner_id: ownerId, due })
  await grantReach(tx, deps.zoneId, reachOf(meeting.id, meeting, [{ ...item, ownerId }]))
  await recordDeeds(tx, deps, actor, [
    deedOf(meeting.id, meeting, 'follow_up', 'meeting_changed', {
      reason: input.outcome,
      data: { itemId: item.id, before: item.state, after: input.state },
    }),
  ])
  return ok({ id: item.id, rev: item.rev + 1 })
}

async function openItem(
  tx: Tx,
  zoneId: string,
  actor: Actor,
  input: { readonly id: string; readonly itemId: string; readonly rev: number },
): Promise<Result<{ meeting: StoredMeeting; item: StoredItem }, MeetingError>> {
  const meeting = await selectMeetings(tx, zoneId).where('meeting.id', '=', input.id).executeTakeFirst()
  if (!meeting) return err({ kind: 'meeting_not_found' })
  if (meeting.state === 'cancelled') return err({ kind: 'meeting_state', state: meeting.state })
  const item = await lockItem(tx, zoneId, input.id, input.itemId)
  if (!item.ok) return item
  const allowed = mayFollowUp(actor, meeting, item.value)
  if (!allowed.ok) return allowed
  const fresh = expectRevision(item.value.rev, input.rev)
  return fresh.ok ? ok({ meeting, item: item.value }) : fresh
}

async function lockItem(
  tx: Tx,
  zoneId: string,
  meetingId: string,
  itemId: string,
): Promise<Result<StoredItem, MeetingError>> {
  const item = await selectItems(tx, zoneId)
    .where('meeting_id', '=', meetingId)
    .where('meeting_item.id', '=', itemId)
    .forUpdate()
    .executeTakeFirst()
  if (!item) return err({ kind: 'item_not_found' })
  return item.state === 'open' ? ok(item) : err({ kind: 'item_state', state: item.state })
}

async function lockMeeting(
  tx: Tx,
  zoneId: string,
  actor: Actor,
  { id, rev }: { readonly id: string; readonly rev: number },
  states: readonly MeetingState[] = ['announced'],
): Promise<Result<StoredMeeting, MeetingError>> {
  const meeting = await selectMeetings(tx, zoneId).where('meeting.id', '=', id).forUpdate().executeTakeFirst()
  if (!meeting) return err({ kind: 'meeting_not_found' })
  const allowed = actor.accountId === meeting.hostId ? ok(undefined) : mayConvene(actor, meeting.areaId)
  if (!allowed.ok) return allowed
  if (!states.includes(meeting.state)) return err({ kind: 'meeting_state', state: meeting.state })
  const fresh = expectRevision(meeting.rev, rev)
  return fresh.ok ? ok(meeting) : fresh
}

async function checkInvited(
  tx: Tx,
  zoneId: string,
  meeting: Pick<MeetingFields, 'areaId' | 'hostId' | 'enterpriseIds' | 'departmentIds'>,
  items: readonly NewItem[],
): Promise<Result<void, MeetingError>> {
  const people = await checkAccounts(tx, zoneId, 'hostId', [meeting.hostId])
  if (!people.ok) return people
  const enterprises = [...meeting.enterpriseIds, ...items.flatMap(({ enterpriseId }) => enterpriseId ?? [])]
  const departments = [...meeting.departmentIds, ...items.flatMap(({ ownerId }) => ownerId ?? [])]
  const areas = meeting.areaId === null ? [] : [meeting.areaId]
  const parties = await findParties(tx, zoneId, [...new Set([...enterprises, ...departments, ...areas])])
  const known = new Set(parties.map(({ kind, id }) => `${kind} ${id}`))
  const firm = enterprises.find((id) => !known.has(`enterprise ${id}`))
  if (firm !== undefined) return err({ kind: 'enterprise_unknown', value: firm })
  const department = departments.find((id) => !known.has(`department ${id}`))
  if (department !== undefined) return err({ kind: 'owner_unknown', value: department })
  const area = areas.find((id) => !known.has(`area ${id}`))
  return area === undefined ? ok(undefined) : err({ kind: 'area_unknown', value: area })
}

async function checkOwner(tx: Tx, zoneId: string, ownerId: string | null): Promise<Result<void, MeetingError>> {
  if (ownerId === null) return ok(undefined)
  const [party] = await findParties(tx, zoneId, [ownerId])
  return party?.kind === 'department' ? ok(undefined) : err({ kind: 'owner_unknown', value: ownerId })
}

async function insertItem(tx: Tx, deps: ZoneDeps, meetingId: string, number: number, item: NewItem): Promise<string> {
  const id = newId()
  const now = at(deps.clock())
  const { title, text: body, enterpriseId: enterprise_id, ownerId: owner_id, due } = item
  await tx
    .insertInto('meeting_item')
    .values({
      zone_id: deps.zoneId,
      id,
      meeting_id: meetingId,
      number,
      title,
      body,
      enterprise_id,
      owner_id,
      due,
      appeal_id: null,
      created_at: now,
      updated_at: now,
    })
    .execute()
  return id
}

async function updateItem(
  tx: Tx,
  deps: ZoneDeps,
  item: StoredItem,
  columns: {
    readonly state: ItemState
    readonly outcome?: string
    readonly owner_id?: string | null
    readonly due?: string | null
    readonly appeal_id?: string
  },
): Promise<void> {
  await tx
    .updateTable('meeting_item')
    .set({ ...columns, updated_at: at(deps.clock()), rev: item.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', item.id)
    .execute()
}

async function updateMeeting(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  meeting: StoredMeeting,
  columns: Partial<ReturnType<typeof columnsOf>> & {
    readonly state?: MeetingState
    readonly minutes?: string
    readonly reason?: string
  },
): Promise<void> {
  await tx
    .updateTable('meeting')
    .set({ ...columns, updated_at: at(deps.clock()), updated_by: actor.accountId, rev: meeting.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', meeting.id)
    .execute()
}

const columnsOf = (fields: MeetingFields) => ({
  title: fields.title,
  day: fields.date,
  starts: fields.time,
  place: fields.place,
  area_id: fields.areaId,
  host_id: fields.hostId,
  enterprise_ids: [...fields.enterpriseIds],
  department_ids: [...fields.departmentIds],
})

function reachOf(
  id: string,
  meeting: MeetingFields,
  items: readonly Pick<NewItem, 'enterpriseId' | 'ownerId'>[],
): ReachRow[] {
  const row = (relation: ReachRow['relation']) => (partyId: string) => ({
    objectKind: 'meeting',
    objectId: id,
    partyId,
    relation,
  })
  return [
    row('person')(meeting.hostId),
    ...(meeting.areaId === null ? [] : [row('area')(meeting.areaId)]),
    ...[...meeting.enterpriseIds, ...items.flatMap(({ enterpriseId }) => enterpriseId ?? [])].map(row('enterprise')),
    // Heads and officers of a department that is invited or follows up.
    ...[...meeting.departmentIds, ...items.flatMap(({ ownerId }) => ownerId ?? [])].map(row('assistant')),
  ]
}

const deedOf = (
  id: string,
  meeting: MeetingFields,
  verb: string,
  event: string,
  more: Pick<Deed, 'reason' | 'data'>,
): Deed => ({
  objectKind: 'meeting',
  objectId: id,
  verb,
  event,
  public: true,
  to: [meeting.hostId, ...meeting.enterpriseIds, ...meeting.departmentIds],
  ...more,
})

export const selectMeetings = (tx: Tx | Db, zoneId: string) =>
  tx
    .selectFrom('meeting')
    .select([
      'meeting.id',
      'meeting.title',
      'day as date',
      'starts as time',
      'place',
      'area_id as areaId',
      'host_id as hostId',
    ])
    .select(['enterprise_ids as enterpriseIds', 'department_ids as departmentIds', 'meeting.state', 'minutes'])
    .select(['synthetic', 'meeting.updated_at as updatedAt', 'meeting.rev'])
    .where('meeting.zone_id', '=', zoneId)

export const selectItems = (tx: Tx | Db, zoneId: string) =>
  tx
    .selectFrom('meeting_item')
    .select(['meeting_item.id', 'meeting_id as meetingId', 'number', 'meeting_item.title', 'body as text'])
    .select(['enterprise_id as enterpriseId', 'owner_id as ownerId', 'due', 'meeting_item.state', 'outcome'])
    .select(['appeal_id as appealId', 'meeting_item.rev'])
    .where('meeting_item.zone_id', '=', zoneId)
