import {
  change,
  makeMove,
  only,
  say,
  tell,
  type CaseDeps,
  type Movable,
  type MoveStep,
  type Told,
} from '@tingzhou/casework'
import { addDuration } from '@tingzhou/calendar'
import { at, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { addRules, checkPanel, checkRuleSet, closesAt, replacePanel } from './campaign.ts'
import type { CampaignMove, CampaignMoveInput } from './campaign-contract.ts'
import { campaignPlay, type CampaignCase, type CampaignDossier } from './campaign-process.ts'
import { isoOf } from './day.ts'
import type { ReviewError } from './errors.ts'
import { listOf, readList } from './list-store.ts'
import { readRules, readRuleSets } from './rules-store.ts'
import { fullCenti, itemsOf } from './score-sheet.ts'
import { runningStates, type CampaignState } from './words.ts'

export type CampaignMoved = { readonly id: string; readonly rev: number; readonly state: CampaignState }

type Step<M extends CampaignMove> = MoveStep<CampaignCase, Actor, Extract<CampaignMoveInput, { move: M }>>
type Outcome = Promise<Result<Told, ReviewError>>

const office = (actor: Actor) => only(hasRole(actor, 'supervisor', 'admin'), 'office_only')
const leader = (actor: Actor) => only(hasRole(actor, 'leader', 'supervisor'), 'leader_only')

/** How people move a campaign. */
export const campaignMovable: Movable<CampaignCase, Actor, CampaignMoveInput, ReviewError, CampaignMoved> = {
  play: campaignPlay,
  moves: {
    change_rules: { from: ['open'], may: office, run: changeRules },
    set_panel: { from: ['open'], may: office, run: setPanel },
    close: { from: ['open'], may: office, run: close },
    publicise: { from: ['ranked'], may: office, run: (step) => publicise(step, 'publicise', null) },
    object: { from: ['publicised'], anyRevision: true, may: () => null, run: object },
    decide_objection: { from: ['publicised'], may: office, run: decideObjection },
    confirm: {
      from: ['publicity_over'],
      may: leader,
      run: () => ok({ kind: 'complete', node: 'confirm', vars: { outcome: 'confirm' } }),
    },
    publicise_again: { from: ['publicity_over'], may: leader, run: (step) => publicise(step, 'confirm', 'again') },
    pay: { from: ['confirmed'], may: office, run: pay },
  },
  standOf: (_tx, _dossier, actor) => actor,
  answer: ({ row: { id, rev, state } }) => ({ id, rev, state }),
  guard: lateObjection,
  shows: 'all',
  wording: (error) => (error.kind === 'not_found' ? { kind: 'campaign_not_found' } : error),
}

/** Makes a move on a campaign: one command, one transaction. */
export const moveCampaign = (
  deps: CaseDeps,
  actor: Actor,
  id: string,
  input: CampaignMoveInput,
): Promise<Result<CampaignMoved, ReviewError>> => makeMove(deps, actor, campaignMovable, id, input)

/** Publicity ends with its clock, also while the timer has not fired yet. */
function lateObjection({ dossier: { row, now }, input }: Step<CampaignMove>): ReviewError | null {
  const until = row.publicity_until
  const isLate = input.move === 'object' && until !== null && now >= until
  return isLate ? { kind: 'objection_late', until: isoOf(until) } : null
}

/** The next version of the rules; applications that run keep theirs. */
async function changeRules({ tx, dossier, stand: actor, input }: Step<'change_rules'>): Outcome {
  const { deps, row } = dossier
  const rules = await checkRuleSet(tx, deps, input.rules)
  if (!rules.ok) return rules
  const version = row.rules_version + 1
  await addRules(tx, deps, actor, row.id, version, rules.value, input.why)
  change(dossier, { rules_version: version })
  say(dossier, { verb: 'change_rules', public: true, reason: input.why, data: { version } })
  // Applications under earlier rules keep their deadlines: the campaign waits for the last of them.
  const all = await readRuleSets(tx, deps.zoneId, row.id)
  return ok({ kind: 'set', vars: { closesAt: Math.max(...[...all.values()].map(closesAt)) } })
}

async function setPanel({ tx, dossier, input }: Step<'set_panel'>): Outcome {
  const panel = await checkPanel(tx, dossier.deps, input.panel)
  if (!panel.ok) return panel
  await replacePanel(tx, dossier.deps, dossier.row.id, panel.value)
  say(dossier, { verb: 'set_panel', data: { seats: panel.value.length } })
  return ok(null)
}

/** Ranking before the levels close by themselves: only when nothing is under way. */
async function close({ tx, dossier }: Step<'close'>): Outcome {
  const running = await tx
    .selectFrom('review_application')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('zone_id', '=', dossier.deps.zoneId)
    .where('campaign_id', '=', dossier.row.id)
    .where('state', 'in', [...runningStates])
    .executeTakeFirst()
  const n = Number(running?.n ?? 0)
  if (n > 0) return err({ kind: 'applications_running', running: n })
  return ok({ kind: 'message', name: 'close', vars: {} })
}

/** Makes the list public for the working days of the rules. */
async function publicise(
  { tx, dossier }: Pick<Step<'publicise'>, 'tx' | 'dossier'>,
  node: string,
  outcome: string | null,
): Outcome {
  const { deps, row, now } = dossier
  const rules = await readRules(tx, deps.zoneId, row.id, row.rules_version)
  const calendar = await deps.calendar.current(tx)
  const until = addDuration(calendar, now, { kind: 'working_days', days: rules.publicityDays })
  if (!until.ok) return until
  change(dossier, { publicity_from: now, publicity_until: until.value })
  say(dossier, { verb: outcome ? 'publicise_again' : 'publicise', public: true, data: { until: until.value } })
  tell(dossier, 'list_published', [])
  return ok({ kind: 'complete', node, vars: { publicityUntil: until.value, ...(outcome ? { outcome } : {}) } })
}

async function object({ tx, dossier, stand: actor, input }: Step<'object'>): Outcome {
  const { deps, row, now } = dossier
  const list = await readList(tx, deps.zoneId, row.id, row.list_version)
  const listed = list && listOf(list).rows.some(({ id }) => id === input.applicationId)
  if (!listed) return err({ kind: 'not_on_list', field: 'applicationId', value: input.applicationId })
  const id = deps.newId()
  await tx
    .insertInto('review_objection')
    .values({
      zone_id: deps.zoneId,
      id,
      campaign_id: row.id,
      application_id: input.applicationId,
      words: input.words,
      by_account: actor.accountId,
      by_name: actor.name,
      at: at(now),
      effect: null,
      adjust_centi: null,
      decided_by: null,
    })
    .execute()
  say(dossier, { verb: 'object', data: { objectionId: id, applicationId: input.applicationId } })
  tell(dossier, 'objection_raised', [], { objectionId: id })
  return ok({ kind: 'message', name: 'objection', vars: { objectionId: id } })
}

async function decideObjection({ tx, dossier, stand: actor, input }: Step<'decide_objection'>): Outcome {
  const { deps, now, row } = dossier
  const objection = await tx
    .selectFrom('review_objection as o')
    .innerJoin('review_application as a', (join) =>
      join.onRef('a.zone_id', '=', 'o.zone_id').onRef('a.id', '=', 'o.application_id'),
    )
    .select(['o.state', 'o.application_id', 'o.by_account', 'a.rules_version'])
    .where('o.zone_id', '=', deps.zoneId)
    .where('o.campaign_id', '=', row.id)
    .where('o.id', '=', input.objectionId)
    .forUpdate('o')
    .executeTakeFirst()
  if (!objection) return err({ kind: 'objection_not_found' })
  if (objection.state !== 'open')
    return err({
      kind: 'not_in_state',
      move: 'decide_objection',
      state: objection.state,
      rule: 'open',
      states: ['open'],
    })
  // Nobody decides about the own objection.
  if (objection.by_account === actor.accountId)
    return err({ kind: 'not_allowed', move: 'decide_objection', reason: 'own_objection' })
  const effect = input.outcome === 'upheld' ? await checkEffect(tx, dossier, objection.rules_version, input) : ok(null)
  if (!effect.ok) return effect
  if (effect.value === 'exclude')
    await tx
      .insertInto('review_veto')
      .values({
        zone_id: deps.zoneId,
        id: deps.newId(),
        application_id: objection.application_id,
        item: input.vetoItem ?? '',
        facts: input.decision,
        happened_on: isoOf(now).slice(0, 10),
        objection_id: input.objectionId,
        at: at(now),
        by_account: actor.accountId,
      })
      .execute()
  await tx
    .updateTable('review_objection')
    .set({
      state: input.outcome,
      effect: effect.value,
      adjust_centi: effect.value === 'adjust' ? input.adjustCenti : null,
      decision: input.decision,
      decided_at: at(now),
      decided_by: actor.accountId,
    })
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.objectionId)
    .execute()
  say(dossier, {
    verb: 'decide_objection',
    public: true,
    reason: input.decision,
    data: { objectionId: input.objectionId, outcome: input.outcome, effect: effect.value },
  })
  tell(dossier, 'objection_decided', [objection.by_account], { outcome: input.outcome })
  return ok({
    kind: 'complete',
    node: 'decide_objection',
    having: ['objectionId', input.objectionId],
    vars: { outcome: input.outcome },
  })
}

