import { findPersonAccount } from '@tingzhou/access'
import { appendHistory } from '@tingzhou/audit'
import { at, expectRevision, type Json, type StaleRevision, type Tx } from '@tingzhou/db'
import { addToOutbox } from '@tingzhou/events'
import { err, ok, type Result } from '@tingzhou/kernel'
import { changeParty, createParty, endMemberships, grantRoles, listMemberships, type Actor } from '@tingzhou/parties'
import type { CaseDeps } from '@tingzhou/casework'
import { overStates, type InstitutionKind } from './words.ts'

type Field<K extends string, V = string> = {
  readonly kind: K
  readonly field: string
  readonly value: V
  readonly rule: string
}

export type InstitutionError =
  | { readonly kind: 'not_found' }
  | Field<'name_taken'>
  | Field<'has_open_orders', number>
  | Field<'account_unknown'>
  | Field<'membership_unknown'>
  | StaleRevision

export type Changed = { readonly id: string; readonly rev: number }
export type ZoneDeps = Pick<CaseDeps, 'zoneId' | 'clock'>

/** Enters an institution: a party of the zone, with what referral must know of it. */
export async function enterInstitution(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: {
    readonly kind: InstitutionKind
    readonly name: string
    readonly phone: string
    readonly synthetic: boolean
  },
): Promise<Result<Changed, InstitutionError>> {
  if (await nameTaken(tx, deps, input.name, null)) return taken(input.name)
  const now = deps.clock()
  const { kind, name, phone, synthetic } = input
  const id = await createParty(tx, deps.zoneId, { kind: 'institution', name, synthetic }, now)
  const by = { created_at: at(now), created_by: actor.name, updated_at: at(now), updated_by: actor.name }
  await tx
    .insertInto('referral_institution')
    .values({ zone_id: deps.zoneId, id, kind, name, phone, synthetic, ...by })
    .execute()
  await note(tx, deps, actor, { id, verb: 'create', data: { kind, name } })
  return ok({ id, rev: 1 })
}

const taken = (name: string) => err({ kind: 'name_taken', field: 'name', value: name, rule: 'each name once' } as const)

async function nameTaken(tx: Tx, { zoneId }: ZoneDeps, name: string, exceptId: string | null): Promise<boolean> {
  let query = tx.selectFrom('referral_institution').select('id').where('zone_id', '=', zoneId).where('name', '=', name)
  if (exceptId !== null) query = query.where('id', '<>', exceptId)
  return (await query.executeTakeFirst()) !== undefined
}

/** Renames, closes or reopens. One with patients under way cannot be closed. */
export async function changeInstitution(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: {
    readonly id: string
    readonly rev: number
    readonly name?: string | undefined
    readonly phone?: string | undefined
    readonly state?: 'open' | 'closed' | undefined
    readonly why: string
  },
): Promise<Result<Changed, InstitutionError>> {
  const row = await tx
    .selectFrom('referral_institution')
    .select(['rev', 'name', 'phone', 'state'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  if (input.name !== undefined && (await nameTaken(tx, deps, input.name, input.id))) return taken(input.name)
  if (input.state === 'closed') {
    const open = await countOpen(tx, deps, input.id)
    if (open > 0) return err({ kind: 'has_open_orders', field: 'state', value: open, rule: 'no order under way' })
  }
  const now = deps.clock()
  const { name = row.name, phone = row.phone, state = row.state } = input
  await tx
    .updateTable('referral_institution')
    .set({ name, phone, state, rev: row.rev + 1, updated_at: at(now), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await changeParty(tx, deps.zoneId, input.id, { name, state }, now)
  const before = { name: row.name, phone: row.phone, state: row.state }
  await note(tx, deps, actor, {
    id: input.id,
    verb: 'change',
    reason: input.why,
    data: { before, after: { name, phone, state } },
  })
  return ok({ id: input.id, rev: row.rev + 1 })
}

async function countOpen(tx: Tx, { zoneId }: ZoneDeps, id: string): Promise<number> {
  const row = await tx
    .selectFrom('referral')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('zone_id', '=', zoneId)
    .where('state', 'not in', [...overStates])
    .where((eb) => eb.or([eb('from_id', '=', id), eb('target_id', '=', id)]))
    .executeTakeFirst()
  return row?.n ?? 0
}

/** Lets an account act for the institution, as its head or as its clerk. */
export async function addMember(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: { readonly id: string; readonly username: string; readonly role: 'dept_head' | 'dept_officer' },
): Promise<Result<{ id: string; accountId: string }, InstitutionError>> {
  if (!(await exists(tx, deps, input.id))) return err({ kind: 'not_found' })
  const accountId = await findPersonAccount(tx, deps.zoneId, input.username)
  if (accountId === null)
    return err({ kind: 'account_unknown', field: 'username', value: input.username, rule: 'an open account' })
  const { id, role } = input
  await grantRoles(tx, deps.zoneId, accountId, [{ role, partyId: id }], actor.accountId, deps.clock())
  await note(tx, deps, actor, { id, verb: 'add_member', data: { accountId, role } })
  return ok({ id, accountId })
}

/** Ends a membership; it stays as history. */
export async function endMember(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: { readonly id: string; readonly membershipId: string; readonly why: string },
): Promise<Result<{ id: string; accountId: string }, InstitutionError>> {
  const held = await listMemberships(tx, deps.zoneId, { partyId: input.id })
  const membership = (await exists(tx, deps, input.id)) ? held.find(({ id }) => id === input.membershipId) : undefined
  if (!membership)
    return err({
      kind: 'membership_unknown',
      field: 'membershipId',
      value: input.membershipId,
      rule: 'a membership that stands',
    })
  await endMemberships(tx, deps.zoneId, [membership.id], actor.accountId, deps.clock())
  const { accountId, role } = membership
  await note(tx, deps, actor, { id: input.id, verb: 'end_member', reason: input.why, data: { accountId, role } })
  return ok({ id: input.id, accountId })
}

async function exists(tx: Tx, { zoneId }: ZoneDeps, id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('referral_institution')
    .select('id')
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row !== undefined
}

/** Writes what was done to an institution or a pair to its history and tells the screens. */
export async function note(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  deed: {
    readonly id: string
    readonly verb: string
    readonly kind?: string
    readonly reason?: string
    readonly data?: Json
  },
): Promise<void> {
  const now = deps.clock()
  const objectKind = deed.kind ?? 'referral_institution'
  await appendHistory(tx, deps.zoneId, [
    {
      objectKind,
      objectId: deed.id,
      at: now,
      verb: deed.verb,
      actorId: actor.accountId,
      actorName: actor.name,
      public: false,
      ...(deed.reason ? { reason: deed.reason } : {}),
      ...(deed.data === undefined ? {} : { data: deed.data }),
    },
  ])
  await addToOutbox(tx, deps.zoneId, [
    { type: `referral.${objectKind.replace('referral_', '')}_changed`, objectKind, objectId: deed.id, at: now },
  ])
}
