import type { Step, StepState } from '@tingzhou/ui'
import type { Detail, State, Texts } from './words.ts'

const path = ['registered', 'dispatched', 'signed', 'handling', 'replied', 'callback', 'closed'] as const
type PathState = (typeof path)[number]

/** Where each state stands on the main path; the side states stand at the step they left. */
const places: Readonly<Record<State, PathState | 'before' | 'after'>> = {
  draft: 'before',
  registered: 'registered',
  declined: 'registered',
  merged: 'registered',
  split: 'registered',
  dispatched: 'dispatched',
  returned: 'dispatched',
  signed: 'signed',
  handling: 'handling',
  waiting: 'handling',
  withdrawn: 'handling',
  replied: 'replied',
  callback: 'callback',
  closed: 'after',
  archived: 'after',
}

/** States in which the appeal left the main path for good. */
const stopped: readonly State[] = ['declined', 'merged', 'split', 'withdrawn']

/** The main path of an appeal with the present state in its place. Pure. */
export function appealSteps(appeal: Detail, t: Texts): readonly Step[] {
  const place = appeal.state === 'withdrawn' ? reached(appeal) : places[appeal.state]
  const now = place === 'before' ? -1 : place === 'after' ? path.length : path.indexOf(place)
  return path.map((key, index) => ({
    key,
    label: index === now && appeal.state !== key ? t(`state.${appeal.state}`) : t(`state.${key}`),
    state: stepState(appeal.state, index, now),
    at: index <= now ? timeOf(appeal, key) : null,
  }))
}

function stepState(state: State, index: number, now: number): StepState {
  if (index < now) return 'done'
  if (index > now) return 'later'
  return stopped.includes(state) ? 'stopped' : 'now'
}

/** How far a withdrawn appeal had come. */
function reached(appeal: Detail): PathState {
  const order = appeal.orders.at(-1)
  if (!order) return 'registered'
  if (order.contactedAt !== null) return 'handling'
  return order.signedAt === null ? 'dispatched' : 'signed'
}

/** When the order that was signed was given: a round that began again keeps the signature of the one before. */
function dispatchedAt({ orders }: Detail): number | null {
  const signedAt = orders.at(-1)?.signedAt ?? null
  const given = orders.findLast((order) => signedAt === null || order.dispatchedAt <= signedAt) ?? orders.at(-1)
  return given?.dispatchedAt ?? null
}

function timeOf(appeal: Detail, step: PathState): number | null {
  const order = appeal.orders.at(-1)
  switch (step) {
    case 'registered':
      return appeal.receivedAt
    case 'dispatched':
      return dispatchedAt(appeal)
    case 'signed':
      return order?.signedAt ?? null
    case 'handling':
      return order?.contactedAt ?? null
    case 'replied':
      return appeal.replies.at(-1)?.at ?? null
    case 'callback':
      return appeal.callbacks.at(-1)?.at ?? null
    case 'closed':
      return null
  }
}
