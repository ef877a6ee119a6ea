import { addDuration } from '@tingzhou/calendar'
import { at, expectRevision, runCommand, type Tx, type WriteBatch } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { addRules, checkPanel, checkRuleSet, closesAt, replacePanel } from './campaign.ts'
import type { CampaignMove, CampaignMoveInput } from './campaign-contract.ts'
import { campaignHost, openCampaign, type CampaignUnit } from './campaign-process.ts'
import { isoOf } from './day.ts'
import type { ReviewError } from './errors.ts'
import { listOf, readList } from './list-store.ts'
import { readRules, readRuleSets } from './rules-store.ts'
import { fullCenti, itemsOf } from './score-sheet.ts'
import { tellProcess, type Told } from './told.ts'
import { change, say, tell, type SafetyDeps } from './unit.ts'
import { runningStates, type CampaignState } from './words.ts'

export type CampaignMoved = { readonly id: string; readonly rev: number; readonly state: CampaignState }

type Input<M extends CampaignMove> = Extract<CampaignMoveInput, { move: M }>
type Scene = { readonly tx: Tx; readonly unit: CampaignUnit; readonly actor: Actor }
type Step = Promise<Result<Told, ReviewError>>

/** Where each move starts. */
const from: Readonly<Record<CampaignMove, readonly CampaignState[]>> = {
  change_rules: ['open'],
  set_panel: ['open'],
  close: ['open'],
  publicise: ['ranked'],
  object: ['publicised'],
  decide_objection: ['publicised'],
  confirm: ['publicity_over'],
  publicise_again: ['publicity_over'],
  pay: ['confirmed'],
}

/** Why the actor may not make the move, a key of `reason.`; null: may. Pure. O(1). */
export function refusalOfCampaignMove(actor: Actor, move: CampaignMove): string | null {
  switch (move) {
    case 'object':
      return null
    case 'confirm':
    case 'publicise_again':
      return hasRole(actor, 'leader', 'supervisor') ? null : 'leader_only'
    case 'change_rules':
    case 'set_panel':
    case 'close':
    case 'publicise':
    case 'decide_objection':
    case 'pay':
      return hasRole(actor, 'supervisor', 'admin') ? null : 'office_only'
  }
}

/** What the reader may do now. Pure. O(moves). */
export const campaignOffers = (
  actor: Actor,
  state: CampaignState,
): readonly { readonly move: CampaignMove; readonly allowed: boolean; readonly reason: string | null }[] =>
  moveNames.map((move) => {
    const reason = refusalOfCampaignMove(actor, move) ?? (from[move].includes(state) ? null : 'not_in_state')
    return { move, allowed: reason === null, reason }
  })

// Object.keys of a literal gives its own keys.
const moveNames = Object.keys(from) as CampaignMove[]

/** Makes a move on a campaign: one command, one transaction. */
export function moveCampaign(
  deps: SafetyDeps,
  actor: Actor,
  id: string,
  input: CampaignMoveInput,
): Promise<Result<CampaignMoved, ReviewError>> {
  const { commandId, ...rest } = input
  const command = { commandId, actorId: actor.accountId, name: `safety.campaign_${input.move}`, input: { id, ...rest } }
  return runCommand(deps, command, (tx, last) => makeMove(tx, last, deps, actor, id, input))
}

async function makeMove(
  tx: Tx,
  last: WriteBatch,
  deps: SafetyDeps,
  actor: Actor,
  id: string,
  input: CampaignMoveInput,
): Promise<Result<CampaignMoved, ReviewError>> {
  const { move } = input
  const unit = await openCampaign(tx, deps, id, { by: 'actor', actor, verb: move }, last)
  if (!unit) return err({ kind: 'campaign_not_found' })
  // Two may object at once: neither looked at what the other wrote.
  const fresh = move === 'object' ? ok(undefined) : expectRevision(unit.row.rev, input.rev)
  if (!fresh.ok) return fresh
  const reason = refusalOfCampaignMove(actor, move)
  if (reason !== null) return err({ kind: 'not_allowed', move, reason })
  const late = move === 'object' ? lateFor(unit) : null
  if (late) return err(late)
  if (!from[move].includes(unit.row.state)) return err({ kind: 'not_in_state', move, state: unit.row.state })
  const told = await run({ tx, unit, actor }, input)
  if (!told.ok) return told
  const done = await tellProcess(tx, campaignHost(deps), unit, move, told.value)
  return done.ok ? ok({ id, rev: unit.row.rev, state: unit.row.state }) : done
}

/** Publicity ends with its clock, also while the timer has not fired yet. */
function lateFor({ row, now }: CampaignUnit): ReviewError | null {
  const until = row.publicity_until
  return until !== null && now >= until ? { kind: 'objection_late', until: isoOf(until) } : null
}

