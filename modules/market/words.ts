export const postingKinds = ['offer', 'need'] as const
export type PostingKind = (typeof postingKinds)[number]

/** Goods, services, or seats of a trade; no person is named in any. */
export const subjects = ['goods', 'service', 'talent'] as const
export type Subject = (typeof subjects)[number]

export const postingStates = ['draft', 'open', 'matched', 'closed', 'expired', 'withdrawn'] as const
export type PostingState = (typeof postingStates)[number]

export const visibilities = ['zone', 'invited'] as const
export type Visibility = (typeof visibilities)[number]

export const dealStates = ['proposed', 'agreed', 'refused', 'lapsed', 'cancelled', 'delivered'] as const
export type DealState = (typeof dealStates)[number]

/** Who brought the two together: a firm, the platform's assignment, a request for quotation, a matchmaking day. */
export const dealSources = ['firm', 'assignment', 'rfq', 'event'] as const
export type DealSource = (typeof dealSources)[number]

/** Open for answers; closed, to be awarded; closed without any answer; every line awarded or given up; taken back. */
export const rfqStates = ['open', 'closed', 'unanswered', 'awarded', 'cancelled'] as const
export type RfqState = (typeof rfqStates)[number]

/** From what a firm is known as a supplier. */
export const knownBys = ['offer', 'chains', 'named'] as const
export type KnownBy = (typeof knownBys)[number]
