import { i18n, type Shape, type Tone } from '@tingzhou/ui'
import type { z } from 'zod'
import type { AppealDetail, AppealRow, AppealState, ClockView, UrgencyClass } from '../appeal-contract.ts'

export type State = z.infer<typeof AppealState>
export type Row = z.infer<typeof AppealRow>
export type Detail = z.infer<typeof AppealDetail>
export type Clock = z.infer<typeof ClockView>
export type Class = z.infer<typeof UrgencyClass>
export type Texts = (key: string, values?: Readonly<Record<string, unknown>>) => string

/** How a state looks; the word is said beside it. */
export const stateLooks: Readonly<Record<State, { readonly tone: Tone; readonly shape: Shape }>> = {
  draft: { tone: 'plain', shape: 'ring' },
  registered: { tone: 'busy', shape: 'ring' },
  declined: { tone: 'plain', shape: 'cross' },
  merged: { tone: 'plain', shape: 'square' },
  split: { tone: 'plain', shape: 'square' },
  dispatched: { tone: 'busy', shape: 'ring' },
  returned: { tone: 'attention', shape: 'triangle' },
  signed: { tone: 'busy', shape: 'dot' },
  handling: { tone: 'busy', shape: 'dot' },
  waiting: { tone: 'attention', shape: 'pause' },
  replied: { tone: 'good', shape: 'dot' },
  callback: { tone: 'good', shape: 'dot' },
  closed: { tone: 'good', shape: 'check' },
  archived: { tone: 'plain', shape: 'check' },
  withdrawn: { tone: 'plain', shape: 'cross' },
}

export const endStates: readonly State[] = ['closed', 'archived', 'declined', 'withdrawn', 'merged']
export const closedStates: readonly State[] = ['closed', 'archived']

/** A text that the server names by key; a key this bundle does not know is shown by a general text, never bare. */
export function keyed(t: Texts, prefix: string, key: string | null, otherwise: string): string {
  return key !== null && i18n.exists(`needs:${prefix}.${key}`) ? t(`${prefix}.${key}`) : otherwise
}

// A due time outside office hours, or passed since the office closed: no working minute lies between it and now.
const workingSecondsMin = 60

/** The clock as the kit's case card wants it: in working time, or in plain time where that says nothing. */
export function caseClock(appeal: { readonly state: State; readonly clock: Clock | null }) {
  const { clock } = appeal
  if (closedStates.includes(appeal.state)) return { state: 'done' } as const
  if (!clock) return { state: 'none' } as const
  const state = clock.paused ? 'paused' : 'running'
  const { dueAt, workingSecondsLeft: left } = clock
  if (left === null || Math.abs(left) < workingSecondsMin)
    return { state, dueAt, leftSeconds: null, basis: 'calendar' } as const
  return { state, dueAt, leftSeconds: left, basis: 'working' } as const
}

/** Why somebody supervises: a rung of the ladder by its key, or a person's own words. */
export function supervisionReason(t: Texts, reason: string): string {
  return keyed(t, 'ladder', reason, reason)
}
