/** A question to a source outside the zone: waiting, answered in time, not at all, not usably, or too late. */
export const requestStates = ['asked', 'answered', 'unanswered', 'failed', 'late'] as const
export type RequestState = (typeof requestStates)[number]
