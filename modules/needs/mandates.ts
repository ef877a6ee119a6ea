import { grantReach, revokeReach, type ReachRow } from '@tingzhou/access'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, jsonb, newId, type Db, type Json, type StaleRevision, type Tx } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { listMemberships, type Actor } from '@tingzhou/parties'
import { lockSubject, recordDeeds, type ZoneDeps } from './deed.ts'
import { checkMandateMove, type MandateRefusal, type MandateState } from './mandate-rules.ts'
import type { MandateMove } from './mandates-contract.ts'
import { restingStates } from './words.ts'
import { readEnterpriseFacts } from './zone-map.ts'

export type StoredMandate = {
  readonly id: string
  readonly enterpriseId: string
  readonly guideId: string
  readonly state: MandateState
  readonly matter: string
  readonly scope: readonly string[]
  readonly from: string | null
  readonly to: string | null
  readonly endReason: string
  readonly synthetic: boolean
  readonly createdAt: EpochMs
  readonly updatedAt: EpochMs
  readonly rev: number
}

export type MandateMoved = { readonly id: string; readonly state: MandateState; readonly rev: number }

export type MandateError =
  | MandateRefusal
  | { readonly kind: 'mandate_not_found' }
  | { readonly kind: 'mandate_period'; readonly from: string; readonly to: string }
  | { readonly kind: 'mandate_exists'; readonly id: string }
  | { readonly kind: 'not_a_guide'; readonly value: string }
  | { readonly kind: 'enterprise_unknown'; readonly value: string }
  | StaleRevision

const openStates = ['offered', 'accepted', 'active', 'paused', 'resumed'] as const

export async function findMandate(tx: Tx | Db, zoneId: string, id: string): Promise<StoredMandate | null> {
  return (await selectMandates(tx, zoneId).where('id', '=', id).executeTakeFirst()) ?? null
}

/** The mandate under which a guide may act for an enterprise now; null: none. One row, by index mandate_in_force. */
export async function findActiveMandate(
  tx: Tx | Db,
  zoneId: string,
  guideId: string,
  enterpriseId: string,
  now: EpochMs,
): Promise<StoredMandate | null> {
  return (await inForce(tx, zoneId, guideId, now).where('enterprise_id', '=', enterpriseId).executeTakeFirst()) ?? null
}

/** Enterprises for which a guide may act now, at most 500. */
export async function activeMandates(
  tx: Tx | Db,
  zoneId: string,
  guideId: string,
  now: EpochMs,
): Promise<readonly string[]> {
  const rows = await inForce(tx, zoneId, guideId, now).limit(500).execute()
  return rows.map(({ enterpriseId }) => enterpriseId)
}

/** Guides who may act for an enterprise now: a new appeal of it is shown to them. */
export async function guidesOf(
  tx: Tx | Db,
  zoneId: string,
  enterpriseId: string,
  now: EpochMs,
): Promise<readonly string[]> {
  const rows = await current(selectMandates(tx, zoneId), now)
    .where('enterprise_id', '=', enterpriseId)
    .limit(50)
    .execute()
  return [...new Set(rows.map(({ guideId }) => guideId))]
}

/** Offers agency to an enterprise, or asks for it on its behalf: the intake sheet is filled in, nothing is entrusted yet. */
export async function offerMandate(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: {
    readonly enterpriseId: string
    readonly guideId: string
    readonly intake: { readonly matter: string } & Record<string, Json>
    readonly synthetic: boolean
  },
): Promise<Result<MandateMoved, MandateError>> {
  const { zoneId } = deps
  const { enterpriseId, guideId, intake } = input
  const enterprise = (await readEnterpriseFacts(tx, zoneId, [enterpriseId])).get(enterpriseId)
  if (!enterprise) return err({ kind: 'enterprise_unknown', value: enterpriseId })
  const roles = await listMemberships(tx, zoneId, { accountId: guideId, roles: ['guide'] })
  if (roles.length === 0) return err({ kind: 'not_a_guide', value: guideId })
  await lockSubject(tx, zoneId, `needs.mandate ${enterpriseId} ${guideId}`)
  const open = await selectMandates(tx, zoneId)
    .where('enterprise_id', '=', enterpriseId)
    .where('guide_id', '=', guideId)
    .where('state', 'in', openStates)
    .executeTakeFirst()
  if (open) return err({ kind: 'mandate_exists', id: open.id })
  const id = newId()
  const now = deps.clock()
  await tx
    .insertInto('mandate')
    .values({
      zone_id: zoneId,
      id,
      enterprise_id: enterpriseId,
      guide_id: guideId,
      state: 'offered',
      matter: intake.matter,
      scope: [],
      from_day: null,
      to_day: null,
      synthetic: input.synthetic,
      created_at: at(now),
      created_by: actor.accountId,
      updated_at: at(now),
      updated_by: actor.accountId,
    })
    .execute()
  await addForm(tx, deps, actor, id, 'intake', intake)
  const row = (partyId: string, relation: ReachRow['relation']) => ({
    objectKind: 'mandate',
    objectId: id,
    partyId,
    relation,
  })
  await grantReach(tx, zoneId, [
    row(enterpriseId, 'enterprise'),
    row(guideId, 'person'),
    ...(enterprise.areaId === null ? [] : [row(enterprise.areaId, 'area')]),
  ])
  await recordDeeds(tx, deps, actor, [
    {
      ...deedOf(id, enterpriseId, actor),
      verb: 'offer',
      event: 'mandate_offered',
      data: { enterpriseId, guideId, matter: intake.matter },
      to: [enterpriseId, guideId],
    },
  ])
  return ok({ id, state: 'offered', rev: 1 })
}

