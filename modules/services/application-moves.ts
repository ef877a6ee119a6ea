import { addDuration } from '@tingzhou/calendar'
import { at, jsonb } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { partiesOf } from '@tingzhou/parties'
import { copiesOf, draftProblems, lackingOf, pendingOf, planOfApplication, toleranceOf } from './application-check.ts'
import type { ApplicationMove } from './application-contract.ts'
import { applicationHost, checkDays, concerned, dueAfter, ratingVars } from './application-host.ts'
import { askSources, forgetAnswers } from './data-asking.ts'
import { submitDraft } from './application-submit.ts'
import { askedAtCheck, badAtCheck, judgeAtCheck } from './application-judge.ts'
import { standOnApplication, type ApplicationStand } from './application-stand.ts'
import { change, say, tell, write } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import { only, type Movable, type MoveSpec, type MoveTable, type Told } from './move.ts'
import { mayCorrect } from './supplement.ts'

type Spec<N extends ApplicationMove['move']> = MoveSpec<
  'service_application',
  ApplicationStand,
  Extract<ApplicationMove, { move: N }>
>

const applicantOnly = ({ applicant }: ApplicationStand) => only(applicant, 'applicant_only')
const windowOnly = ({ window }: ApplicationStand) => only(window, 'window_only')

const submit: Spec<'submit'> = {
  from: ['draft'],
  may: (stand, { mode }) =>
    only(stand.applicant, 'applicant_only') ?? only(mode !== 'cross_region', 'through_the_receiving_window'),
  run: ({ tx, dossier }) => submitDraft(tx, dossier),
}

const accept: Spec<'accept'> = {
  from: ['check'],
  node: 'check',
  may: windowOnly,
  run: async ({ tx, dossier, input }) => {
    const planned = await planOfApplication(tx, dossier.deps, dossier.row)
    const pending = pendingOf(planned)
    if (pending.length > 0) return err({ kind: 'data_pending', services: pending, rule: 'answered, or an hour' })
    const lacking = lackingOf(planned, await copiesOf(tx, dossier.deps.zoneId, dossier.row.id))
    if (lacking.length > 0)
      return err({ kind: 'materials_missing', materials: lacking, rule: 'every material that is asked, or a promise' })
    const bad = await badAtCheck(tx, dossier.deps, dossier.row, planned)
    if (bad.length > 0) return err({ kind: 'materials_not_qualified', materials: bad })
    change(dossier, { acceptance: 'accepted' })
    return answerCheck('accept', input.words, dossier)
  },
}

const acceptTolerant: Spec<'accept_tolerant'> = {
  from: ['check'],
  node: 'check',
  may: windowOnly,
  run: async ({ tx, dossier, input }) => {
    const { deps, row, now } = dossier
    const copies = await copiesOf(tx, deps.zoneId, row.id)
    const planned = await planOfApplication(tx, deps, row)
    const pending = pendingOf(planned)
    if (pending.length > 0) return err({ kind: 'data_pending', services: pending, rule: 'answered, or an hour' })
    const missing = await toleranceOf(tx, deps, row, planned, copies, await badAtCheck(tx, deps, row, planned))
    if (!missing.ok)
      return err({
        kind: 'tolerance_refused',
        reasons: [...new Set(missing.error.map(({ kind }) => kind))],
        refusals: missing.error,
        rule: 'secondary materials on the list, promised in time by somebody without an open record',
      })
    // A promise whose day the calendar does not know is none.
    const { calendar } = deps
    const days = row.promise_given?.workingDays ?? 0
    const due = addDuration(await calendar.current(tx), now, { kind: 'working_days', days })
    if (!due.ok) return due
    change(dossier, { acceptance: 'tolerant' })
    return answerCheck('tolerant', input.words, dossier)
  },
}

const answerCheck = (
  outcome: string,
  words: string,
  dossier: Parameters<Spec<'accept'>['run']>[0]['dossier'],
): Result<Told, ServiceError> => {
  if (words !== '') say(dossier, { verb: 'note', reason: words })
  return ok({ kind: 'complete', node: 'check', vars: { outcome } })
}

const askCorrection: Spec<'ask_correction'> = {
  from: ['check'],
  node: 'check',
  may: ({ window, leadHead }) => only(window || leadHead, 'window_only'),
  run: async ({ tx, dossier, stand, input }) => {
    const { deps, row, now, doer } = dossier
    const may = mayCorrect(row.corrections, input.headReason)
    if (!may.ok) return may
    if (row.corrections > 0 && !stand.leadHead)
      return err({ kind: 'not_allowed', move: 'ask_correction', reason: 'head_of_lead_only' })
    const asks = await askedAtCheck(tx, dossier, input.asks)
    if (!asks.ok) return asks
    const round = row.corrections + 1
    write(
      dossier,
      tx.insertInto('correction_list').values({
        zone_id: deps.zoneId,
        application_id: row.id,
        round,
        asked_at: at(now),
        asked_by: doer.id,
        asked_by_name: doer.name,
        head_reason: round === 1 ? null : input.headReason,
        asks: jsonb(asks.value),
      }),
    )
    change(dossier, { corrections: round, due_at: null })
    say(dossier, { verb: 'ask_correction', reason: input.headReason, data: { round, asks: asks.value.length } })
    tell(dossier, 'correction_asked', concerned(row), { round })
    return ok({ kind: 'complete', node: 'check', vars: { outcome: 'correction', checkDueAt: null } })
  },
}

