/** The closed word lists of referral; free of server code, so that the browser may import them. */
export const institutionKinds = ['care_home', 'hospital'] as const
export const directions = ['up', 'down'] as const
export const urgencies = ['emergency', 'urgent', 'planned'] as const
export const orderStates = [
  'offered',
  'coordinating',
  'accepted',
  'on_the_way',
  'in_care',
  'returning',
  'summary',
  'follow_up',
  'closed',
  'handed_back',
  'cancelled',
  'unplaced',
] as const
/** What the patient, or who speaks for them, agreed to pass on. Without `care` nothing travels. */
export const consentScopes = ['care', 'files', 'follow_up'] as const
/** What the receiving side must have ready. */
export const needCodes = [
  'oxygen',
  'tube_feeding',
  'catheter',
  'pressure_sore',
  'dialysis',
  'isolation',
  'wheelchair',
  'cognition',
] as const
export const readReasons = ['assess', 'treat', 'handover', 'coordinate', 'follow_up', 'check'] as const
/** What a line of the log of readings says: why somebody read, or that a file was opened. */
export const readingKinds = [...readReasons, 'file'] as const
export const concludeReasons = ['settled', 'home', 'transferred', 'died', 'other'] as const
export const followUpResults = ['stable', 'improved', 'worse', 'readmitted', 'lost'] as const
export const offerAnswers = ['accepted', 'declined', 'expired', 'withdrawn'] as const

export type InstitutionKind = (typeof institutionKinds)[number]
export type Direction = (typeof directions)[number]
export type Urgency = (typeof urgencies)[number]
export type OrderState = (typeof orderStates)[number]
export type OfferAnswer = (typeof offerAnswers)[number]
export type CareEnd = 'returned' | 'concluded'
export type Side = 'hand_over' | 'take_over'

/** States in which nobody owes anything any more. */
export const overStates: readonly OrderState[] = ['closed', 'handed_back', 'cancelled', 'unplaced']
/** States before the arrival: the order can still be cancelled. */
export const beforeArrival: readonly OrderState[] = ['offered', 'coordinating', 'accepted', 'on_the_way']

/** Whether somebody still owes something. O(1). */
export const isOpenState = (state: OrderState): boolean => !overStates.includes(state)

/** Which way a patient goes when an institution of this kind sends them. O(1). */
export const directionFrom = (kind: InstitutionKind): Direction => (kind === 'care_home' ? 'up' : 'down')
