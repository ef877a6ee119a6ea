import {
  change,
  grant,
  makeMove as makeCaseMove,
  only,
  revoke,
  say,
  tell,
  type CaseDeps,
  type Movable,
  type MoveSpec,
} from '@tingzhou/casework'
import { at, type Tx } from '@tingzhou/db'
import { attachFiles } from '@tingzhou/files'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { openFirm } from '../economy/firm.ts'
import type { TargetCase, TargetDossier, TargetRow } from './case.ts'
import type { TargetError } from './errors.ts'
import { isOwner } from './owners.ts'
import { targetPlay } from './process.ts'
import { aheadFault, doneFault, stepFault } from './rules.ts'
import { givePlant, takePlant } from './site.ts'
import { isParty, pursues, standOf, type Stand } from './stand.ts'
import type { Move, MoveName } from './target-contract.ts'
import { clocksOf, lookAtOf } from './times.ts'
import './tables.ts'
import { openStates, targetStates, workingStates, type TargetState, type WorkingState } from './words.ts'

type TargetMove<N extends MoveName> = MoveSpec<TargetCase, Stand, Extract<Move, { move: N }>, TargetError>

/** Where a target stands after a move. */
export type Standing = { readonly id: string; readonly state: TargetState; readonly rev: number }

const byOwner = (stand: Stand): string | null => only(pursues(stand), 'owner_or_officer')

type Proof = {
  readonly day: string
  readonly whom?: string
  readonly words: string
  readonly fileIds: readonly string[]
}
type Next = { readonly step: string; readonly stepDay: string | null }

/** Keeps what proves a step, with its files. Three statements. */
async function prove(
  tx: Tx,
  { deps, row, doer, now }: TargetDossier,
  verb: MoveName,
  { day, whom = '', words, fileIds }: Omit<Proof, 'day'> & { readonly day: string | null },
): Promise<Result<void, TargetError>> {
  const attached = await attachFiles(tx, deps.zoneId, {
    objectKind: 'chain_target',
    objectId: row.id,
    fileIds,
    actorId: doer.id,
    now,
  })
  if (!attached.ok) return attached
  await tx
    .insertInto('chain_target_note')
    .values({
      zone_id: deps.zoneId,
      id: deps.newId(),
      target_id: row.id,
      at: at(now),
      by_id: doer.id,
      by_name: doer.name,
      verb,
      day,
      whom,
      words,
      file_ids: [...fileIds],
    })
    .execute()
  return ok(undefined)
}

/** Brings a target to its next stage: proved, and with what comes next. */
async function advance(
  tx: Tx,
  dossier: TargetDossier,
  from: WorkingState,
  outcome: 'contact' | 'visit' | 'sign' | 'start' | 'produce',
  proof: Proof,
  next: Next,
  patch: Partial<TargetRow> = {},
) {
  const { now } = dossier
  const fault = doneFault(proof.day, now) ?? stepFault(next, now)
  if (fault) return err(fault)
  const proved = await prove(tx, dossier, outcome, proof)
  if (!proved.ok) return proved
  change(dossier, { ...patch, step: next.step, step_day: next.stepDay })
  const { amount_fen: amountFen = null, capacity = null } = patch
  say(dossier, { verb: outcome, reason: proof.words || null, data: { day: proof.day, amountFen, capacity } })
  const { stepAt } = clocksOf(dossier.row, now)
  return ok({ kind: 'complete', node: `at_${from}`, vars: { outcome, parkedFrom: from, stepAt } } as const)
}

/** The firm that a step names, or the one that the target has. */
async function firmFor(
  tx: Tx,
  { deps, row }: TargetDossier,
  firmId: string | null,
): Promise<Result<Pick<TargetRow, 'firm_id' | 'firm_outside'>, TargetError>> {
  if (firmId === null) return ok({ firm_id: row.firm_id, firm_outside: row.firm_outside })
  const firm = await openFirm(tx, deps.zoneId, 'firmId', firmId)
  return firm.ok ? ok({ firm_id: firm.value.id, firm_outside: firm.value.isOutside }) : firm
}

const nothingNext: Next = { step: '', stepDay: null }

