import { sql } from 'kysely'
import { at, expectRevision, newId, type StaleRevision, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { note, type Changed, type ZoneDeps } from './institution.ts'

type Field<K extends string, V = string> = {
  readonly kind: K
  readonly field: string
  readonly value: V
  readonly rule: string
}

export type AgreementError =
  | { readonly kind: 'not_found' }
  | Field<'unknown_institution'>
  | Field<'wrong_side'>
  | Field<'pair_exists'>
  | Field<'term_backwards'>
  | { readonly kind: 'agreement_ended' }
  | StaleRevision

export type Terms = {
  readonly priorityUp: number
  readonly priorityDown: number
  readonly validFrom: string
  readonly validTo: string | null
  readonly note: string
}

/** Enters a signed pair: a care home and a hospital, each with its place in the other's list. */
export async function signAgreement(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: Terms & { readonly homeId: string; readonly hospitalId: string; readonly synthetic: boolean },
): Promise<Result<Changed, AgreementError>> {
  const term = checkTerm(input)
  if (!term.ok) return term
  for (const [field, id, kind] of [
    ['homeId', input.homeId, 'care_home'],
    ['hospitalId', input.hospitalId, 'hospital'],
  ] as const) {
    const fits = await checkSide(tx, deps, field, id, kind)
    if (!fits.ok) return fits
  }
  const now = deps.clock()
  const { homeId, hospitalId, synthetic } = input
  const by = { created_at: at(now), created_by: actor.name, updated_at: at(now), updated_by: actor.name }
  const signed = await tx
    .insertInto('referral_agreement')
    .values({
      zone_id: deps.zoneId,
      id: newId(),
      home_id: homeId,
      hospital_id: hospitalId,
      ...columnsOf(input),
      synthetic,
      ...by,
    })
    // The index referral_agreement_pair: one active agreement a pair. A server finds it only by the very text of its condition.
    .onConflict((conflict) =>
      conflict
        .columns(['zone_id', 'home_id', 'hospital_id'])
        .where(sql<boolean>`state = 'active'`)
        .doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  if (!signed)
    return err({ kind: 'pair_exists', field: 'hospitalId', value: hospitalId, rule: 'one active agreement a pair' })
  await note(tx, deps, actor, { kind: 'referral_agreement', id: signed.id, verb: 'sign', data: { ...termsOf(input) } })
  return ok({ id: signed.id, rev: 1 })
}

const checkTerm = ({ validFrom, validTo }: Pick<Terms, 'validFrom' | 'validTo'>): Result<void, AgreementError> =>
  validTo !== null && validTo < validFrom
    ? err({ kind: 'term_backwards', field: 'validTo', value: validTo, rule: `not before ${validFrom}` })
    : ok(undefined)

async function checkSide(
  tx: Tx,
  { zoneId }: ZoneDeps,
  field: string,
  id: string,
  kind: 'care_home' | 'hospital',
): Promise<Result<void, AgreementError>> {
  const row = await tx
    .selectFrom('referral_institution')
    .select(['kind', 'state'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row?.state !== 'open') return err({ kind: 'unknown_institution', field, value: id, rule: 'an open institution' })
  return row.kind === kind ? ok(undefined) : err({ kind: 'wrong_side', field, value: id, rule: kind })
}

const columnsOf = ({ priorityUp, priorityDown, validFrom, validTo, note: words }: Terms) => ({
  priority_up: priorityUp,
  priority_down: priorityDown,
  valid_from: validFrom,
  valid_to: validTo,
  note: words,
})

const termsOf = ({ priorityUp, priorityDown, validFrom, validTo, note: words }: Terms): Terms => ({
  priorityUp,
  priorityDown,
  validFrom,
  validTo,
  note: words,
})

/** Changes the order and the term, or ends the agreement for good. Offers that went out stand. */
export async function changeAgreement(
  tx: Tx,
  deps: ZoneDeps,
  actor: Actor,
  input: { readonly [K in keyof Terms]?: Terms[K] | undefined } & {
    readonly id: string
    readonly rev: number
    readonly state?: 'ended' | undefined
    readonly why: string
  },
): Promise<Result<Changed, AgreementError>> {
  const row = await tx
    .selectFrom('referral_agreement')
    .select(['rev', 'state', 'priority_up', 'priority_down', 'valid_from', 'valid_to', 'note'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return err({ kind: 'not_found' })
  const fresh = expectRevision(row.rev, input.rev)
  if (!fresh.ok) return fresh
  if (row.state === 'ended') return err({ kind: 'agreement_ended' })
  const before: Terms = {
    priorityUp: row.priority_up,
    priorityDown: row.priority_down,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    note: row.note,
  }
  const after: Terms = {
    priorityUp: input.priorityUp ?? before.priorityUp,
    priorityDown: input.priorityDown ?? before.priorityDown,
    validFrom: input.validFrom ?? before.validFrom,
    validTo: input.validTo === undefined ? before.validTo : input.validTo,
    note: input.note ?? before.note,
  }
  const term = checkTerm(after)
  if (!term.ok) return term
  const state = input.state ?? row.state
  await tx
    .updateTable('referral_agreement')
    .set({ ...columnsOf(after), state, rev: row.rev + 1, updated_at: at(deps.clock()), updated_by: actor.name })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.id)
    .execute()
  await note(tx, deps, actor, {
    kind: 'referral_agreement',
    id: input.id,
    verb: input.state ? 'end' : 'change',
    reason: input.why,
    data: { before: { ...before }, after: { ...after } },
  })
  return ok({ id: input.id, rev: row.rev + 1 })
}
