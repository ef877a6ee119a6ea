import { localDateOf } from '@tingzhou/calendar'
import { at, jsonb, runCommand, type CommandReused, type Db, type Tx } from '@tingzhou/db'
import { ok, type LocalDate, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { canonicalJson, sha256 } from './canonical.ts'
import type { Application, ServicesDeps } from './dossier.ts'
import './tables.ts'

/** What a department says about a subject, since when. */
export type Fact = {
  readonly service: string
  readonly value: unknown
  readonly asOf: LocalDate
  readonly validTo: LocalDate | null
}

/** Whom a fact is about, as departments and applications both name them. A person's number is known by its hash only. */
export const subjectOf = {
  enterprise: (id: string) => `enterprise:${id}`,
  account: (id: string) => `account:${id}`,
  person: (idNumber: string) => `person:${sha256(idNumber.toUpperCase())}`,
} as const

type Applying = Pick<Application, 'enterprise_id' | 'applicant_account'>

/**
 * The subjects of an application: the firm, the account, and the persons whose numbers stand in the form.
 * @param idNumbers  values of the fields of that type
 */
export const subjectsOf = (
  { enterprise_id, applicant_account }: Applying,
  idNumbers: readonly string[],
): readonly string[] => [
  ...(enterprise_id ? [subjectOf.enterprise(enterprise_id)] : []),
  ...(applicant_account ? [subjectOf.account(applicant_account)] : []),
  ...idNumbers.map(subjectOf.person),
]

/** The facts of some services about some subjects that are valid today; of several the newest. One statement. */
export async function findFacts(
  tx: Tx | Db,
  zoneId: string,
  services: readonly string[],
  subjects: readonly string[],
  today: LocalDate,
): Promise<ReadonlyMap<string, Fact>> {
  if (services.length === 0 || subjects.length === 0) return new Map()
  const rows = await tx
    .selectFrom('shared_fact')
    .select(['service_id', 'value', 'as_of', 'valid_to'])
    .where('zone_id', '=', zoneId)
    .where('service_id', 'in', [...new Set(services)])
    .where('subject', 'in', [...new Set(subjects)])
    .where((eb) => eb.or([eb('valid_to', 'is', null), eb('valid_to', '>=', today)]))
    .orderBy('as_of')
    .limit(1_000)
    .execute()
  return new Map(
    rows.map((row) => [
      row.service_id,
      { service: row.service_id, value: row.value, asOf: row.as_of, validTo: row.valid_to },
    ]),
  )
}

/** One question to a data service, as it is logged. */
export type DataRequest = {
  readonly applicationId: string | null
  readonly itemCaseId: string | null
  readonly service: string
  readonly requester: { readonly id: string; readonly name: string }
  readonly purpose: string
  readonly consentId: string | null
  readonly fact: Fact | null
  readonly used: boolean
}

/** Logs questions that were asked: who, for what, with whose consent, what came (as a hash) and whether it was used. One statement. */
export async function logRequests(tx: Tx, deps: ServicesDeps, requests: readonly DataRequest[]): Promise<void> {
  if (requests.length === 0) return
  const now = at(deps.clock())
  await tx
    .insertInto('data_request')
    .values(
      requests.map((request) => ({
        zone_id: deps.zoneId,
        id: deps.newId(),
        application_id: request.applicationId,
        item_case_id: request.itemCaseId,
        service_id: request.service,
        requester_id: request.requester.id,
        requester_name: request.requester.name,
        purpose: request.purpose,
        consent_id: request.consentId,
        asked_at: now,
        answered_at: request.fact ? now : null,
        response_sha256: request.fact ? sha256(canonicalJson(request.fact.value)) : null,
        used: request.used,
        failure: request.fact ? null : 'no_answer',
        state: request.fact ? ('answered' as const) : ('unanswered' as const),
      })),
    )
    .execute()
}

export type NewFact = {
  readonly service: string
  readonly subject:
    | { readonly kind: 'enterprise' | 'account'; readonly id: string }
    | { readonly kind: 'person'; readonly idNumber: string }
  readonly value: unknown
  readonly asOf: string
  readonly validTo: string | null
  readonly synthetic: boolean
}

/** A department lays facts down; a newer one replaces the one before. */
export const layFacts = (
  deps: ServicesDeps,
  actor: Actor,
  commandId: string,
  facts: readonly NewFact[],
): Promise<Result<{ readonly laid: number }, CommandReused>> =>
  runCommand(deps, { commandId, actorId: actor.accountId, name: 'services.lay_facts', input: facts }, async (tx) => {
    for (const fact of facts)
      await tx
        .insertInto('shared_fact')
        .values({
          zone_id: deps.zoneId,
          service_id: fact.service,
          subject:
            fact.subject.kind === 'person'
              ? subjectOf.person(fact.subject.idNumber)
              : subjectOf[fact.subject.kind](fact.subject.id),
          value: jsonb(fact.value),
          as_of: fact.asOf,
          valid_to: fact.validTo,
          synthetic: fact.synthetic,
          laid_down_at: at(deps.clock()),
          laid_down_by: actor.accountId,
        })
        .onConflict((conflict) =>
          conflict.columns(['zone_id', 'service_id', 'subject']).doUpdateSet((eb) => ({
            value: eb.ref('excluded.value'),
            as_of: eb.ref('excluded.as_of'),
            valid_to: eb.ref('excluded.valid_to'),
            synthetic: eb.ref('excluded.synthetic'),
            laid_down_at: eb.ref('excluded.laid_down_at'),
            laid_down_by: eb.ref('excluded.laid_down_by'),
          })),
        )
        .execute()
    return ok({ laid: facts.length })
  })

export const todayOf = (deps: Pick<ServicesDeps, 'clock'>): LocalDate => localDateOf(deps.clock())
