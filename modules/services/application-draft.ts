import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import { at, expectRevision, runCommand, type Tx, type WriteBatch } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import { attachFiles } from '@tingzhou/files'
import type { FieldValues } from './answers.ts'
import { isApplicant } from './application-stand.ts'
import {
  change,
  closeDossier,
  dossierOf,
  grant,
  openDossier,
  say,
  write,
  type Application,
  type Dossier,
  type ServicesDeps,
} from './dossier.ts'
import type { ServiceError } from './errors.ts'
import { movedOf, type Moved } from './move.ts'
import { isTaking } from './one-thing.ts'
import { oneThingOf, publishedOneThing } from './one-thing-store.ts'
import type { Answers } from './situation.ts'
import type { DisputeLine, PromiseGiven } from './tables.ts'

export type MaterialLine = {
  readonly code: string
  readonly how: 'handed_in' | 'held' | 'promised'
  readonly fileIds: readonly string[]
}

/** What a draft holds; only what is given changes. */
export type DraftFields = {
  readonly answers?: Answers | undefined
  readonly values?: FieldValues | undefined
  readonly disputes?: readonly DisputeLine[] | undefined
  readonly materials?: readonly MaterialLine[] | undefined
  /** Materials that are handed in no longer. */
  readonly takenBack?: readonly string[] | undefined
  readonly promise?: PromiseGiven | null | undefined
  readonly consents?: readonly string[] | undefined
  readonly deliverBy?: Application['deliver_by'] | undefined
  readonly postTo?: string | undefined
}

export type NewApplication = {
  readonly oneThing: string
  readonly applicant: {
    readonly kind: 'enterprise' | 'person'
    readonly enterpriseId: string | null
    readonly name: string
  }
  readonly mode: Application['mode']
  readonly visitId: string | null
  readonly fields: DraftFields
}

/** Begins a draft on the published version of a one-thing, which it keeps for life. */
export const createApplication = (
  deps: ServicesDeps,
  actor: Actor,
  commandId: string,
  input: NewApplication,
): Promise<Result<Moved, ServiceError>> =>
  runCommand(deps, { commandId, actorId: actor.accountId, name: 'services.create', input }, (tx, last) =>
    insertDraft(tx, last, deps, actor, input),
  )

async function insertDraft(
  tx: Tx,
  last: WriteBatch,
  deps: ServicesDeps,
  actor: Actor,
  input: NewApplication,
): Promise<Result<Moved, ServiceError>> {
  const stored = await publishedOneThing(tx, deps, input.oneThing)
  if (!stored)
    return err({ kind: 'unknown_one_thing', field: 'oneThing', value: input.oneThing, rule: 'a published one-thing' })
  const now = deps.clock()
  if (!isTaking(stored.body, localDateOf(now)))
    return err({ kind: 'not_taking', field: 'oneThing', value: input.oneThing, rule: 'inside its yearly window' })
  const { applicant } = input
  if (applicant.kind !== stored.body.target)
    return err({ kind: 'wrong_target', field: 'applicant.kind', value: applicant.kind, rule: stored.body.target })
  if (input.mode === 'joint' && stored.body.joint === null)
    return err({
      kind: 'mode_not_offered',
      field: 'mode',
      value: input.mode,
      rule: 'a one-thing with places of joint handling',
    })
  const owner = await ownerOf(tx, deps, actor, applicant.enterpriseId)
  if (!owner.ok) return owner
  const row: Application = {
    ...blank,
    zone_id: deps.zoneId,
    id: deps.newId(),
    one_thing_id: stored.id,
    one_thing: stored.body.code,
    version: stored.version,
    mode: input.mode,
    target: stored.body.target,
    ...owner.value,
    applicant_name: applicant.name,
    raised_by: actor.accountId,
    visit_id: input.visitId,
    created_at: now,
    updated_at: now,
  }
  const dossier = dossierOf(
    deps,
    'service_application',
    row,
    { by: 'actor', actor, verb: 'draft' },
    { fresh: true, batch: last },
  )
  const filled = await fillDraft(tx, dossier, input.fields)
  if (!filled.ok) return filled
  grant(dossier, [
    { partyId: row.raised_by, relation: 'person' },
    { partyId: row.applicant_account, relation: 'person' },
    { partyId: row.enterprise_id, relation: 'enterprise' },
  ])
  if (input.visitId !== null)
    write(
      dossier,
      tx
        .updateTable('window_visit')
        .set({ application_id: row.id })
        .where('zone_id', '=', deps.zoneId)
        .where('id', '=', input.visitId)
        .where('officer_id', '=', actor.accountId),
    )
  say(dossier, { verb: 'draft' })
  closeDossier(dossier)
  return ok(movedOf(dossier))
}