function run(scene: Scene, input: CampaignMoveInput): Step {
  switch (input.move) {
    case 'change_rules':
      return changeRules(scene, input)
    case 'set_panel':
      return setPanel(scene, input)
    case 'close':
      return close(scene)
    case 'publicise':
      return publicise(scene, ['publicise'], null)
    case 'publicise_again':
      return publicise(scene, ['confirm'], 'again')
    case 'object':
      return object(scene, input)
    case 'decide_objection':
      return decideObjection(scene, input)
    case 'confirm':
      return Promise.resolve(ok({ kind: 'complete', nodes: ['confirm'], vars: { outcome: 'confirm' } }))
    case 'pay':
      return pay(scene, input)
  }
}

/** The next version of the rules; applications that run keep theirs. */
async function changeRules({ tx, unit, actor }: Scene, input: Input<'change_rules'>): Step {
  const { deps, row } = unit
  const rules = await checkRuleSet(tx, deps, input.rules)
  if (!rules.ok) return rules
  const version = row.rules_version + 1
  await addRules(tx, deps, actor, row.id, version, rules.value, input.why)
  change(unit, { rules_version: version })
  say(unit, { verb: 'change_rules', public: true, reason: input.why, data: { version } })
  // Applications under earlier rules keep their deadlines: the campaign waits for the last of them.
  const all = await readRuleSets(tx, deps.zoneId, row.id)
  return ok({ kind: 'set', vars: { closesAt: Math.max(...[...all.values()].map(closesAt)) } })
}

async function setPanel({ tx, unit }: Scene, input: Input<'set_panel'>): Step {
  const panel = await checkPanel(tx, unit.deps, input.panel)
  if (!panel.ok) return panel
  await replacePanel(tx, unit.deps, unit.row.id, panel.value)
  say(unit, { verb: 'set_panel', data: { seats: panel.value.length } })
  return ok(null)
}

/** Ranking before the levels close by themselves: only when nothing is under way. */
async function close({ tx, unit }: Scene): Step {
  const running = await tx
    .selectFrom('review_application')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('zone_id', '=', unit.deps.zoneId)
    .where('campaign_id', '=', unit.row.id)
    .where('state', 'in', [...runningStates])
    .executeTakeFirst()
  const n = Number(running?.n ?? 0)
  if (n > 0) return err({ kind: 'applications_running', running: n })
  return ok({ kind: 'message', name: 'close', vars: {} })
}

/** Makes the list public for the working days of the rules. */
async function publicise({ tx, unit }: Scene, nodes: readonly string[], outcome: string | null): Step {
  const { deps, row, now } = unit
  const rules = await readRules(tx, deps.zoneId, row.id, row.rules_version)
  const calendar = await deps.calendar.current(tx)
  const until = addDuration(calendar, now, { kind: 'working_days', days: rules.publicityDays })
  if (!until.ok) return until
  change(unit, { publicity_from: now, publicity_until: until.value })
  say(unit, { verb: outcome ? 'publicise_again' : 'publicise', public: true, data: { until: until.value } })
  tell(unit, 'list_published', [])
  return ok({ kind: 'complete', nodes, vars: { publicityUntil: until.value, ...(outcome ? { outcome } : {}) } })
}

async function object({ tx, unit, actor }: Scene, input: Input<'object'>): Step {
  const { deps, row, now } = unit
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
  say(unit, { verb: 'object', data: { objectionId: id, applicationId: input.applicationId } })
  tell(unit, 'objection_raised', [], { objectionId: id })
  return ok({ kind: 'message', name: 'objection', vars: { objectionId: id } })
}

async function decideObjection({ tx, unit, actor }: Scene, input: Input<'decide_objection'>): Step {
  const { deps, now, row } = unit
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
  if (objection.state !== 'open') return err({ kind: 'not_in_state', move: 'decide_objection', state: objection.state })
  // Nobody decides about the own objection.
  if (objection.by_account === actor.accountId)
    return err({ kind: 'not_allowed', move: 'decide_objection', reason: 'own_objection' })
  const effect = input.outcome === 'upheld' ? await checkEffect(tx, unit, objection.rules_version, input) : ok(null)
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
  say(unit, {
    verb: 'decide_objection',
    public: true,
    reason: input.decision,
    data: { objectionId: input.objectionId, outcome: input.outcome, effect: effect.value },
  })
  tell(unit, 'objection_decided', [objection.by_account], { outcome: input.outcome })
  return ok({
    kind: 'complete',
    nodes: ['decide_objection'],
    having: ['objectionId', input.objectionId],
    vars: { outcome: input.outcome },
  })
}

/** What an upheld objection does: rules the team out by a veto of its sheet, or corrects its prefecture score within 0 to 100. */
async function checkEffect(
  tx: Tx,
  { deps, row }: CampaignUnit,
  rulesVersion: number,
  input: Input<'decide_objection'>,
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
async function pay({ tx, unit }: Scene, input: Input<'pay'>): Step {
  const { deps, row } = unit
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
  change(unit, { voucher: input.voucher })
  say(unit, { verb: 'pay', public: true, data: { voucher: input.voucher, paidFen: input.paidFen } })
  return ok({ kind: 'complete', nodes: ['pay'], vars: {} })
}
