import { sql } from 'kysely'
import { beginCase, dossierOf, grant, say, type CaseDeps } from '@tingzhou/casework'
import { localDateOf } from '@tingzhou/calendar'
import type { Tx, WriteBatch } from '@tingzhou/db'
import { err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { opinionDays } from '../rating/words.ts'
import { isParty, standOf, type Stand } from '../waybill/stand.ts'
import { complaintKind, type Complaint } from './case.ts'
import { dueAfter } from './dues.ts'
import type { Standing } from './moves.ts'
import { attachPhotos } from './photos.ts'
import { complaintPlay, freshVars } from './process.ts'
import { complaintKinds, type ComplaintAbout, type ComplaintSide } from './words.ts'

export type Opening = {
  readonly kind: string
  readonly waybillId: string | null
  readonly words: string
  readonly contact: string
  readonly photoIds: readonly string[]
}

/** Opens a complaint: the row, its reach, its photos and its process. */
export async function openComplaint(
  tx: Tx,
  deps: CaseDeps,
  actor: Actor,
  input: Opening,
  batch: WriteBatch,
): Promise<Result<Standing, FreightError>> {
  const now = deps.clock()
  const kind = complaintKinds.find(({ code }) => code === input.kind)
  if (!kind) return err({ kind: 'field_refused', field: 'kind', value: input.kind, rule: 'known_kind' })
  if (kind.about === 'side' && input.waybillId === null)
    return err({ kind: 'field_refused', field: 'waybillId', value: '', rule: 'waybill_of_kind' })
  const sides = await sidesOf(tx, deps, actor, input.waybillId, kind.about)
  if (!sides.ok) return sides
  const open = await openNumber(tx, deps, input, sides.value.party_id)
  if (open !== null) return err({ kind: 'taken', field: 'kind', value: open, rule: 'complained_once' })
  const row: Complaint = {
    ...blank,
    ...sides.value,
    zone_id: deps.zoneId,
    id: deps.newId(),
    number: await drawNumber(tx, now),
    kind: kind.code,
    about: kind.about,
    waybill_id: input.waybillId,
    complainer_id: actor.accountId,
    complainer_name: actor.name,
    contact: input.contact,
    words: input.words,
    created_at: now,
    updated_at: now,
  }
  const attached = await attachPhotos(
    tx,
    { zoneId: deps.zoneId, id: row.id, actorId: actor.accountId, now },
    input.photoIds,
  )
  if (!attached.ok) return attached
  const dossier = dossierOf(deps, complaintKind, row, { by: 'actor', actor, verb: 'open' }, { fresh: true, batch })
  grant(dossier, waysOf(row))
  say(dossier, { verb: 'open', data: { kind: row.kind } })
  const acceptDueAt = await dueAfter(tx, deps, opinionDays.acceptWorking)
  const begun = await beginCase(tx, complaintPlay, dossier, { ...freshVars, acceptDueAt })
  if (!begun.ok) return begun
  const { id, number, state, rev } = dossier.row
  return ok({ id, number, state, rev })
}

/** What every complaint begins with. */
const blank = {
  state: 'opened',
  instance_id: null,
  next_step: null,
  due_at: null,
  escalated_at: null,
  accepted_by: null,
  accepted_at: null,
  answer: '',
  answered_by: null,
  answered_name: null,
  answered_at: null,
  reply: '',
  decision: null,
  decision_words: '',
  decided_by: null,
  decided_name: null,
  statements: 0,
  ended_how: null,
  closed_at: null,
  rev: 1,
} as const

type Sides = Pick<Complaint, 'side' | 'party_id' | 'other_party_id' | 'other_account_id' | 'synthetic'>
const nobody = { other_party_id: null, other_account_id: null } as const

/** Who complains, and of whom: by the waybill, or without one by what the actor is. One statement at most. */
async function sidesOf(
  tx: Tx,
  { zoneId }: CaseDeps,
  actor: Actor,
  waybillId: string | null,
  about: ComplaintAbout,
): Promise<Result<Sides, FreightError>> {
  if (waybillId === null) return withoutWaybill(actor)
  const row = await tx
    .selectFrom('freight_waybill')
    .select(['shipper_id', 'consignee_id', 'carrier_id', 'driver_account_id', 'sign_link_sha256', 'synthetic'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', waybillId)
    .executeTakeFirst()
  const stand = row && standOf(actor, row)
  if (!row || !stand || !isParty(stand)) return err({ kind: 'not_found' })
  const side = sideOf(stand)
  if (side === null) return err({ kind: 'not_allowed' })
  const ids = {
    shipper: row.shipper_id,
    consignee: row.consignee_id ?? row.shipper_id,
    carrier: row.carrier_id,
    driver: actor.accountId,
  }
  const carried = side === 'shipper' || side === 'consignee'
  const other = carried
    ? { other_party_id: row.carrier_id, other_account_id: row.driver_account_id }
    : { other_party_id: row.shipper_id, other_account_id: null }
  const { synthetic } = row
  return ok({ side, party_id: ids[side], ...(about === 'side' ? other : nobody), synthetic })
}

/** Of several sides the narrower one speaks; nobody of both ends of the carriage complains of itself. Pure. */
function sideOf({ driver, carrier, shipper, consignee }: Stand): ComplaintSide | null {
  if ((driver || carrier) && (shipper || consignee)) return null
  if (driver) return 'driver'
  if (carrier) return 'carrier'
  if (shipper) return 'shipper'
  return consignee ? 'consignee' : null
}

/** Pure. O(memberships). */
function withoutWaybill(actor: Actor): Result<Sides, FreightError> {
  const [carrierId] = partiesOf(actor, 'carrier')
  const [firmId] = partiesOf(actor, 'enterprise')
  const base = { ...nobody, synthetic: false }
  if (carrierId) return ok({ ...base, side: 'carrier', party_id: carrierId })
  if (firmId) return ok({ ...base, side: 'shipper', party_id: firmId })
  if (hasRole(actor, 'driver')) return ok({ ...base, side: 'driver', party_id: actor.accountId })
  return err({ kind: 'not_allowed' })
}

const relationOf = { shipper: 'enterprise', consignee: 'enterprise', carrier: 'owner', driver: 'person' } as const

/** Who complains reaches it, and of whom it is. Pure. */
function waysOf({ side, party_id: partyId, other_party_id: otherId, other_account_id: accountId }: Complaint) {
  const otherRelation = side === 'shipper' || side === 'consignee' ? 'owner' : 'enterprise'
  return [
    { partyId, relation: relationOf[side] },
    { partyId: otherId, relation: otherRelation },
    { partyId: accountId, relation: 'person' },
  ] as const
}

/** The number of the same complaint that is still open, or null. By freight_complaint_open. One statement. */
async function openNumber(tx: Tx, { zoneId }: CaseDeps, { kind, waybillId }: Opening, partyId: string) {
  const row = await tx
    .selectFrom('freight_complaint')
    .select('number')
    .where('zone_id', '=', zoneId)
    .where('party_id', '=', partyId)
    .where('kind', '=', kind)
    .where(sql<boolean>`coalesce(waybill_id::text, '') = ${waybillId ?? ''}`)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return row?.number ?? null
}

/** The number of a complaint: `TS`, the date, digits of the sequence that freight shares. */
async function drawNumber(tx: Tx, now: EpochMs): Promise<string> {
  const answer = await sql<{ drawn: string }>`select nextval('freight_number_drawn')::text as drawn`.execute(tx)
  return `TS${localDateOf(now).slice(2).replaceAll('-', '')}${(answer.rows[0]?.drawn ?? '').padStart(6, '0')}`
}