type Owner = Pick<Application, 'enterprise_id' | 'applicant_account' | 'synthetic'>

/** Who applies: a firm of the register through its contact or a window; else the account, or somebody at a window without one. */
async function ownerOf(
  tx: Tx,
  deps: ServicesDeps,
  actor: Actor,
  enterpriseId: string | null,
): Promise<Result<Owner, ServiceError>> {
  const window = hasRole(actor, 'window_officer')
  if (enterpriseId === null)
    return ok({ enterprise_id: null, applicant_account: window ? null : actor.accountId, synthetic: false })
  const refused = (rule: string) =>
    err({ kind: 'not_for_applicant', field: 'applicant.enterpriseId', value: enterpriseId, rule } as const)
  if (!window && !partiesOf(actor, 'enterprise').includes(enterpriseId)) return refused('your own enterprise')
  const enterprise = await tx
    .selectFrom('enterprise')
    .select(['synthetic', 'merged_into'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', enterpriseId)
    .executeTakeFirst()
  if (!enterprise || enterprise.merged_into) return refused('an enterprise of the register')
  return ok({ enterprise_id: enterpriseId, applicant_account: null, synthetic: enterprise.synthetic })
}

/** Saves a draft, or what an applicant mends during a correction. */
export const saveApplication = (
  deps: ServicesDeps,
  actor: Actor,
  input: { readonly id: string; readonly commandId: string; readonly rev: number; readonly fields: DraftFields },
): Promise<Result<Moved, ServiceError>> =>
  runCommand(
    deps,
    { commandId: input.commandId, actorId: actor.accountId, name: 'services.save', input },
    async (tx, last) => {
      const cause = { by: 'actor', actor, verb: 'save' } as const
      const dossier = await openDossier(tx, deps, 'service_application', input.id, cause, last)
      if (!dossier) return err({ kind: 'not_found' })
      const { state, rev } = dossier.row
      const fresh = expectRevision(rev, input.rev)
      if (!fresh.ok) return err({ ...fresh.error, state })
      if (!isApplicant(actor, dossier.row) && !(hasRole(actor, 'window_officer') && dossier.row.mode !== 'online'))
        return err({ kind: 'not_allowed', move: 'save', reason: 'applicant_only' })
      if (state !== 'draft' && state !== 'correction')
        return err({
          kind: 'not_in_state',
          move: 'save',
          state,
          rule: 'draft, correction',
          states: ['draft', 'correction'],
        })
      if (await isSent(tx, dossier)) return err({ kind: 'not_allowed', move: 'save', reason: 'package_is_sent' })
      const filled = await fillDraft(tx, dossier, input.fields)
      if (!filled.ok) return filled
      // A draft that is written for the tenth time is no history; a correction is.
      if (state === 'correction') say(dossier, { verb: 'save' })
      closeDossier(dossier)
      return ok(movedOf(dossier))
    },
  )

/** What was packed with its hash stays as it is until the deciding side sends it back. */
async function isSent(tx: Tx, { deps, row }: Dossier<'service_application'>): Promise<boolean> {
  if (row.package_id === null) return false
  const packed = await tx
    .selectFrom('cross_region_package')
    .select('state')
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', row.package_id)
    .executeTakeFirst()
  return packed !== undefined && packed.state !== 'receive' && packed.state !== 'repair'
}

async function fillDraft(
  tx: Tx,
  dossier: Dossier<'service_application'>,
  fields: DraftFields,
): Promise<Result<void, ServiceError>> {
  const { row } = dossier
  change(dossier, {
    answers: fields.answers ?? row.answers,
    field_values: fields.values ?? row.field_values,
    disputes: fields.disputes ?? row.disputes,
    consents: fields.consents ? [...fields.consents] : row.consents,
    promise_given: fields.promise === undefined ? row.promise_given : fields.promise,
    deliver_by: fields.deliverBy ?? row.deliver_by,
    post_to: fields.postTo ?? row.post_to,
  })
  if (fields.takenBack?.length) takeBack(tx, dossier, fields.takenBack)
  return fields.materials ? giveMaterials(tx, dossier, fields.materials) : ok(undefined)
}

/** What is handed in no longer is as if it had never been. */
const takeBack = (tx: Tx, dossier: Dossier<'service_application'>, codes: readonly string[]): void =>
  write(
    dossier,
    tx
      .deleteFrom('material_copy')
      .where('zone_id', '=', dossier.deps.zoneId)
      .where('application_id', '=', dossier.row.id)
      .where('code', 'in', [...codes]),
  )

/**
 * Takes materials in: known to the one-thing, their files the giver's own. Another copy has another version; so has paper without
 * files that is shown again after it was found bad. One statement a material.
 * @param renewed  whether whatever is given takes the place of the copy before, even when it looks the same
 */
export async function giveMaterials(
  tx: Tx,
  dossier: Dossier<'service_application'>,
  lines: readonly MaterialLine[],
  renewed = false,
): Promise<Result<void, ServiceError>> {
  const { deps, row, now, doer } = dossier
  const { body } = await oneThingOf(tx, deps, row.one_thing_id)
  const foreign = lines.find(({ code }) => !body.materials.some((material) => material.code === code))
  if (foreign)
    return err({
      kind: 'unknown_material',
      field: 'materials',
      value: foreign.code,
      rule: 'a material of the one-thing',
    })
  const attached = await attachFiles(tx, deps.zoneId, {
    objectKind: 'application',
    objectId: row.id,
    fileIds: lines.flatMap(({ fileIds }) => fileIds),
    actorId: doer.id,
    now,
  })
  if (!attached.ok) return attached
  for (const line of lines)
    write(
      dossier,
      tx
        .insertInto('material_copy')
        .values({
          zone_id: deps.zoneId,
          id: deps.newId(),
          application_id: row.id,
          code: line.code,
          how: line.how,
          file_ids: [...line.fileIds],
          source: null,
          as_of: null,
          given_at: at(now),
          given_by: doer.id,
          version: firstVersion(deps.zoneId, row.id, line.code),
        })
        .onConflict((conflict) =>
          conflict.columns(['zone_id', 'application_id', 'code']).doUpdateSet((eb) => ({
            how: eb.ref('excluded.how'),
            file_ids: eb.ref('excluded.file_ids'),
            given_at: eb.ref('excluded.given_at'),
            given_by: eb.ref('excluded.given_by'),
            version: renewed ? sql<number>`material_copy.version + 1` : nextVersion,
          })),
        ),
    )
  return ok(undefined)
}

/** A copy that comes after another was taken back is none that somebody judged already. */
const firstVersion = (zoneId: string, applicationId: string, material: string) => sql<number>`(select
  coalesce(max(substring(m.mark from '^copy:([0-9]+)$')::int), 0) + 1 from material_judgement m
  where m.zone_id = ${zoneId} and m.application_id = ${applicationId} and m.material = ${material})`

const nextVersion = sql<number>`material_copy.version + (case
  when (material_copy.how, material_copy.file_ids) is distinct from (excluded.how, excluded.file_ids) then 1
  when excluded.file_ids = '{}' and (select not m.qualified from material_judgement m
    where m.zone_id = material_copy.zone_id and m.application_id = material_copy.application_id
      and m.material = material_copy.code and m.mark = 'copy:' || material_copy.version
    order by m.judged_at desc, m.id desc limit 1) then 1
  else 0 end)`

const blank = {
  no: null,
  state: 'draft',
  acceptance: null,
  result: null,
  package_id: null,
  answers: {},
  field_values: {},
  prefilled: [],
  disputes: [],
  consents: [],
  promise_given: null,
  deliver_by: 'online',
  post_to: '',
  corrections: 0,
  refusal: null,
  received_at: null,
  accepted_at: null,
  concluded_at: null,
  delivered_at: null,
  due_at: null,
  joint_due_at: null,
  joint_days: null,
  sum_days: null,
  materials_needed: null,
  materials_asked: null,
  stars: null,
  rating_words: '',
  rated_at: null,
  follow_up_id: null,
  instance_id: null,
  next_step: null,
  next_roles: [],
  next_party: null,
  rev: 1,
} satisfies Partial<Application>
