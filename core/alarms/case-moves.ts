import {
  change,
  makeMove,
  only,
  say,
  tell,
  type CaseDeps,
  type CaseError,
  type Movable,
  type MoveStep,
  type Told,
} from '@tingzhou/casework'
import { attachFiles, type AttachError } from '@tingzhou/files'
import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, type Actor } from '@tingzhou/parties'
import { answerDue, casePlay, type AlarmCase } from './case.ts'
import type { CaseMove } from './contract.ts'
import { watches, watchRoles } from './reach.ts'

export type CaseMoveError =
  | CaseError
  | AttachError
  | { readonly kind: 'proof_missing'; readonly field: 'words'; readonly value: string }

type Moved = { readonly id: string; readonly state: AlarmCase['row']['state']; readonly rev: number }
type Step<M extends CaseMove['move']> = MoveStep<AlarmCase, Actor, Extract<CaseMove, { move: M }>>
type Outcome = Promise<Result<Told, CaseMoveError>> | Result<Told, CaseMoveError>

const hands = (actor: Actor, row: AlarmCase['row']) => only(watches(actor, row.party_id), 'not_yours')
const office = (actor: Actor) => only(hasRole(actor, ...watchRoles), 'watch_only')
/** Somebody else than who answered: the zone's own watch, or another one of the enterprise's people. */
const checks = (actor: Actor, row: AlarmCase['row']) =>
  office(actor) ?? only(actor.accountId !== row.responded_by, 'own_response')

/** How people move the case of an alarm. */
export const caseMovable: Movable<AlarmCase, Actor, CaseMove, CaseMoveError, Moved> = {
  play: casePlay,
  moves: {
    respond: { from: ['responding'], node: 'respond', may: hands, run: respond },
    verify: { from: ['verifying'], node: 'verify', may: checks, run: verify },
    redo: { from: ['verifying'], node: 'verify', may: checks, run: redo },
    note: { from: ['responding', 'verifying', 'closed'], anyRevision: true, may: hands, run: note },
  },
  standOf: (_tx, _dossier, actor) => actor,
  answer: ({ row: { id, state, rev } }) => ({ id, state, rev }),
  guard: ({ dossier: { row }, stand }) => (watches(stand, row.party_id) ? null : { kind: 'not_found' }),
}

/** Makes a move on the case of an alarm: one command, one transaction. */
export const moveCase = (
  deps: CaseDeps,
  actor: Actor,
  id: string,
  move: CaseMove,
): Promise<Result<Moved, CaseMoveError>> => makeMove(deps, actor, caseMovable, id, move)

async function respond({ tx, dossier, stand: actor, input }: Step<'respond'>): Promise<Result<Told, CaseMoveError>> {
  const { deps, row, now } = dossier
  const attached = await attachFiles(tx, deps.zoneId, {
    objectKind: 'alarm_case',
    objectId: row.id,
    fileIds: input.fileIds,
    actorId: actor.accountId,
    now,
  })
  if (!attached.ok) return attached
  change(dossier, {
    response: input.words,
    responded_by: actor.accountId,
    responded_name: actor.name,
    responded_at: now,
  })
  say(dossier, { verb: 'respond', reason: input.words, data: { files: input.fileIds.length } })
  return ok({ kind: 'complete', node: 'respond', vars: {} })
}

function verify({ dossier, stand: actor, input }: Step<'verify'>): Outcome {
  const { row } = dossier
  // An alarm that still stands is no proof that what was done helped: whoever closes all the same says why.
  if (row.cleared_at === null && input.words === '') return err({ kind: 'proof_missing', field: 'words', value: '' })
  change(dossier, { verdict: input.words, verified_by: actor.accountId, verified_name: actor.name })
  say(dossier, { verb: 'verify', reason: input.words || null })
  return ok({ kind: 'complete', node: 'verify', vars: { outcome: 'verify' } })
}

function redo({ dossier, input }: Step<'redo'>): Outcome {
  say(dossier, { verb: 'redo', reason: input.words })
  const dueAt = answerDue(dossier.row.level, dossier.now)
  return ok({ kind: 'complete', node: 'verify', vars: { outcome: 'redo', dueAt } })
}

function note({ dossier, input }: Step<'note'>): Outcome {
  say(dossier, { verb: 'note', reason: input.words })
  tell(dossier, 'case_noted')
  return ok(null)
}
