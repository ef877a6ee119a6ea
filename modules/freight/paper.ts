import { at, expectRevision, newId, type Tx } from '@tingzhou/db'
import { attachFiles } from '@tingzhou/files'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { lockCarrier } from './carrier.ts'
import { carriersOf, lockDriver } from './driver.ts'
import { maskNumber } from './numbers.ts'
import type { FreightError } from './problems.ts'
import { keepsFor } from './reach.ts'
import { note, type FreightDeps } from './record.ts'
import './tables.ts'
import { lockVehicle } from './vehicle.ts'
import type { CarrierKind, Subject } from './words.ts'

export type NewPaper = {
  readonly subject: Subject
  readonly subjectId: string
  readonly kind: string
  readonly paperNumber: string
  readonly issuer: string
  readonly validFrom: string
  readonly validTo: string
  readonly fileIds: readonly string[]
}

type Holder = {
  readonly carriers: readonly string[]
  readonly carrierKind: CarrierKind | null
  readonly synthetic: boolean
}

/** Who holds a paper: locked, if the actor reaches it. */
async function lockHolder(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  subject: Subject,
  id: string,
): Promise<Holder | null> {
  if (subject === 'carrier') {
    const row = await lockCarrier(tx, deps, actor, id)
    return row ? { carriers: [id], carrierKind: row.kind, synthetic: row.synthetic } : null
  }
  if (subject === 'vehicle') {
    const row = await lockVehicle(tx, deps, actor, id)
    return row ? { carriers: [row.carrier_id], carrierKind: null, synthetic: row.synthetic } : null
  }
  const row = await lockDriver(tx, deps, actor, id)
  return row ? { carriers: await carriersOf(tx, deps, id), carrierKind: null, synthetic: row.synthetic } : null
}

/** Enters a paper with its scans. An earlier one of the kind stays; what counts on a day is whichever covers it. */
export async function addPaper(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: NewPaper,
): Promise<Result<{ id: string }, FreightError>> {
  const { subject, subjectId, kind, issuer, validFrom, validTo } = input
  const holder = await lockHolder(tx, deps, actor, subject, subjectId)
  if (!holder) return err({ kind: 'field_refused', field: 'subjectId', value: subjectId, rule: 'within_reach' })
  if (!keepsFor(actor, holder.carriers)) return err({ kind: 'not_allowed' })
  const known = await tx
    .selectFrom('freight_paper_kind')
    .select('only_for')
    .where('zone_id', '=', deps.zoneId)
    .where('code', '=', kind)
    .where('subject', '=', subject)
    .executeTakeFirst()
  if (!known || (known.only_for !== null && known.only_for !== holder.carrierKind))
    return err({ kind: 'field_refused', field: 'kind', value: kind, rule: 'paper_of_subject' })
  if (validFrom > validTo)
    return err({ kind: 'field_refused', field: 'validTo', value: validTo, rule: 'not_before_begin' })
  const id = newId()
  const now = deps.clock()
  // As it is printed: hyphens are part of some numbers.
  const number = input.paperNumber.normalize('NFKC')
  await tx
    .insertInto('freight_paper')
    .values({
      zone_id: deps.zoneId,
      id,
      subject,
      subject_id: subjectId,
      kind,
      number,
      issuer,
      valid_from: validFrom,
      valid_to: validTo,
      synthetic: holder.synthetic,
      created_at: at(now),
      created_by: actor.name,
    })
    .execute()
  const attached = await attachFiles(tx, deps.zoneId, {
    objectKind: 'freight_paper',
    objectId: id,
    fileIds: input.fileIds,
    actorId: actor.accountId,
    now,
  })
  if (!attached.ok) return attached
  await note(tx, deps, actor, {
    objectKind: `freight_${subject}`,
    objectId: subjectId,
    verb: 'add_paper',
    data: { kind, number: maskNumber(number), validFrom, validTo },
    to: holder.carriers,
  })
  return ok({ id })
}

/** Withdraws a paper that is lost, replaced or wrong; it stays and counts no longer. */
export async function withdrawPaper(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: { readonly id: string; readonly rev: number; readonly why: string },
): Promise<Result<{ id: string }, FreightError>> {
  const paper = await tx
    .selectFrom('freight_paper')
    .select(['subject', 'subject_id', 'kind', 'state', 'rev'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst()
  const holder = paper && (await lockHolder(tx, deps, actor, paper.subject, paper.subject_id))
  if (!holder) return err({ kind: 'not_found' })
  if (!keepsFor(actor, holder.carriers)) return err({ kind: 'not_allowed' })
  const fresh = expectRevision(paper.rev, input.rev)
  if (!fresh.ok) return fresh
  if (paper.state === 'withdrawn') return err({ kind: 'not_open', field: 'id', value: input.id, rule: 'still_open' })
  await tx
    .updateTable('freight_paper')
    .set({ state: 'withdrawn', rev: paper.rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await note(tx, deps, actor, {
    objectKind: `freight_${paper.subject}`,
    objectId: paper.subject_id,
    verb: 'withdraw_paper',
    why: input.why,
    data: { kind: paper.kind },
    to: holder.carriers,
  })
  return ok({ id: input.id })
}
