import {
  expectRevision,
  runCommand,
  type CommandReused,
  type StaleRevision,
  type Tx,
  type WriteBatch,
} from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import type { CaseShape } from './case-kind.ts'
import { openDossier, type Dossier } from './dossier.ts'
import type { CasePlay } from './host.ts'
import { tellProcess, type ProcessRefused, type TaskGone, type Told } from './told.ts'

/** Why a move of any kind of case is refused; `caseProblems` has a row for each. */
export type CaseError =
  | { readonly kind: 'not_found' }
  | {
      readonly kind: 'not_in_state'
      readonly move: string
      readonly state: string
      readonly rule: string
      readonly states: readonly string[]
    }
  /** `reason` is a key of the module's texts under `reason.` */
  | { readonly kind: 'not_allowed'; readonly move: string; readonly reason: string }
  | TaskGone
  | ProcessRefused
  /** Somebody moved the case meanwhile: where it stands now. */
  | (StaleRevision & { readonly state: string })
  | CommandReused

export type MoveStep<C extends CaseShape, S, M> = {
  readonly tx: Tx
  readonly dossier: Dossier<C>
  readonly stand: S
  readonly input: M
}

/** One move: where it begins, who may make it, what it does. */
export type MoveSpec<C extends CaseShape, S, M, E> = {
  readonly from: readonly C['row']['state'][]
  /** The task or message that it answers, where several share a state or each is answered once. */
  readonly node?: string
  /** Why it is not offered while `node` is not reached, a key of the reasons; `not_reached` when absent. */
  readonly unreached?: string
  /** Two may make it at once: neither looked at what the other wrote. */
  readonly anyRevision?: true
  /** null: may; else the key of the reason. Pure. */
  readonly may: (stand: S, row: C['row']) => string | null
  /** Decides and says; gives what the process is told. */
  readonly run: (step: MoveStep<C, S, M>) => Result<Told, E> | Promise<Result<Told, E>>
}

/** What a contract calls a move. */
export type NamedMove = { readonly move: string; readonly rev: number; readonly commandId: string }
export type MoveTable<C extends CaseShape, S, M extends NamedMove, E> = {
  readonly [N in M['move']]: MoveSpec<C, S, Extract<M, { move: N }>, E>
}

/** How people move cases of a kind. */
export type Movable<C extends CaseShape, S, M extends NamedMove, E, A> = {
  readonly play: CasePlay<C>
  readonly moves: MoveTable<C, S, M, E>
  /** What somebody is to the case. */
  readonly standOf: (tx: Tx, dossier: Dossier<C>, actor: Actor) => S | Promise<S>
  /** What the command answers. */
  readonly answer: (dossier: Dossier<C>) => A
  /** Refuses before anything else is looked at, such as somebody who has nothing to do with the case. */
  readonly guard?: (step: MoveStep<C, S, M>) => E | null | Promise<E | null>
  /** The state is asked before the person: what somebody is to a case follows from its state. */
  readonly stateFirst?: true
  /** For whom somebody speaks who makes another's move; null: for nobody else. */
  readonly behalfOf?: (actor: Actor, row: C['row']) => string | null
  /**
   * Which moves are shown that cannot be made: every one (`all`), those that begin in the state (`here`), or, when absent,
   * those and whatever the person may make in another state.
   */
  readonly shows?: 'all' | 'here'
  /** What of a move makes it the same command when it comes again; absent: all of it. */
  readonly content?: (move: M) => unknown
  /** The module's own words for a refusal. */
  readonly wording?: (error: CaseError) => E | CaseError
}

/** Passes when the condition holds, else gives the reason. Pure. O(1). */
export const only = (holds: boolean, reason: string): string | null => (holds ? null : reason)

/**
 * Makes a move: one command, one transaction. A repeat of the command id gives the first answer; an older revision is refused
 * with the present one.
 * @returns the module's answer, or why not
 */
export function makeMove<C extends CaseShape, S, M extends NamedMove, E, A>(
  deps: C['deps'],
  actor: Actor,
  movable: Movable<C, S, M, E, A>,
  id: string,
  move: M,
): Promise<Result<A, E | CaseError>> {
  const { module, objectKind } = movable.play.kind
  // The command's row keeps a digest of the input, never the words themselves.
  const command = {
    commandId: move.commandId,
    actorId: actor.accountId,
    name: `${module}.${objectKind}.${move.move}`,
    input: { id, move: movable.content?.(move) ?? move },
  }
  return runCommand(deps, command, async (tx, last): Promise<Result<A, E | CaseError>> => {
    const moved = await moveCase(tx, last, deps, actor, movable, id, move)
    return moved.ok || moved.from === 'rule' ? moved : err(movable.wording?.(moved.error) ?? moved.error)
  })
}

