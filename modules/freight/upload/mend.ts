import { addToOutbox } from '@tingzhou/events'
import { expectRevision, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { note, type FreightDeps } from '../record.ts'
import { uploadingRoles } from '../roles.ts'
import { letGo } from './claim.ts'
import { queueDocuments, uploadMoved } from './queue.ts'
import { findRegulator } from './regulator.ts'
import { subjectKey } from './subject.ts'
import './tables.ts'
import type { UploadState } from './words.ts'

type Step = { readonly id: string; readonly rev: number; readonly why: string }

/** Sends what was refused, or given up, once more: today's document, checked anew, as another message. */
export async function resendUpload(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: Step,
): Promise<Result<{ id: string; state: UploadState }, FreightError>> {
  const kept = await lockOpen(tx, deps, actor, input, ['rejected', 'given_up'])
  if (!kept.ok) return kept
  const { kind, subject_id: id } = kept.value
  const regulator = await findRegulator(tx, deps.zoneId)
  if (!regulator?.isOn) return wrongState('regulator', 'off', 'regulator_on')
  const subject = { kind, id }
  const [queued] = await queueDocuments(tx, deps, regulator, [subject], new Set([subjectKey(subject)]))
  if (!queued) return wrongState('state', kept.value.state, 'nothing_to_tell')
  await note(tx, deps, actor, {
    objectKind: 'freight_upload',
    objectId: input.id,
    verb: 'resend',
    why: input.why,
    data: { kind, title: kept.value.title, next: queued.id },
  })
  return ok({ id: queued.id, state: queued.state })
}

/** Gives a document up: it is not sent again by itself. A named person says why. */
export async function giveUpUpload(
  tx: Tx,
  deps: FreightDeps,
  actor: Actor,
  input: Step,
): Promise<Result<{ id: string; state: UploadState }, FreightError>> {
  if (actor.kind !== 'person') return err({ kind: 'not_allowed' })
  const kept = await lockOpen(tx, deps, actor, input, ['rejected', 'waiting'])
  if (!kept.ok) return kept
  const { kind, title, waybill_id: waybillId, rev } = kept.value
  await tx
    .updateTable('freight_upload')
    .set({ state: 'given_up', try_at: null, why: input.why, ended_by: actor.name, rev: rev + 1 })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  // The regulator may have an older version, which then is what others wait for.
  await letGo(tx, deps.zoneId, subjectKey({ kind, id: kept.value.subject_id }), deps.clock())
  await note(tx, deps, actor, {
    objectKind: 'freight_upload',
    objectId: input.id,
    verb: 'give_up',
    why: input.why,
    data: { kind, title },
  })
  await addToOutbox(tx, deps.zoneId, [
    {
      type: uploadMoved,
      objectKind: 'freight_upload',
      objectId: input.id,
      at: deps.clock(),
      data: { kind, state: 'given_up', waybillId },
    },
  ])
  return ok({ id: input.id, state: 'given_up' })
}

const wrongState = (field: string, value: string, rule: string) =>
  err({ kind: 'upload_state', field, value, rule } as const)

/** A document under its lock, as somebody saw it who may set it right. */
async function lockOpen(
  tx: Tx,
  { zoneId }: FreightDeps,
  actor: Actor,
  { id, rev }: Step,
  states: readonly UploadState[],
) {
  if (!hasRole(actor, ...uploadingRoles)) return err({ kind: 'not_allowed' } as const)
  const row = await tx
    .selectFrom('freight_upload')
    .select(['kind', 'subject_id', 'title', 'waybill_id', 'state', 'rev'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' } as const)
  const fresh = expectRevision(row.rev, rev)
  if (!fresh.ok) return fresh
  if (!states.includes(row.state)) return wrongState('state', row.state, `upload_state_of ${states.join(' ')}`)
  return ok(row)
}
