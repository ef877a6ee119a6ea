import type { PostingState } from '../words.ts'

/** Once, or again each day, month or year. */
export const periods = ['once', 'day', 'month', 'year'] as const

/** What an officer must look at: needs without an offer, products to classify, what ends within three days. */
export const desks = ['unmatched', 'unclassified', 'expiring'] as const
/** One of them, or whatever of them. */
export const desksAsked = [...desks, 'any'] as const
export type Desk = (typeof desksAsked)[number]

/** How long a posting is valid when it does not say, and at most. */
export const validDays = 30
export const validDaysMax = 365

const alive = ['draft', 'open', 'matched'] as const satisfies readonly PostingState[]

/** The states in which each step may be made with a posting. */
export const statesFor = {
  open: ['draft'],
  change: alive,
  prolong: [...alive, 'expired'],
  close: ['open', 'matched'],
  withdraw: alive,
} as const satisfies Readonly<Record<string, readonly PostingState[]>>