const refuse: Spec<'refuse'> = {
  from: ['check'],
  node: 'check',
  may: windowOnly,
  run: async ({ tx, dossier, input }) => {
    write(dossier, forgetAnswers(tx, dossier.deps, dossier.row.id))
    change(dossier, { refusal: { reason: input.reason, basis: input.basis }, due_at: null })
    say(dossier, { verb: 'refuse', reason: input.reason, data: { basis: input.basis } })
    return ok({ kind: 'complete', node: 'check', vars: { outcome: 'refuse' } })
  },
}

const corrected: Spec<'corrected'> = {
  from: ['correction'],
  may: applicantOnly,
  run: async ({ tx, dossier, input }) => {
    const { deps, row, now } = dossier
    const planned = await planOfApplication(tx, deps, row)
    const problems = draftProblems(planned, row, await copiesOf(tx, deps.zoneId, row.id))
    if (problems.length > 0)
      return err({
        kind: 'draft_incomplete',
        problems,
        rule: problems.map(({ field, rule }) => `${field}: ${rule}`).join('; '),
      })
    const same = await badAtCheck(tx, deps, row, planned)
    if (same.length > 0) {
      const again = same.map((code) => ({ field: `materials.${code}`, value: code, rule: 'material_not_renewed' }))
      return err({
        kind: 'draft_incomplete',
        problems: again,
        rule: again.map(({ field, rule }) => `${field}: ${rule}`).join('; '),
      })
    }
    await askSources(tx, dossier, planned)
    const checkDueAt = await dueAfter(tx, dossier, now, checkDays)
    change(dossier, { due_at: checkDueAt })
    write(
      dossier,
      tx
        .updateTable('correction_list')
        .set({ answered_at: at(now) })
        .where('zone_id', '=', deps.zoneId)
        .where('application_id', '=', row.id)
        .where('answered_at', 'is', null),
    )
    say(dossier, { verb: 'corrected', reason: input.words || null })
    return ok({ kind: 'message', name: 'corrected', vars: { checkDueAt } })
  },
}

const withdraw: Spec<'withdraw'> = {
  from: ['check', 'correction', 'running'],
  may: applicantOnly,
  run: async ({ dossier, input }) => {
    say(dossier, { verb: 'withdraw', reason: input.reason })
    return ok({ kind: 'message', name: 'withdraw', vars: {} })
  },
}

const deliver: Spec<'deliver'> = {
  from: ['concluded'],
  node: 'deliver',
  may: windowOnly,
  run: async ({ tx, dossier, input }) => {
    change(dossier, { delivered_at: dossier.now, deliver_by: input.how })
    say(dossier, { verb: 'deliver', reason: input.words || null, data: { how: input.how } })
    return ok({ kind: 'complete', node: 'deliver', vars: await ratingVars(tx, dossier) })
  },
}

const rate: Spec<'rate'> = {
  from: ['delivered'],
  node: 'rate',
  may: applicantOnly,
  run: async ({ dossier, input }) => {
    change(dossier, { stars: input.stars, rating_words: input.words, rated_at: dossier.now })
    say(dossier, { verb: 'rate', reason: input.words || null, data: { stars: input.stars } })
    tell(dossier, 'application_rated', [], { stars: input.stars, by: dossier.doer.id, byName: dossier.doer.name })
    return ok({ kind: 'complete', node: 'rate', vars: {} })
  },
}

const note: Spec<'note'> = {
  from: ['draft', 'check', 'correction', 'running', 'concluded', 'delivered'],
  may: ({ applicant, official }) => only(applicant || official, 'not_yours'),
  run: async ({ dossier, stand, input }) => {
    // What an applicant writes is for everybody who reads the case.
    say(dossier, { verb: 'note', reason: input.text, internal: input.internal && stand.official && !stand.applicant })
    return ok(null)
  },
}

const moves: MoveTable<'service_application', ApplicationStand, ApplicationMove> = {
  submit,
  accept,
  accept_tolerant: acceptTolerant,
  ask_correction: askCorrection,
  judge_materials: judgeAtCheck,
  refuse,
  corrected,
  withdraw,
  deliver,
  rate,
  note,
}

/** How people move an application. */
export const applicationMovable: Movable<'service_application', ApplicationStand, ApplicationMove> = {
  table: 'service_application',
  moves,
  host: applicationHost,
  standIn: standOnApplication,
  behalfOf: (actor, { raised_by, applicant_account, enterprise_id, applicant_name }) =>
    raised_by === actor.accountId &&
    applicant_account === null &&
    !partiesOf(actor, 'enterprise').includes(enterprise_id ?? '')
      ? (enterprise_id ?? applicant_name)
      : null,
}
