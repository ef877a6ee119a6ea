export const sides = ['buyer', 'seller'] as const
/** A side of a deal. */
export type Side = (typeof sides)[number]

export const answers = ['yes', 'no'] as const
export type Said = (typeof answers)[number]

/** How long a proposal stands unless it says otherwise, and at most. */
export const standDays = 3
export const standDaysMax = 60
