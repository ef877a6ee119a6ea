import { at, type Tx } from '@tingzhou/db'
import { assert, epochMs } from '@tingzhou/kernel'
import type { Call, ProcessHost, Vars } from '@tingzhou/process'
import { dueAfter } from './application-host.ts'
import {
  change,
  dossierOf,
  grant,
  openDossier,
  say,
  settleDossier,
  tell,
  write,
  type Dossier,
  type Revocation,
  type ServicesDeps,
} from './dossier.ts'
import { settingOf } from './setting.ts'

type Subject = Dossier<'revocation'>

/** Whether a decision is taken back: `processes/revocation.bpmn`. */
export const revocationHost = (deps: ServicesDeps): ProcessHost<Subject> => ({
  key: 'revocation',
  businessKind: 'revocation',
  file: 'modules/services/processes/revocation.bpmn',
  handlers: { 'services.openRevocation': offerHearing, 'services.revoke': revoke },
  lock: (tx, businessId, cause) => openDossier(tx, deps, 'revocation', businessId, cause),
  open: async (tx, { vars }: Call) => {
    assert(typeof vars.itemCaseId === 'string', 'a revocation is called for an item case')
    const subject = await newRevocation(
      tx,
      deps,
      vars.itemCaseId,
      vars.cause === 'sample_wrong' ? 'sample_wrong' : 'promise_broken',
    )
    return { subject, businessId: subject.row.id }
  },
  taskParty: (task, { row }) => (task.roles.includes('enterprise') ? null : row.department_id),
  taskAssignee: () => null,
  instance: () => null,
  batch: ({ batch }) => batch,
  settle: (_tx, subject, played) => {
    settleDossier(subject, played, 'ended')
  },
})

/** A new look at a decided item, not yet a row. */
export async function newRevocation(
  tx: Tx,
  deps: ServicesDeps,
  itemCaseId: string,
  cause: Revocation['cause'],
): Promise<Subject> {
  const item = await tx
    .selectFrom('item_case as i')
    .innerJoin('service_application as a', (join) =>
      join.onRef('a.zone_id', '=', 'i.zone_id').onRef('a.id', '=', 'i.application_id'),
    )
    .select(['i.application_id', 'i.department_id', 'a.enterprise_id', 'a.applicant_account', 'a.raised_by'])
    .where('i.zone_id', '=', deps.zoneId)
    .where('i.id', '=', itemCaseId)
    .executeTakeFirstOrThrow()
  const now = deps.clock()
  const row: Revocation = {
    ...blank,
    zone_id: deps.zoneId,
    id: deps.newId(),
    application_id: item.application_id,
    item_case_id: itemCaseId,
    department_id: item.department_id,
    cause,
    created_at: now,
    updated_at: now,
  }
  const subject = dossierOf(deps, 'revocation', row, { by: 'event', type: 'process.called' }, { fresh: true })
  grant(subject, [
    { partyId: item.department_id, relation: 'owner' },
    { partyId: item.enterprise_id, relation: 'enterprise' },
    { partyId: item.applicant_account, relation: 'person' },
    { partyId: item.raised_by, relation: 'person' },
  ])
  say(subject, { verb: 'open_revocation', data: { cause } })
  return subject
}

/** The applicant is told that a hearing may be asked for, and until when. */
async function offerHearing(tx: Tx, subject: Subject): Promise<Vars> {
  const { hearingDays } = await settingOf(tx, subject.deps)
  const until =
    (await dueAfter(tx, subject, subject.now, hearingDays)) ?? epochMs(subject.now + hearingDays * 86_400_000)
  change(subject, { hearing_until: until })
  tell(subject, 'hearing_offered', [], { until, itemCaseId: subject.row.item_case_id })
  return { outcome: null, hearingUntil: until }
}

/** The certificate is void from now on; the item case hears of it afterwards. */
async function revoke(tx: Tx, subject: Subject): Promise<Vars> {
  const { row, deps, now } = subject
  write(
    subject,
    tx
      .updateTable('certificate')
      .set({ state: 'revoked', revoked_at: at(now), revoked_reason: row.cause })
      .where('zone_id', '=', deps.zoneId)
      .where('item_case_id', '=', row.item_case_id),
  )
  tell(subject, 'decision_revoked', [], { itemCaseId: row.item_case_id, cause: row.cause })
  return {}
}

const blank = {
  state: 'notice',
  hearing_until: null,
  hearing_minutes: null,
  reason: null,
  decided_at: null,
  decided_by: null,
  instance_id: null,
  next_step: null,
  next_roles: [],
  next_party: null,
  rev: 1,
} satisfies Partial<Revocation>