/** What an upheld objection does: rules the team out by a veto of its sheet, or corrects its prefecture score within 0 to 100. */
async function checkEffect(
  tx: Tx,
  { deps, row }: CampaignDossier,
  rulesVersion: number,
  input: Step<'decide_objection'>['input'],
): Promise<Result<'exclude' | 'adjust', ReviewError>> {
  if (input.effect === 'exclude') {
    const { sheet } = await readRules(tx, deps.zoneId, row.id, rulesVersion)
    const known = itemsOf(sheet).some(({ key, kind }) => kind === 'veto' && key === input.vetoItem)
    return known ? ok('exclude') : err({ kind: 'unknown_veto', field: 'vetoItem', value: input.vetoItem })
  }
  if (input.effect === null || input.adjustCenti === null)
    return err({ kind: 'effect_missing', field: 'effect', value: input.effect })
  const stored = await readList(tx, deps.zoneId, row.id, row.list_version)
  const objection = await tx
    .selectFrom('review_objection')
    .select('application_id')
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', input.objectionId)
    .executeTakeFirst()
  const listed = stored && listOf(stored).rows.find(({ id }) => id === objection?.application_id)
  const now = listed?.prefectureCenti ?? 0
  const after = now + input.adjustCenti
  return after >= 0 && after <= fullCenti
    ? ok('adjust')
    : err({
        kind: 'adjust_out_of_range',
        field: 'adjustCenti',
        value: input.adjustCenti / 100,
        min: -now / 100,
        max: (fullCenti - now) / 100,
      })
}

/** What was paid is what the list says, to the fen. */
async function pay({ tx, dossier, input }: Step<'pay'>): Outcome {
  const { deps, row } = dossier
  const stored = await readList(tx, deps.zoneId, row.id, row.list_version)
  const pool = stored ? listOf(stored).rows.reduce((sum, { prizeFen }) => sum + prizeFen, 0) : 0
  if (input.paidFen !== pool)
    return err({ kind: 'prize_sum', field: 'paidFen', value: input.paidFen / 100, pool: pool / 100 })
  await tx
    .updateTable('honour')
    .set({ paid: true })
    .where('zone_id', '=', deps.zoneId)
    .where('campaign_id', '=', row.id)
    .execute()
  change(dossier, { voucher: input.voucher })
  say(dossier, { verb: 'pay', public: true, data: { voucher: input.voucher, paidFen: input.paidFen } })
  return ok({ kind: 'complete', node: 'pay', vars: {} })
}
