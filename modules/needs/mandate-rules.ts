import { err, ok, type Result } from '@tingzhou/kernel'
import { hasRole, partiesOf, type Actor } from '@tingzhou/parties'
import type { mandateStates, MandateMove } from './mandates-contract.ts'

export type MandateState = (typeof mandateStates)[number]
export type MandateMoveName = MandateMove['move']
/** Who may make a move: the enterprise entrusts and takes back, the guide works. */
type Side = 'enterprise' | 'guide'

type Transition = {
  readonly from: readonly MandateState[]
  readonly to: MandateState
  readonly by: readonly Side[]
  readonly form: 'mandate' | 'pause' | 'continue' | 'finish' | null
}

/**
 * The life of a mandate 代办委托. Only the enterprise accepts and continues; either side ends it at any time: free and voluntary.
 * Source: casework.md §2; the forms are the annexes of DB3205/T 1077-2023.
 */
export const transitions: Readonly<Record<MandateMoveName, Transition>> = {
  accept: { from: ['offered'], to: 'accepted', by: ['enterprise'], form: 'mandate' },
  start: { from: ['accepted'], to: 'active', by: ['guide'], form: null },
  pause: { from: ['active', 'resumed'], to: 'paused', by: ['guide'], form: 'pause' },
  resume: { from: ['paused'], to: 'resumed', by: ['enterprise'], form: 'continue' },
  finish: { from: ['active', 'resumed'], to: 'finished', by: ['guide'], form: 'finish' },
  terminate: {
    from: ['offered', 'accepted', 'active', 'paused', 'resumed'],
    to: 'terminated',
    by: ['enterprise', 'guide'],
    form: null,
  },
}

export const moveNames = ['accept', 'start', 'pause', 'resume', 'finish', 'terminate'] as const

export type MandateView = {
  readonly state: MandateState
  readonly enterpriseId: string
  readonly guideId: string
  readonly from: string | null
  readonly to: string | null
}

export type MandateRefusal =
  | { readonly kind: 'mandate_move'; readonly move: MandateMoveName; readonly state: MandateState }
  | { readonly kind: 'mandate_actor'; readonly move: MandateMoveName; readonly who: readonly Side[] }

/** Whether the actor may make the move now. Pure. O(memberships). */
export function checkMandateMove(
  mandate: MandateView,
  move: MandateMoveName,
  actor: Actor,
): Result<Transition, MandateRefusal> {
  const transition = transitions[move]
  const stands: Record<Side, boolean> = {
    enterprise: partiesOf(actor, 'enterprise').includes(mandate.enterpriseId),
    guide: actor.accountId === mandate.guideId && hasRole(actor, 'guide'),
  }
  if (!transition.by.some((side) => stands[side])) return err({ kind: 'mandate_actor', move, who: transition.by })
  if (!transition.from.includes(mandate.state)) return err({ kind: 'mandate_move', move, state: mandate.state })
  return ok(transition)
}

/** Whether the guide may act for the enterprise on a day. O(1). */
export const isInForce = ({ state, from, to }: Pick<MandateView, 'state' | 'from' | 'to'>, today: string): boolean =>
  (state === 'active' || state === 'resumed') && (from === null || from <= today) && (to === null || today <= to)
