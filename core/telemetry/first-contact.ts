import * as z from 'zod'

/** Minutes between two minute records. Source: HJ 212-2017 table 4. */
export const minuteIntervals = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30] as const

const StartOrStop = z.enum(['start', 'stop']).nullable()

/**
 * What an HJ 212 data logger is told when it calls for the first time, and again when this is set otherwise; null: nothing of it.
 * Source: HJ 212-2017 clause 6.7, tables 1 and 4.
 */
export const FirstContact = z.object({
  setClock: z.boolean().describe('1012, where its clock is more than a minute off or it does not tell it.'),
  retries: z
    .object({
      overTimeS: z.int().min(1).max(3_600).describe('How long it waits for an answer, s.'),
      repeats: z.int().min(0).max(99).describe('How often it sends again.'),
    })
    .nullable()
    .describe('1000.'),
  realtimeS: z.int().min(30).max(3_600).nullable().describe('1062: how often it sends what it measures, s.'),
  minutes: z.literal(minuteIntervals).nullable().describe('1064: of how many minutes a minute record is.'),
  realtime: StartOrStop.describe('2011, 2012: whether it sends what it measures.'),
  states: StartOrStop.describe('2021, 2022: whether it sends the states of its equipment.'),
})
export type FirstContact = z.output<typeof FirstContact>

/** An order of the first contact. */
export type ContactOrder = { readonly kind: string; readonly body: Readonly<Record<string, number>> }

/**
 * The orders that a first contact comes to, in the order of the standard. Pure.
 * @param isClockOff  whether its clock is known to be off, or is not known
 */
export function contactOrders(wish: FirstContact, isClockOff: boolean): readonly ContactOrder[] {
  const { setClock, retries, realtimeS, minutes, realtime, states } = wish
  return [
    ...(setClock && isClockOff ? [{ kind: 'set_time', body: {} }] : []),
    ...(retries ? [{ kind: 'set_retries', body: { ...retries } }] : []),
    ...(realtimeS === null ? [] : [{ kind: 'set_realtime_interval', body: { intervalS: realtimeS } }]),
    ...(minutes === null ? [] : [{ kind: 'set_minute_interval', body: { intervalMin: minutes } }]),
    ...(realtime === null ? [] : [{ kind: `${realtime}_realtime`, body: {} }]),
    ...(states === null ? [] : [{ kind: `${states}_states`, body: {} }]),
  ]
}

/** Whether a logger has been told what it is to be told. Pure. */
export function isTold({
  firstContact: wish,
  contacted: told,
}: {
  readonly firstContact?: FirstContact
  readonly contacted?: FirstContact
}): boolean {
  if (!wish) return true
  return (
    told !== undefined &&
    told.setClock === wish.setClock &&
    told.retries?.overTimeS === wish.retries?.overTimeS &&
    told.retries?.repeats === wish.retries?.repeats &&
    told.realtimeS === wish.realtimeS &&
    told.minutes === wish.minutes &&
    told.realtime === wish.realtime &&
    told.states === wish.states
  )
}
