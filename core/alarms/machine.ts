import type { AlarmRule } from './rule.ts'

/** What a value says of a condition: met, over, or between the two, where it stays as it was. */
export const verdict = { over: -1, between: 0, met: 1 } as const
export type Verdict = (typeof verdict)[keyof typeof verdict]

export const phase = { normal: 0, pending: 1, active: 2, ending: 3 } as const
export type Phase = (typeof phase)[keyof typeof phase]

/** Where one condition of one point stands. */
export type Machine = {
  phase: Phase
  /** Since when it is pending or ending, milliseconds since the epoch. */
  since: number
  /** When the alarm that stands began. */
  startedAt: number
}

export type Delays = { readonly onMs: number; readonly offMs: number }

/** Hears that an alarm begins or ends. */
export type Told = (what: 'raise' | 'return', at: number) => void

export const newMachine = (): Machine => ({ phase: phase.normal, since: 0, startedAt: 0 })

/** Whether an alarm stands: what waits for its off-delay has not ended yet. O(1). */
export const isActive = ({ phase: now }: Machine): boolean => now === phase.active || now === phase.ending

/** How patient a rule is. O(1). */
export const delaysOf = ({ onDelayS, offDelayS }: Pick<AlarmRule, 'onDelayS' | 'offDelayS'>): Delays => ({
  onMs: onDelayS * 1_000,
  offMs: offDelayS * 1_000,
})

/**
 * Lets time pass: a value holds until the next one comes, so a delay may be over before it does.
 * What begins or ends is dated by the delay, whoever notices it first: a value or the timer.
 * @param now  milliseconds since the epoch
 * Source: ISA-18.2 on-delay and off-delay. O(1).
 */
export function letPass(machine: Machine, delays: Delays, now: number, tell: Told): void {
  if (machine.phase === phase.pending && now - machine.since >= delays.onMs) begin(machine, delays, tell)
  else if (machine.phase === phase.ending && now - machine.since >= delays.offMs) end(machine, delays, tell)
}

/**
 * Takes what a value says.
 * @param at  the value's own time, not before that of the one before
 * Source: ISA-18.2 on-delay, off-delay and deadband. O(1).
 */
export function take(machine: Machine, delays: Delays, at: number, says: Verdict, tell: Told): void {
  letPass(machine, delays, at, tell)
  if (says === verdict.met) {
    if (machine.phase === phase.ending) machine.phase = phase.active
    else if (machine.phase === phase.normal) {
      machine.phase = phase.pending
      machine.since = at
      if (delays.onMs === 0) begin(machine, delays, tell)
    }
    return
  }
  if (machine.phase === phase.pending) machine.phase = phase.normal
  else if (machine.phase === phase.active && says === verdict.over) {
    machine.phase = phase.ending
    machine.since = at
    if (delays.offMs === 0) end(machine, delays, tell)
  }
}

/** When time alone changes it; null: it waits for a value. O(1). */
export function dueAt({ phase: now, since }: Machine, { onMs, offMs }: Delays): number | null {
  if (now === phase.pending) return since + onMs
  return now === phase.ending ? since + offMs : null
}

function begin(machine: Machine, { onMs }: Delays, tell: Told): void {
  machine.phase = phase.active
  machine.startedAt = machine.since + onMs
  tell('raise', machine.startedAt)
}

function end(machine: Machine, { offMs }: Delays, tell: Told): void {
  machine.phase = phase.normal
  tell('return', machine.since + offMs)
}
