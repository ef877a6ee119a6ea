import {
  change,
  makeMove as makeCaseMove,
  only,
  say,
  tell,
  write,
  type CaseDeps,
  type CaseError,
  type Movable,
  type MoveSpec,
} from '@tingzhou/casework'
import { at } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { FreightError } from '../problems.ts'
import { opinionDays } from '../rating/words.ts'
import type { ComplaintCase } from './case.ts'
import type { Move, MoveName } from './complaint-contract.ts'
import { dueAfter } from './dues.ts'
import { attachPhotos } from './photos.ts'
import { complaintPlay } from './process.ts'
import { isImpartial, isParty, standOf, type Stand } from './stand.ts'
import { openComplaints, statementsMax, type ComplaintState } from './words.ts'

/** Why a move of a complaint is refused. */
export type ComplaintError = CaseError | Extract<FreightError, { kind: 'field_refused' | `file_${string}` }>
type Spec<N extends MoveName> = MoveSpec<ComplaintCase, Stand, Extract<Move, { move: N }>, ComplaintError>
/** Where a complaint stands after a move. */
export type Standing = {
  readonly id: string
  readonly number: string
  readonly state: ComplaintState
  readonly rev: number
}

/** The platform's people; of a late complaint also those who audit, and nobody of either side. */
function mayHandle(stand: Stand, { escalated_at: late }: ComplaintCase['row']): string | null {
  if (!isImpartial(stand)) return 'own_complaint'
  return only(stand.handler || (late !== null && stand.audit), 'handler_only')
}

const accept: Spec<'accept'> = {
  from: ['opened'],
  may: mayHandle,
  run: async ({ tx, dossier }) => {
    const { deps, now, doer } = dossier
    const answerDueAt = await dueAfter(tx, deps, opinionDays.answerWorking)
    change(dossier, { accepted_by: doer.id, accepted_at: now })
    say(dossier, { verb: 'accept' })
    return ok({ kind: 'complete', node: 'accept', vars: { answerDueAt } })
  },
}

const answer: Spec<'answer'> = {
  from: ['accepted'],
  may: mayHandle,
  run: async ({ tx, dossier, input: { words } }) => {
    const { deps, now, doer } = dossier
    const contentDueAt = await dueAfter(tx, deps, opinionDays.contentWorking)
    change(dossier, { answer: words, answered_by: doer.id, answered_name: doer.name, answered_at: now })
    say(dossier, { verb: 'answer' })
    return ok({ kind: 'complete', node: 'answer', vars: { contentDueAt } })
  },
}

const content: Spec<'content'> = {
  from: ['answered'],
  may: ({ complainer }) => only(complainer, 'complainer_only'),
  run: ({ dossier, input: { words } }) => {
    change(dossier, { reply: words, ended_how: 'content' })
    say(dossier, { verb: 'content' })
    return ok({ kind: 'complete', node: 'hear', vars: { outcome: 'content' } })
  },
}

const notContent: Spec<'not_content'> = {
  from: ['answered'],
  may: ({ complainer }) => only(complainer, 'complainer_only'),
  run: async ({ tx, dossier, input: { words } }) => {
    const reviewDueAt = await dueAfter(tx, dossier.deps, opinionDays.reviewWorking)
    change(dossier, { reply: words })
    say(dossier, { verb: 'not_content' })
    return ok({ kind: 'complete', node: 'hear', vars: { outcome: 'not_content', reviewDueAt } })
  },
}

const review: Spec<'review'> = {
  from: ['reviewing'],
  may: (stand) => {
    if (!isImpartial(stand)) return 'own_complaint'
    return only(stand.audit || stand.admin, 'reviewer_only') ?? only(!stand.handled, 'another_person')
  },
  run: ({ dossier, input: { decision, words } }) => {
    const { id, name } = dossier.doer
    change(dossier, { decision, decision_words: words, decided_by: id, decided_name: name, ended_how: 'decided' })
    say(dossier, { verb: 'review', data: { decision } })
    return ok({ kind: 'complete', node: 'review', vars: {} })
  },
}

const state: Spec<'state'> = {
  from: openComplaints,
  anyRevision: true,
  may: ({ complainer, other }) => only(complainer || other, 'sides_only'),
  run: async ({ tx, dossier, stand, input: { words, photoIds } }) => {
    const { deps, row, now, doer } = dossier
    const seq = row.statements + 1
    if (seq > statementsMax)
      return err({ kind: 'field_refused', field: 'words', value: String(statementsMax), rule: 'statements_max' })
    const attached = await attachPhotos(tx, { zoneId: deps.zoneId, id: row.id, actorId: doer.id, now }, photoIds)
    if (!attached.ok) return attached
    const author = { by_complainer: stand.complainer, author_id: doer.id, author_name: doer.name }
    write(
      dossier,
      tx
        .insertInto('freight_complaint_statement')
        .values({ zone_id: deps.zoneId, complaint_id: row.id, seq, ...author, words, said_at: at(now) }),
    )
    change(dossier, { statements: seq })
    say(dossier, { verb: 'state', data: { by: stand.complainer ? 'complainer' : 'other' } })
    tell(dossier, 'complaint_stated')
    return ok(null)
  },
}

const withdraw: Spec<'withdraw'> = {
  from: openComplaints,
  may: ({ complainer }) => only(complainer, 'complainer_only'),
  run: ({ dossier, input: { words } }) => {
    // What was said to the answer stays, unless something else is said now.
    if (words !== '') change(dossier, { reply: words })
    say(dossier, { verb: 'withdraw' })
    return ok({ kind: 'message', name: 'withdraw', vars: {} })
  },
}

/** How people move a complaint. */
export const complaintMovable: Movable<ComplaintCase, Stand, Move, ComplaintError, Standing> = {
  play: complaintPlay,
  moves: { accept, answer, content, not_content: notContent, review, state, withdraw },
  standOf: (_tx, { row }, actor) => standOf(actor, row),
  answer: ({ row: { id, number, state: now, rev } }) => ({ id, number, state: now, rev }),
  guard: ({ stand }) => (isParty(stand) ? null : { kind: 'not_found' }),
}

/** Makes a move: one command, one transaction. */
export const makeMove = (
  deps: CaseDeps,
  actor: Actor,
  id: string,
  move: Move,
): Promise<Result<Standing, ComplaintError>> => makeCaseMove(deps, actor, complaintMovable, id, move)