/** Makes a move in the life of a mandate; while it is in force the guide sees the enterprise's open appeals. */
export async function moveMandate(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  id: string,
  input: MandateMove,
): Promise<Result<MandateMoved, MandateError>> {
  const mandate = await selectMandates(tx, deps.zoneId).where('id', '=', id).forUpdate().executeTakeFirst()
  if (!mandate) return err({ kind: 'mandate_not_found' })
  const allowed = checkMandateMove(mandate, input.move, actor)
  if (!allowed.ok) return allowed
  const fresh = expectRevision(mandate.rev, input.rev)
  if (!fresh.ok) return fresh
  const terms = termsOf(mandate, input)
  if (terms.from_day !== null && terms.to_day !== null && terms.from_day > terms.to_day)
    return err({ kind: 'mandate_period', from: terms.from_day, to: terms.to_day })
  const { to: state, form } = allowed.value
  const reason = input.move === 'terminate' ? input.reason : input.move === 'pause' ? input.form.reason : ''
  await tx
    .updateTable('mandate')
    .set({
      state,
      ...terms,
      ...(input.move === 'terminate' ? { end_reason: input.reason } : {}),
      updated_at: at(deps.clock()),
      updated_by: actor.accountId,
      rev: mandate.rev + 1,
    })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .execute()
  if (form && 'form' in input) await addForm(tx, deps, actor, id, form, input.form)
  await showAppeals(tx, deps.zoneId, mandate, state)
  const { enterpriseId, guideId } = mandate
  await recordDeeds(tx, deps, actor, [
    {
      ...deedOf(id, enterpriseId, actor),
      verb: input.move,
      event: 'mandate_moved',
      reason,
      data: { from: mandate.state, to: state },
      to: [enterpriseId, guideId],
    },
  ])
  return ok({ id, state, rev: mandate.rev + 1 })
}

function termsOf(mandate: StoredMandate, input: MandateMove) {
  switch (input.move) {
    case 'accept':
      return { scope: input.form.scope, from_day: input.form.from, to_day: input.form.to }
    case 'resume':
      return { scope: [...mandate.scope], from_day: mandate.from, to_day: input.form.to }
    case 'start':
    case 'pause':
    case 'finish':
    case 'terminate':
      return { scope: [...mandate.scope], from_day: mandate.from, to_day: mandate.to }
  }
}

async function showAppeals(tx: Tx, zoneId: string, mandate: StoredMandate, state: MandateState): Promise<void> {
  const appeals = await tx
    .selectFrom('appeal')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('enterprise_id', '=', mandate.enterpriseId)
    .where('state', 'not in', restingStates)
    .limit(5_000)
    .execute()
  const rows = appeals.map(
    ({ id }) => ({ objectKind: 'appeal', objectId: id, partyId: mandate.guideId, relation: 'watcher' }) as const,
  )
  if (state === 'active' || state === 'resumed') await grantReach(tx, zoneId, rows)
  else await revokeReach(tx, zoneId, rows)
}

async function addForm(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  mandateId: string,
  kind: 'intake' | 'mandate' | 'pause' | 'continue' | 'finish',
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  const last = await tx
    .selectFrom('mandate_form')
    .select((eb) => eb.fn.max('number').as('number'))
    .where('zone_id', '=', deps.zoneId)
    .where('mandate_id', '=', mandateId)
    .executeTakeFirst()
  await tx
    .insertInto('mandate_form')
    .values({
      zone_id: deps.zoneId,
      mandate_id: mandateId,
      number: (last?.number ?? 0) + 1,
      kind,
      at: at(deps.clock()),
      by_account: actor.accountId,
      by_name: actor.name,
      data: jsonb(data),
    })
    .execute()
}

// Whoever is not of the enterprise acts for it.
const deedOf = (id: string, enterpriseId: string, actor: Actor) => ({
  objectKind: 'mandate',
  objectId: id,
  public: true,
  onBehalfOf: actor.memberships.some((held) => held.role === 'enterprise' && held.partyId === enterpriseId)
    ? null
    : enterpriseId,
})

const inForce = (tx: Tx | Db, zoneId: string, guideId: string, now: EpochMs) =>
  current(selectMandates(tx, zoneId), now).where('guide_id', '=', guideId)

function current(query: ReturnType<typeof selectMandates>, now: EpochMs) {
  const today = localDateOf(now)
  return query.where('state', 'in', ['active', 'resumed']).where('from_day', '<=', today).where('to_day', '>=', today)
}

export const selectMandates = (tx: Tx | Db, zoneId: string) =>
  tx
    .selectFrom('mandate')
    .select(['mandate.id', 'enterprise_id as enterpriseId', 'guide_id as guideId', 'state', 'matter', 'scope'])
    .select(['from_day as from', 'to_day as to', 'end_reason as endReason', 'synthetic'])
    .select(['created_at as createdAt', 'updated_at as updatedAt', 'rev'])
    .where('zone_id', '=', zoneId)