const contact: TargetMove<'contact'> = {
  from: ['idea'],
  may: byOwner,
  run: async ({ tx, dossier, input }) => {
    const firm = await firmFor(tx, dossier, input.firmId)
    return firm.ok ? advance(tx, dossier, 'idea', 'contact', input, input, firm.value) : firm
  },
}

const visit: TargetMove<'visit'> = {
  from: ['contacted'],
  may: byOwner,
  run: ({ tx, dossier, input }) => advance(tx, dossier, 'contacted', 'visit', input, input),
}

const sign: TargetMove<'sign'> = {
  from: ['visited'],
  may: byOwner,
  run: async ({ tx, dossier, input }) => {
    const firm = await firmFor(tx, dossier, input.firmId)
    if (!firm.ok) return firm
    if (firm.value.firm_id === null)
      return err({ kind: 'field_refused', field: 'firmId', value: '', rule: 'firm_named' })
    return advance(tx, dossier, 'visited', 'sign', input, input, { ...firm.value, amount_fen: input.amountFen })
  },
}

const start: TargetMove<'start'> = {
  from: ['signed'],
  may: byOwner,
  run: ({ tx, dossier, input }) => {
    const words = [input.site, input.words].filter((one) => one !== '').join('\n')
    return advance(tx, dossier, 'signed', 'start', { ...input, words }, input)
  },
}

const produce: TargetMove<'produce'> = {
  from: ['started'],
  may: byOwner,
  run: ({ tx, dossier, input }) =>
    advance(tx, dossier, 'started', 'produce', input, nothingNext, { capacity: input.capacity }),
}

const park: TargetMove<'park'> = {
  from: workingStates,
  may: byOwner,
  run: ({ dossier, input: { reason, lookDay } }) => {
    const fault = aheadFault('lookDay', lookDay, dossier.now)
    if (fault) return err(fault)
    const lookAt = lookAtOf(lookDay)
    // Today it is seen already: the day to look again comes.
    if (lookAt <= dossier.now)
      return err({ kind: 'field_refused', field: 'lookDay', value: lookDay, rule: 'later_day' })
    const from = dossier.row.state as WorkingState // its own `from`
    change(dossier, { parked_from: from, parked_why: reason, look_day: lookDay })
    say(dossier, { verb: 'park', reason, data: { lookDay } })
    return ok({ kind: 'complete', node: `at_${from}`, vars: { outcome: 'park', parkedFrom: from, lookAt } })
  },
}

const resume: TargetMove<'resume'> = {
  from: ['parked'],
  may: byOwner,
  run: ({ dossier, input: { reason, deadline, step, stepDay } }) => {
    const { now, row } = dossier
    const fault = aheadFault('deadline', deadline, now) ?? stepFault({ step, stepDay }, now)
    if (fault) return err(fault)
    const days = { deadline, step_day: stepDay }
    const clocks = clocksOf(days, now)
    change(dossier, { ...days, step, due_at: clocks.dueAt })
    say(dossier, { verb: 'resume', reason, data: { deadline, before: row.deadline } })
    return ok({ kind: 'complete', node: 'parked', vars: { outcome: 'resume', lookAt: null, ...clocks } })
  },
}

const drop: TargetMove<'drop'> = {
  from: openStates,
  may: byOwner,
  run: ({ dossier, input: { reason } }) => {
    const { state } = dossier.row
    change(dossier, { end_reason: reason })
    say(dossier, { verb: 'drop', reason })
    const node = state === 'parked' ? state : `at_${state}`
    return ok({ kind: 'complete', node, vars: { outcome: 'drop' } })
  },
}

const plan: TargetMove<'plan'> = {
  from: workingStates,
  may: byOwner,
  run: ({ dossier, input: { deadline, step, stepDay, reason } }) => {
    const { now, row } = dossier
    const isMoved = deadline !== row.deadline
    // A deadline that is over stays until somebody moves it.
    const fault = (isMoved ? aheadFault('deadline', deadline, now) : null) ?? newStepFault(row, { step, stepDay }, now)
    if (fault) return err(fault)
    if (isMoved && reason === '') return err({ kind: 'field_refused', field: 'reason', value: '', rule: 'why_moved' })
    const days = { deadline, step_day: stepDay }
    const clocks = clocksOf(days, now)
    change(dossier, { ...days, step, due_at: clocks.dueAt })
    say(dossier, { verb: 'plan', reason: reason || null, data: { deadline, before: row.deadline, step, stepDay } })
    return ok({ kind: 'set', vars: clocks })
  },
}