/** A refusal, and whether a rule of the module gave it. */
type Moved<A, E> =
  | { readonly ok: true; readonly value: A }
  | { readonly ok: false; readonly from: 'rule'; readonly error: E }
  | { readonly ok: false; readonly from: 'case'; readonly error: CaseError }

async function moveCase<C extends CaseShape, S, M extends NamedMove, E, A>(
  tx: Tx,
  last: WriteBatch,
  deps: C['deps'],
  actor: Actor,
  movable: Movable<C, S, M, E, A>,
  id: string,
  input: M,
): Promise<Moved<A, E>> {
  const { move } = input
  const { play } = movable
  const no = (error: CaseError) => ({ ok: false, from: 'case', error }) as const
  const dossier = await openDossier(tx, deps, play.kind, id, { by: 'actor', actor, verb: move }, last)
  if (!dossier) return no({ kind: 'not_found' })
  const stand = await movable.standOf(tx, dossier, actor)
  const step = { tx, dossier, stand, input }
  const kept = (await movable.guard?.(step)) ?? null
  if (kept) return { ok: false, from: 'rule', error: kept }
  const spec = specOf(movable, move)
  const refused = refusalOf(movable, spec, step)
  if (refused) return no(refused)
  dossier.onBehalfOf = movable.behalfOf?.(actor, dossier.row) ?? null
  const told = await spec.run(step)
  if (!told.ok) return { ...told, from: 'rule' }
  const done = await tellProcess(tx, play, dossier, move, told.value)
  return done.ok ? { ok: true, value: movable.answer(dossier) } : no(done.error)
}

/** The name of the move picks the entry of its own type. */
const specOf = <C extends CaseShape, S, M extends NamedMove, E, A>(
  { moves }: Pick<Movable<C, S, M, E, A>, 'moves'>,
  move: M['move'],
) => moves[move] as unknown as MoveSpec<C, S, M, E>

/** What all moves share: the revision, the person, the state. */
function refusalOf<C extends CaseShape, S, M extends NamedMove, E, A>(
  { stateFirst }: Pick<Movable<C, S, M, E, A>, 'stateFirst'>,
  spec: MoveSpec<C, S, M, E>,
  { dossier: { row }, stand, input: { move, rev } }: MoveStep<C, S, M>,
): CaseError | null {
  const { state } = row
  const fresh = spec.anyRevision ? ok(undefined) : expectRevision(row.rev, rev)
  if (!fresh.ok) return { ...fresh.error, state }
  const reason = spec.may(stand, row)
  const misplaced = !spec.from.includes(state)
  if (reason !== null && !(misplaced && stateFirst)) return { kind: 'not_allowed', move, reason }
  return misplaced ? { kind: 'not_in_state', move, state, rule: spec.from.join(', '), states: spec.from } : null
}

/** A move as it is offered: allowed, or with the key of the reason. */
export type MoveOffer<N extends string = string> = {
  readonly move: N
  readonly allowed: boolean
  readonly reason: string | null
}

/**
 * The moves of a case as somebody stands to it. Pure. O(moves).
 * @param nodes  nodes with an open task or a waiting message, for moves that answer one
 */
export function offerMoves<C extends CaseShape, S, M extends NamedMove, E, A>(
  movable: Pick<Movable<C, S, M, E, A>, 'moves' | 'shows' | 'stateFirst'>,
  stand: S,
  row: C['row'],
  nodes: ReadonlySet<string> = new Set(),
): MoveOffer<M['move']>[] {
  // Object.keys of a table gives its own moves.
  const names = Object.keys(movable.moves) as M['move'][]
  return names.flatMap((move): readonly MoveOffer<M['move']>[] => {
    const spec = specOf(movable, move)
    const reason = spec.may(stand, row)
    const fits = spec.from.includes(row.state)
    const isShown = fits || movable.shows === 'all' || (movable.shows === undefined && reason === null)
    if (!isShown) return []
    const misplaced = fits ? null : 'not_in_state'
    const unreached = spec.node === undefined || nodes.has(spec.node) ? null : (spec.unreached ?? 'not_reached')
    const why = (movable.stateFirst ? (misplaced ?? reason) : (reason ?? misplaced)) ?? unreached
    return [{ move, allowed: why === null, reason: why }]
  })
}
