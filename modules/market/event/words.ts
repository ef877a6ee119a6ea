export const eventStates = ['draft', 'open', 'planned', 'held', 'followed', 'cancelled'] as const
/** Where a matchmaking day is: firms register while it is open, and still while it is planned. */
export type EventState = (typeof eventStates)[number]

export const eventSteps = ['open', 'hold', 'cancel'] as const
export type EventStep = (typeof eventSteps)[number]

export const firmStates = ['invited', 'registered', 'withdrawn'] as const
export type EventFirmState = (typeof firmStates)[number]

export const leftOuts = ['firm_full', 'never_together', 'tables_full', 'others_first', 'removed'] as const
/** Why two firms have no slot. */
export type LeftOutReason = (typeof leftOuts)[number]

export const meetingStates = ['planned', 'held', 'no_show'] as const
export type MeetingState = (typeof meetingStates)[number]

export const results = ['agreed', 'talks', 'nothing'] as const
export type MeetingResult = (typeof results)[number]

export const enteredBy = ['buyer', 'seller', 'officer'] as const
export type EnteredBy = (typeof enteredBy)[number]

export const followDays = [30, 90] as const
export type FollowDays = (typeof followDays)[number]

export const outcomes = ['delivered', 'partly', 'talks', 'fallen'] as const
/** What came of a meeting after the day; `partly`: some was delivered. */
export type Outcome = (typeof outcomes)[number]

export const followViews = ['today', 'overdue', 'open', 'answered'] as const
export type FollowView = (typeof followViews)[number]

/** A firm that answers a question later than this many days after it was due is late. */
export const answerDays = 7
/** Firms of one day, and pairs that are planned at most. */
export const firmsMax = 500
export const pairsMax = 2_000
export const slotsMax = 96

/** Meetings a day has room for one after another. Pure. O(1). */
export const slotsOf = (fromMinute: number, toMinute: number, meetingMinutes: number): number =>
  Math.floor((toMinute - fromMinute) / meetingMinutes)

/** When a slot begins, `09:15`. Pure. O(1). */
export const timeOfSlot = (fromMinute: number, meetingMinutes: number, slot: number): string =>
  timeOf(fromMinute + slot * meetingMinutes)

/** Minutes since midnight as a time of day. Pure. O(1). */
export const timeOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** Minutes since midnight of `HH:MM`. Pure. O(1). */
export const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