/** A step that stays as it was may be over. */
const newStepFault = (row: TargetRow, next: Next, now: TargetDossier['now']) =>
  next.step === row.step && next.stepDay === row.step_day ? null : stepFault(next, now)

const reassign: TargetMove<'reassign'> = {
  from: openStates,
  may: ({ officer }) => only(officer, 'officer_only'),
  run: async ({ tx, dossier, input: { ownerId, reason } }) => {
    const { row, deps } = dossier
    const field = 'ownerId'
    if (ownerId === row.owner_id) return err({ kind: 'field_refused', field, value: ownerId, rule: 'another_owner' })
    if (!(await isOwner(tx, deps.zoneId, ownerId)))
      return err({ kind: 'field_refused', field, value: ownerId, rule: 'may_own' })
    await revoke(tx, dossier, { partyId: row.owner_id, relation: 'watcher' })
    change(dossier, { owner_id: ownerId })
    grant(dossier, [{ partyId: ownerId, relation: 'watcher' }])
    say(dossier, { verb: 'reassign', reason, data: { ownerId, before: row.owner_id } })
    tell(dossier, 'target_assigned', [row.owner_id])
    return ok(null)
  },
}

const firm: TargetMove<'firm'> = {
  from: openStates,
  may: byOwner,
  run: async ({ tx, dossier, input: { firmId, reason } }) => {
    const { state } = dossier.row
    if (firmId === null && (state === 'signed' || state === 'started'))
      return err({ kind: 'field_refused', field: 'firmId', value: '', rule: 'firm_named' })
    const named = firmId === null ? ok({ firm_id: null, firm_outside: null }) : await firmFor(tx, dossier, firmId)
    if (!named.ok) return named
    change(dossier, named.value)
    say(dossier, { verb: 'firm', reason: reason || null, data: { firmId: named.value.firm_id } })
    return ok(null)
  },
}

const take: TargetMove<'take_plant'> = {
  from: openStates,
  may: byOwner,
  run: async ({ tx, dossier, input }) => {
    const taken = await takePlant(tx, dossier, input.plantId)
    return taken.ok ? ok(null) : taken
  },
}

const give: TargetMove<'give_plant'> = {
  from: openStates,
  may: (stand, row) => byOwner(stand) ?? only(row.plant_id !== null, 'no_plant'),
  run: async ({ tx, dossier, input: { reason } }) => {
    await givePlant(tx, dossier, reason)
    say(dossier, { verb: 'give_plant', reason })
    return ok(null)
  },
}

const note: TargetMove<'note'> = {
  from: targetStates,
  anyRevision: true,
  may: byOwner,
  run: async ({ tx, dossier, input: { words, fileIds } }) => {
    const proved = await prove(tx, dossier, 'note', { day: null, words, fileIds })
    if (!proved.ok) return proved
    say(dossier, { verb: 'note', reason: words })
    return ok(null)
  },
}

/** How people move a target. */
export const targetMovable: Movable<TargetCase, Stand, Move, TargetError, Standing> = {
  play: targetPlay,
  moves: {
    contact,
    visit,
    sign,
    start,
    produce,
    park,
    resume,
    drop,
    plan,
    reassign,
    firm,
    take_plant: take,
    give_plant: give,
    note,
  },
  standOf: (_tx, { row }, actor) => standOf(actor, row),
  answer: ({ row: { id, state, rev } }) => ({ id, state, rev }),
  guard: ({ stand }) => (isParty(stand) ? null : { kind: 'not_found' }),
  shows: 'here',
}

/** Makes a move: one command, one transaction. */
export const makeMove = (
  deps: CaseDeps,
  actor: Actor,
  id: string,
  move: Move,
): Promise<Result<Standing, TargetError>> => makeCaseMove(deps, actor, targetMovable, id, move)
