import { dossierOf, say, write, type CaseDeps } from '@tingzhou/casework'
import { localDateOf } from '@tingzhou/calendar'
import { runCommand, type Tx, type WriteBatch } from '@tingzhou/db'
import { attachFiles } from '@tingzhou/files'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { z } from 'zod'
import { checkLeastData } from './least-data.ts'
import type { OrderError } from './move-spec.ts'
import { standingOf, type Standing } from './moves.ts'
import type { orderContract } from './order-contract.ts'
import { beginOrder, newOrder } from './process.ts'
import { dueOf, getRules } from './rules.ts'
import { orderKind } from './slip.ts'
import { institutionsOf } from './stand.ts'
import { directionFrom } from './words.ts'

type CreateInput = NonNullable<(typeof orderContract)['create']['~orpc']['inputSchema']>
/** What a clerk fills in. */
export type NewReferral = Omit<z.output<CreateInput>, 'commandId'>

/** Sends a patient: writes the order and its clinical part, asks the first institution of the list. One command. */
export function createReferral(
  deps: CaseDeps,
  actor: Actor,
  commandId: string,
  fields: NewReferral,
): Promise<Result<Standing, OrderError>> {
  const command = { commandId, actorId: actor.accountId, name: 'referral.create', input: fields }
  return runCommand(deps, command, (tx, last) => fillReferral(tx, last, deps, actor, fields))
}

/** Whether the words and the consent let this patient's data travel. Pure. */
export function checkReferral(fields: NewReferral, thisYear: number): Result<void, OrderError> {
  const { condition, reason, needsWords, patientCode, birthYear, consent, consentScope, urgency, fileIds } = fields
  const clean = checkLeastData({ patientCode, reason, condition, needsWords })
  if (!clean.ok) return clean
  if (birthYear > thisYear)
    return err({ kind: 'birth_year_ahead', field: 'birthYear', value: birthYear, rule: `at most ${thisYear}` })
  // In an emergency treatment comes first; what was not agreed to still does not travel.
  if (urgency !== 'emergency' && !(consent && consentScope.includes('care')))
    return err({ kind: 'consent_missing', field: 'consent', value: consent, rule: 'consent to pass on for care' })
  if (fileIds.length > 0 && !(consent && consentScope.includes('files')))
    return err({
      kind: 'files_outside_consent',
      field: 'fileIds',
      value: fileIds.length,
      rule: 'the consent covers files',
    })
  return ok(undefined)
}

async function fillReferral(
  tx: Tx,
  batch: WriteBatch,
  deps: CaseDeps,
  actor: Actor,
  fields: NewReferral,
): Promise<Result<Standing, OrderError>> {
  const now = deps.clock()
  const allowed = checkReferral(fields, Number(localDateOf(now).slice(0, 4)))
  if (!allowed.ok) return allowed
  const sender = await senderOf(tx, deps, actor, fields.fromId)
  if (!sender.ok) return sender
  const { rules } = await getRules(tx, deps.zoneId)
  const due = dueOf(await deps.calendar.current(tx), now, rules.offer[fields.urgency])
  if (!due.ok) return due
  const order = await newOrder(tx, deps, {
    direction: directionFrom(sender.value.kind),
    urgency: fields.urgency,
    from_id: fields.fromId,
    return_of: null,
    raised_by: actor.accountId,
    consent: fields.consent,
    consent_scope: fields.consent ? [...new Set(fields.consentScope)] : [],
    synthetic: fields.synthetic || sender.value.synthetic,
  })
  const slip = dossierOf(deps, orderKind, order, { by: 'actor', actor, verb: 'create' }, { fresh: true, batch })
  const attached = await attachFiles(tx, deps.zoneId, {
    objectKind: 'referral',
    objectId: order.id,
    fileIds: fields.fileIds,
    actorId: actor.accountId,
    now,
  })
  if (!attached.ok) return attached
  write(
    slip,
    tx.insertInto('referral_clinical').values({
      zone_id: deps.zoneId,
      order_id: order.id,
      patient_code: fields.patientCode,
      birth_year: fields.birthYear,
      reason: fields.reason,
      condition: fields.condition,
      ability_level: fields.abilityLevel,
      needs: [...new Set(fields.needs)],
      needs_words: fields.needsWords,
      care_summary: null,
      follow_up_result: null,
      follow_up_words: null,
    }),
  )
  say(slip, { verb: 'create', data: { urgency: order.urgency, files: fields.fileIds.length } })
  const begun = await beginOrder(tx, slip)
  return begun.ok ? ok(standingOf(slip)) : begun
}

async function senderOf(tx: Tx, deps: CaseDeps, actor: Actor, fromId: string) {
  const refused = {
    kind: 'not_your_institution',
    field: 'fromId',
    value: fromId,
    rule: 'an open institution for which you act',
  } as const
  if (!institutionsOf(actor).includes(fromId)) return err(refused)
  const row = await tx
    .selectFrom('referral_institution')
    .select(['kind', 'state', 'synthetic'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', fromId)
    .executeTakeFirst()
  return row?.state === 'open' ? ok(row) : err(refused)
}
