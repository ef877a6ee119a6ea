import type { Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { copiesOf, draftProblems, planOfApplication } from './application-check.ts'
import { checkDays, concerned, dueAfter, freshVars } from './application-host.ts'
import { askSources } from './data-asking.ts'
import { change, say, tell, type Dossier } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import type { Told } from './move.ts'
import { drawApplicationNumber } from './number.ts'
import { oneThingOf } from './one-thing-store.ts'
import { registerService } from './plan.ts'
import { logRequests } from './shared-fact.ts'
import { textOf } from './texts.ts'

/** 提交: a complete draft gets its number, its five days begin, its process starts on the drawing of its one-thing. */
export async function submitDraft(
  tx: Tx,
  dossier: Dossier<'service_application'>,
): Promise<Result<Told, ServiceError>> {
  const { deps, row, now } = dossier
  const planned = await planOfApplication(tx, deps, row)
  const problems = draftProblems(planned, row, await copiesOf(tx, deps.zoneId, row.id))
  if (problems.length > 0)
    return err({
      kind: 'draft_incomplete',
      problems,
      rule: problems.map(({ field, rule }) => `${field}: ${rule}`).join('; '),
    })
  const checkDueAt = await dueAfter(tx, dossier, now, checkDays)
  change(dossier, {
    no: await drawApplicationNumber(tx, now),
    received_at: now,
    due_at: checkDueAt,
    // What was shown before anybody typed stays beside what was answered.
    prefilled: planned.prefilled,
  })
  await logPrefilled(tx, dossier, planned.prefilled.length > 0)
  say(dossier, { verb: 'submit' })
  tell(dossier, 'application_submitted', concerned(dossier.row))
  const requests = await askSources(tx, dossier, planned)
  const { processKey } = await oneThingOf(tx, deps, row.one_thing_id)
  return ok({ kind: 'start', key: processKey, vars: { ...freshVars, checkDueAt, requests: [...requests] } })
}

/** Filling in from the register is a data request of the applicant's own. */
async function logPrefilled(tx: Tx, dossier: Dossier<'service_application'>, used: boolean): Promise<void> {
  const { deps, row, doer } = dossier
  if (row.enterprise_id === null) return
  const { prefilled } = dossier.row
  const newest = prefilled.toSorted((a, b) => (a.asOf < b.asOf ? 1 : -1))[0]
  await logRequests(tx, deps, [
    {
      applicationId: row.id,
      itemCaseId: null,
      service: registerService,
      requester: { id: doer.id, name: doer.name },
      purpose: textOf('prefillPurpose').zh,
      consentId: row.consents.length > 0 ? `${row.id}/${row.consents.join('+')}` : null,
      fact: newest
        ? {
            service: registerService,
            value: prefilled.map(({ field, value }) => ({ field, value })),
            asOf: newest.asOf,
            validTo: null,
          }
        : null,
      used,
    },
  ])
}
