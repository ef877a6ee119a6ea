/** The states of an alarm. Source: ISA-18.2, alarm state transition diagram, with latched variants. */
export const alarmStates = [
  'unack_active',
  'ack_active',
  'unack_returned',
  'unack_latched',
  'ack_latched',
  'shelved',
  'suppressed',
  'out_of_service',
  'normal',
] as const
export type AlarmState = (typeof alarmStates)[number]

/** States that somebody must still acknowledge. */
export const waitingStates: readonly AlarmState[] = ['unack_active', 'unack_returned', 'unack_latched']

/** What keeps an alarm quiet. */
export type Hold = 'shelved' | 'suppressed' | 'out_of_service'

/** The facts that a state follows from. */
export type Facts = {
  readonly startedAt: number
  readonly endedAt: number | null
  readonly announcedAt: number | null
  readonly ackedAt: number | null
  readonly closedAt: number | null
  readonly hold: Hold | null
  readonly latch: boolean
  /** Only on record. */
  readonly late: boolean
}

/**
 * The state that facts amount to.
 * Source: ISA-18.2. O(1).
 */
export function stateOf({ endedAt, ackedAt, closedAt, hold, latch }: Facts): AlarmState {
  if (closedAt !== null) return 'normal'
  if (endedAt === null || latch) {
    if (hold !== null) return hold
    if (endedAt === null) return ackedAt === null ? 'unack_active' : 'ack_active'
    return ackedAt === null ? 'unack_latched' : 'ack_latched'
  }
  return 'unack_returned'
}

/** What happens to an alarm that stands. */
export type Change =
  | { readonly verb: 'return'; readonly at: number }
  | { readonly verb: 'acknowledge'; readonly at: number }
  | { readonly verb: 'reset'; readonly at: number }
  | { readonly verb: 'hold'; readonly at: number; readonly hold: Hold }
  | { readonly verb: 'release'; readonly at: number; readonly hold: Hold }
  /** It came again and the new one takes its place. */
  | { readonly verb: 'replace'; readonly at: number }

// What was taken out of service stays so while the machine stands; what the machine keeps quiet is not shelved twice.
const strength: Readonly<Record<Hold, number>> = { shelved: 1, suppressed: 2, out_of_service: 3 }

/** What keeps an alarm quiet that somebody holds, or nobody does, while the machine may stand. O(1). */
export const strongest = (held: Hold | null, isSuppressed: boolean): Hold | null =>
  isSuppressed && (held === null || strength[held] < strength.suppressed) ? 'suppressed' : held

/**
 * The facts after a change; null: the change does not apply, such as a second acknowledgement.
 * Source: ISA-18.2. Pure. O(1).
 */
export function after(facts: Facts, change: Change): Facts | null {
  if (facts.closedAt !== null) return null
  switch (change.verb) {
    case 'return':
      return facts.endedAt === null
        ? closeIfDone({ ...facts, endedAt: Math.max(change.at, facts.startedAt) }, change.at)
        : null
    case 'acknowledge':
      return facts.ackedAt === null && facts.hold === null
        ? closeIfDone({ ...facts, ackedAt: change.at }, change.at)
        : null
    case 'reset':
      return facts.latch && facts.endedAt !== null && facts.ackedAt !== null && facts.hold === null
        ? { ...facts, closedAt: change.at }
        : null
    case 'hold':
      return facts.hold === null || strength[change.hold] > strength[facts.hold]
        ? closeIfDone({ ...facts, hold: change.hold }, change.at)
        : null
    case 'release':
      return facts.hold === change.hold
        ? closeIfDone({ ...facts, hold: null, announcedAt: facts.announcedAt ?? change.at }, change.at)
        : null
    case 'replace':
      return { ...facts, closedAt: change.at }
  }
}

/** What has ended leaves the list when nobody needs to see it any more: acknowledged, or kept quiet; a latched one is reset first. */
function closeIfDone(facts: Facts, at: number): Facts {
  if (facts.endedAt === null || facts.latch) return facts
  return facts.ackedAt !== null || facts.hold !== null ? { ...facts, closedAt: at } : facts
}

/** The facts of a new alarm. Pure. O(1). */
export function newFacts(at: number, now: number, hold: Hold | null, latch: boolean, late: boolean): Facts {
  const quiet = hold !== null || late
  return {
    startedAt: at,
    endedAt: null,
    announcedAt: quiet ? null : now,
    ackedAt: null,
    closedAt: late ? now : null,
    hold: late ? null : hold,
    latch,
    late,
  }
}
