/** Firms that one request asks, and lines that it has, at most. */
export const askedMax = 60
export const linesMax = 20
/** How long a request may be open. */
export const openDaysMax = 60
